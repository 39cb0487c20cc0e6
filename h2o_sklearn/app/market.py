"""Where the studio publishes: a chain of its own, which ends with the app, or the one whose node it was told."""

from __future__ import annotations

import threading
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from decimal import Decimal

    from eth_account.signers.local import LocalAccount

    from h2o_sklearn.app.settings import Settings
    from h2o_sklearn.publish import Ocean, Provider


class Market:
    """A chain, Ocean's contracts on it, an account that publishes, and a provider for buyers.

    Parameters
    ----------
    settings : Settings
        How the app runs. The key of the account is from the environment or a file, as for ``h2o-compat publish``.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._running = ExitStack()
        self._open: tuple[Ocean, LocalAccount, Provider, str] | None = None

    def close(self) -> None:
        """End the provider, and the chain if it is a local one; the next publication starts others."""
        self._open = None
        self._running.close()

    def publish(
        self,
        name: str,
        price: Decimal,
        about: Mapping[str, str],
        content: str,
        files: Sequence[Mapping[str, Any]],
        say: Callable[[str], object],
    ) -> dict[str, Any]:
        """Publish, or go on with a publication that failed.

        Parameters
        ----------
        name : str
            Name of the data set.
        price : Decimal
            Price in OCEAN.
        about : mapping
            ``description`` and ``author``.
        content : str
            What is published; the same content and terms are paid once.
        files : sequence of mapping
            Where it is hosted.
        say : callable
            Called with a sentence at each step.

        Returns
        -------
        dict
            What :class:`~h2o_sklearn.publish.Publication` has, the link to the transaction's page, and the provider.
        """
        from h2o_sklearn.publish import Terms, flow, transaction_link  # noqa: PLC0415 - slow to import, seldom needed

        terms = Terms(name, price, **about)
        with self._lock:  # an account's transactions have an order
            if self._open is None:
                self._open = self._opened(say)
            ocean, account, provider, served = self._open
            record = flow.record_of(ocean, account, terms, content)
            try:
                made = flow.publish(
                    ocean, account, terms, files, provider, endpoint=served, record=record, progress=say
                )
            except ConnectionError:
                if not self._settings.rpc:  # the local chain has died, and all that was on it
                    self.close()
                raise
            link = transaction_link(made.chain_id, made.transaction, served)
            return {**made.to_dict(), "link": link, "provider": served}

    def _opened(self, say: Callable[[str], object]) -> tuple[Ocean, LocalAccount, Provider, str]:
        from h2o_sklearn import publish  # noqa: PLC0415 - slow to import, seldom needed
        from h2o_sklearn.publish.pages import routes  # noqa: PLC0415 - slow to import, seldom needed
        from h2o_sklearn.publish.serve import serving  # noqa: PLC0415 - slow to import, seldom needed

        with ExitStack() as stack:
            if self._settings.rpc:
                account = publish.account()
                ocean = publish.Ocean(publish.connect(self._settings.rpc))
            else:
                say("starting a local chain and putting Ocean's contracts on it")
                local = stack.enter_context(publish.local_chain())
                account = local.account()
                ocean = publish.Ocean.deployed(local.w3, account)
            provider = publish.Provider(ocean, account, [account.address])
            served = stack.enter_context(serving(provider.app(routes(ocean.w3)), "127.0.0.1:0"))
            self._running = stack.pop_all()
        return ocean, account, provider, served
