"""Transactions that are paid once, however often somebody has to begin again.

A transaction is planned, written down, and only then sent. A plan has a number (the account's nonce), and a chain
takes one transaction of a number: when the same plan is sent again, because the line broke or the machine stopped,
nothing is paid twice. What is written down is what was to be done, not the signature, and no key.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from web3.exceptions import ContractLogicError, TimeExhausted, TransactionNotFound, Web3Exception

from h2o_sklearn.publish.errors import BalanceError, ChainUnreachableError, PublishError, TransactionError

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]  # a module elsewhere

if TYPE_CHECKING:
    from collections.abc import Iterator

    from eth_account.signers.local import LocalAccount
    from web3 import Web3
    from web3.types import TxReceipt

_MARGIN = 1.2  # of gas: the state may have changed since it was estimated
_MINED = 180.0  # seconds
_LATE = 5.0
_IN_PROCESS = {"eth_tester", "eth_utils"}  # a chain in this process has errors of its own
_KNOWN = re.compile(r"already known|known transaction|already imported", re.IGNORECASE)


class Record:
    """What has been planned and done, so that it can be taken up again.

    Parameters
    ----------
    path : path, optional
        The file; without one nothing is kept beyond this process.
    what : str
        What it is about: a record of something else is not gone on with.
    """

    def __init__(self, path: str | os.PathLike[str] | None = None, what: str = "") -> None:
        self.path = None if path is None else Path(path)
        self._state: dict[str, Any] = {"what": what, "steps": {}}
        self._read()

    def __getitem__(self, step: str) -> list[dict[str, Any]]:
        """Return the plans of a step: the same thing with the same number, the newest last."""
        self._read()
        return list(self._state["steps"].get(step, []))

    def keep(self, step: str, plans: list[dict[str, Any]]) -> None:
        """Write down the plans of a step."""
        self._state["steps"][step] = plans
        if self.path is None:
            return
        part = self.path.with_name(self.path.name + ".part")
        with os.fdopen(_private(part, os.O_TRUNC), "w", encoding="utf-8") as out:
            json.dump(self._state, out)
            out.flush()
            os.fsync(out.fileno())
        part.replace(self.path)

    @contextlib.contextmanager
    def alone(self) -> Iterator[None]:
        """Let no other process or thread work on the same record meanwhile: it would pay too."""
        if self.path is None or fcntl is None:
            yield
            return
        with os.fdopen(_private(self.path.with_name(self.path.name + ".lock")), "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)  # it ends with the file
            yield

    def _read(self) -> None:
        if self.path is None or not self.path.exists():
            return
        state = json.loads(self.path.read_text(encoding="utf-8"))
        if state.get("what") != self._state["what"]:
            raise PublishError(
                f"{self.path} is the record of another publication (other data, chain, account or words): name another"
                " file, or remove it if that one is finished"
            )
        self._state = state


def _private(path: Path, flags: int = 0) -> int:
    """Open a file that its owner alone can read."""
    path.parent.mkdir(parents=True, exist_ok=True)
    return os.open(path, os.O_WRONLY | os.O_CREAT | flags, 0o600)


class Sender:
    """Sends calls of contracts from an account.

    Parameters
    ----------
    w3 : web3.Web3
        The chain.
    account : LocalAccount
        Who pays; it signs here.
    record : Record, optional
        Where plans are written down.
    """

    def __init__(self, w3: Web3, account: LocalAccount, record: Record | None = None) -> None:
        self.w3 = w3
        self.account = account
        self.record = Record() if record is None else record

    def once(self, step: str, call: Any) -> TxReceipt:
        """Send a call that is to happen once, unless it has been sent, and wait until it is mined.

        Parameters
        ----------
        step : str
            Its name in the record.
        call : contract function or constructor
            What to call.

        Returns
        -------
        TxReceipt
            The receipt.
        """
        with answering(self.w3), self.record.alone():
            plans = self.record[step]
            receipt = self._receipt(plans)
            if receipt is None:
                plans = self._next(step, plans, call)
                receipt = self._sent(step, plans)
            if receipt["status"] != 1:
                self.record.keep(step, [])
                raise TransactionError(f"the chain reverted the transaction {hash_of(receipt)} of the step {step!r}")
            return receipt

    def send(self, call: Any) -> TxReceipt:
        """Send a call that nobody has to take up again, and wait until it is mined."""
        return Sender(self.w3, self.account).once("call", call)

    def _next(self, step: str, plans: list[dict[str, Any]], call: Any) -> list[dict[str, Any]]:
        """Return the plans to send: what can still be mined, or a new one."""
        nonce = self.w3.eth.get_transaction_count(self.account.address, "pending")
        if plans and self._waits(plans[-1]):
            return plans
        if plans and self.w3.eth.get_transaction_count(self.account.address) <= plans[-1]["nonce"]:
            nonce = plans[-1]["nonce"]  # the chain takes one of all plans with this number
        else:  # another transaction has taken the number, unless this node is behind others
            if plans and self._receipt(plans, _LATE) is not None:
                return plans
            plans = []
        plans = [*plans, self._planned(call, nonce)]
        self.record.keep(step, plans)
        return plans

    def _waits(self, plan: dict[str, Any]) -> bool:
        """Say whether the node has the transaction, and will put it into a block."""
        with contextlib.suppress(TransactionNotFound):
            return bool(self.w3.eth.get_transaction(self.account.sign_transaction(plan).hash))
        return False

    def _planned(self, call: Any, nonce: int) -> dict[str, Any]:
        eth, address = self.w3.eth, self.account.address
        has = eth.get_balance(address)
        if not has:
            raise BalanceError(f"{address} has 0 of the currency of chain {eth.chain_id}: it cannot pay a transaction")
        gas = int(call.estimate_gas({"from": address}) * _MARGIN)
        base = eth.get_block("latest").get("baseFeePerGas")
        if base is None:
            fees = {"gasPrice": int(eth.gas_price)}
        else:
            tip = int(eth.max_priority_fee)
            fees = {"maxFeePerGas": 2 * base + tip, "maxPriorityFeePerGas": tip}
        most = gas * max(fees.values())
        if has < most:
            raise BalanceError(
                f"{address} has {_ether(has)} of the currency of chain {eth.chain_id}; this transaction may cost up to"
                f" {_ether(most)}"
            )
        made = call.build_transaction({"from": address, "nonce": nonce, "gas": gas, "chainId": eth.chain_id, **fees})
        return {name: value for name, value in made.items() if name != "from"}

    def _sent(self, step: str, plans: list[dict[str, Any]]) -> TxReceipt:
        signed = self.account.sign_transaction(plans[-1])
        try:
            self.w3.eth.send_raw_transaction(signed.raw_transaction)
        except (Web3Exception, ValueError) as error:
            reason = str(error)
            if "insufficient funds" in reason.lower():
                raise BalanceError(f"{self.account.address} has too little for the transaction {step!r}") from error
            if not _KNOWN.search(reason) and self._receipt(plans, _LATE) is None:
                raise TransactionError(f"the chain refuses the transaction {step!r}: {reason}") from error
        receipt = self._receipt(plans, _MINED)
        if receipt is None:
            raise TransactionError(
                f"the transaction 0x{signed.hash.hex()} of the step {step!r} has not been mined for {_MINED:.0f}"
                " seconds; do the same again to go on waiting: it is not paid twice"
            )
        return receipt

    def _receipt(self, plans: list[dict[str, Any]], seconds: float = 0) -> TxReceipt | None:
        """Return the receipt of the one of some plans that was mined."""
        for plan in plans:
            name = self.account.sign_transaction(plan).hash
            with contextlib.suppress(TransactionNotFound, TimeExhausted):
                if seconds:
                    return self.w3.eth.wait_for_transaction_receipt(name, timeout=seconds, poll_latency=0.1)
                return self.w3.eth.get_transaction_receipt(name)
        return None


@contextlib.contextmanager
def answering(w3: Web3) -> Iterator[None]:
    """Say in the user's terms what a node, or the way to it, does wrong."""
    try:
        yield
    except PublishError:
        raise
    except ContractLogicError as error:
        raise TransactionError(f"the contract refuses: {error.message or error}") from error
    except OSError as error:
        if error.errno is not None and not isinstance(error, (ConnectionError, TimeoutError)):
            raise  # it is about a file
        from h2o_sklearn.publish.chains import redacted  # noqa: PLC0415 - it needs nothing of this, but for words

        where = redacted(getattr(w3.provider, "endpoint_uri", "") or "local://")
        status = getattr(getattr(error, "response", None), "status_code", None)
        said = "does not answer" if status is None else f"answers with status {status}"
        raise ChainUnreachableError(
            f"the node of the chain at {where} {said}; do the same again when it does: nothing is paid twice"
        ) from error
    except Exception as error:
        if type(error).__module__.partition(".")[0] in _IN_PROCESS:
            raise TransactionError(f"the chain refuses: {error}") from error
        raise


def hash_of(receipt: TxReceipt) -> str:
    """Return the hash of a transaction, with 0x."""
    return "0x" + bytes(receipt["transactionHash"]).hex()


def digest(*parts: object) -> str:
    """Return a short name for what some values are about."""
    return hashlib.sha256(json.dumps([str(part) for part in parts]).encode()).hexdigest()[:32]


def _ether(amount: int) -> str:
    return f"{amount / 10**18:.6g}"
