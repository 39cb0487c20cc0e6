"""What an app is told when it is started."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Self


@dataclass(frozen=True)
class Settings:
    """How the app runs.

    Attributes
    ----------
    host : str
        The address it listens on.
    port : int
        Its port; 0 takes a free one.
    models : Path
        The folder whose pipelines and MOJOs may be used.
    data : Path
        The folder in which batch jobs may read and write files of this machine.
    store : str or None
        Where batch jobs are kept, as for :class:`h2o_sklearn.batch.BatchScoringJobs`.
    token : str
        What a browser has to bring; empty on loopback.
    allowed : tuple of str
        Hosts, as ``name`` or ``name:port``, that may be contacted because somebody typed their address here.
    rpc : str or None
        A node of the chain to publish on; a local chain by default.
    trusted : tuple of str
        Names of pickled files in `models` that may be unpickled, which runs what is in them.
    upload_bytes : int
        The largest upload.
    seconds : float
        How long one step may take.
    """

    host: str = "127.0.0.1"
    port: int = 8060
    models: Path = field(default_factory=Path.cwd)
    data: Path = field(default_factory=Path.cwd)
    store: str | None = None
    token: str = field(default="", repr=False)
    allowed: tuple[str, ...] = ()
    rpc: str | None = None
    trusted: tuple[str, ...] = ()
    upload_bytes: int = 200 << 20
    seconds: float = 1800.0

    @property
    def local(self) -> bool:
        """Whether only this machine can reach the app."""
        if self.host == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False

    def with_token(self, token: str) -> Self:
        """Return the same settings with a token.

        Parameters
        ----------
        token : str
            What a browser has to bring.

        Returns
        -------
        Settings
        """
        return replace(self, token=token)
