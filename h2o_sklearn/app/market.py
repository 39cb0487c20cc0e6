"""Where the studio publishes: a chain of its own, which ends with the app, or the one whose node it was told."""

from __future__ import annotations

import threading
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from eth_account.signers.local import LocalAccount

    from h2o_sklearn.app.settings import Settings
    from h2o_sklearn.publish import Ocean, Provider, Terms


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
        """End the provider, and the chain if it is a local one."""
        self._running.close()

    def publish(
        self, terms: Terms, content: str, files: Sequence[Mapping[str, Any]], say: Callable[[str], object]
    ) -> dict[str, Any]:
        """Publish, or go on with a publication that failed.

        Parameters
        ----------
        terms : Terms
            Name, price, description, author.
        content : str
            What is published; the same content and terms are paid once.
        files : sequence of mapping
            Where it is hosted.
        say : callable
            Called with a sentence at each step.

        Returns
        -------
        dict
            ``publication``, ``did``, ``transaction`` and the link to its page.
        """
        from h2o_sklearn import publish  # noqa: PLC0415 - an extra

        with self._lock:  # an account's transactions have an order
            ocean, account, provider, served = self._opened(say)
            record = publish.record_of(ocean, account, terms, content)
            made = publish.publish(
                ocean, account, terms, files, provider, endpoint=served, record=record, progress=say
            )
            link = publish.transaction_link(made.chain_id, made.transaction, served)
            return {**made.to_dict(), "publication": made, "link": link, "provider": served}

    def _opened(self, say: Callable[[str], object]) -> tuple[Ocean, LocalAccount, Provider, str]:
        from h2o_sklearn import publish  # noqa: PLC0415 - an extra
        from h2o_sklearn.publish.pages import routes  # noqa: PLC0415
        from h2o_sklearn.publish.serve import serving  # noqa: PLC0415

        if self._open is None:
            if self._settings.rpc:
                account = publish.account()
                ocean = publish.Ocean(publish.connect(self._settings.rpc))
            else:
                say("starting a local chain and putting Ocean's contracts on it")
                local = self._running.enter_context(publish.local_chain())
                account = local.account()
                ocean = publish.Ocean.deployed(local.w3, account)
            provider = publish.Provider(ocean, account, [account.address])
            served = self._running.enter_context(serving(provider.app(routes(ocean.w3)), "127.0.0.1:0"))
            self._open = ocean, account, provider, served
        return self._open
