"""Files that the cluster reads: import, set-up of the parse, parse."""

from __future__ import annotations

import os
import re
import warnings
import weakref
from pathlib import Path
from typing import TYPE_CHECKING, Any

from h2o_frame_compat.core.block import executor
from h2o_frame_compat.core.handover import block_of_key
from h2o_frame_compat.errors import ServerError
from h2o_frame_compat.rapids import text
from h2o_frame_compat.session import current_session

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from h2o_frame_compat.core.block import Block
    from h2o_frame_compat.session.executor import Executor

# What the answer to a set-up says and a parse asks for.
_PARSE = (
    "parse_type", "separator", "single_quotes", "check_header", "number_columns", "chunk_size", "column_names",
    "column_types", "na_strings", "skipped_columns", "custom_non_data_line_markers", "partition_by", "escapechar",
)

# A path that H2O takes for the key of a raw file; of others it makes keys that it cannot read from.
_PLAIN = re.compile(r"[\w./:@=+,~ -]+", re.ASCII)


def raw_keys(path: str | Sequence[str]) -> list[str]:
    """Let the cluster look at files; give the keys of what it found.

    Parameters
    ----------
    path : str or sequence of str
        Paths of files or folders as the cluster sees them, in any scheme that it reads.

    Returns
    -------
    list of str

    Raises
    ------
    ValueError
        When there is no such file; nothing is left in the cluster.
    """
    found: list[str] = []
    for name in [path] if isinstance(path, (str, os.PathLike)) else path:
        keys = _found(os.fspath(name)) or _sent(Path(name).expanduser())
        found += keys
        if not keys:
            _remove(found)
            msg = f"neither the cluster nor this machine can read {os.fspath(name)!r}"
            raise ValueError(msg)
    return found


def _found(where: str) -> list[str]:
    """Let the cluster look for a file; it may not see what this machine sees, and refuses hidden folders."""
    here = Path(where).expanduser().absolute()
    own = "://" not in where and here.exists()
    if own and not _PLAIN.fullmatch(str(here)):
        return []
    params = {"path": str(here) if own else where}
    try:
        answer = current_session().client.request("GET", "/3/ImportFiles", params=params).json()
    except ServerError:
        return []
    if not answer["fails"]:
        return list(answer["destination_frames"])
    _remove(answer["destination_frames"])
    return []


def _sent(path: Path) -> list[str]:
    """Upload a file of this machine, or those of a folder."""
    session = current_session()
    files = sorted(p for p in path.iterdir() if p.is_file()) if path.is_dir() else [path]
    send = session.client.post_file
    return [send(_pieces(p), session.new_key(p.name), size=p.stat().st_size) for p in files if p.is_file()]


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(1 << 20):
            yield piece


class Setup(dict[str, Any]):
    """How raw files are to be parsed; files that are not parsed leave the cluster with this object.

    Parameters
    ----------
    answer : dict
        What the cluster guessed.
    """

    def __init__(self, answer: dict[str, Any]) -> None:
        super().__init__(answer)
        keys = [source["name"] for source in answer["source_frames"]]
        self._finalizer = weakref.finalize(self, _release, current_session().executor, keys)
        self._finalizer.atexit = False

    def taken(self) -> None:
        """Leave the files to the parse, which removes them."""
        self._finalizer.detach()


def _release(owner: Executor, keys: list[str]) -> None:
    for key in keys:
        owner.release(text.string(key))  # the key of a raw file is its address, with any characters


def parse_setup(raw_frames: str | Sequence[str]) -> Setup:
    """Let the cluster guess how raw files are to be parsed.

    Parameters
    ----------
    raw_frames : str or sequence of str
        Their keys; paths are imported first.

    Returns
    -------
    dict
        What `parse_raw` takes; change it where the guess is wrong.
    """
    session = current_session()
    names = [raw_frames] if isinstance(raw_frames, str) else list(raw_frames)
    known = {frame["frame_id"]["name"] for frame in session.client.get("/3/Frames")["frames"]}
    return _guess([k for name in names for k in ([name] if name in known else raw_keys(name))])


def _guess(keys: list[str]) -> Setup:
    try:
        return Setup(current_session().client.post("/3/ParseSetup", {"source_frames": keys}))
    except BaseException:
        _remove(keys)
        raise


def parsed(setup: dict[str, Any], header: int | None = None) -> Block:
    """Parse raw files; give the block that owns the frame.

    Parameters
    ----------
    setup : dict
        What `parse_setup` gave.
    header : {-1, 0, 1}, optional
        Whether the first line is data, may be either, or is the header; by default as `setup` says.

    Returns
    -------
    Block
    """
    return block_of_key(parse(setup, None, header), owned=True)


def parse(setup: dict[str, Any], key: str | None, header: int | None) -> str:
    """Parse raw files; give the key of the frame, which nobody owns."""
    session = current_session()
    key = key or session.new_key("classic")
    form = {name: setup.get(name) for name in _PARSE}
    form["destination_frame"] = key
    form["source_frames"] = [source["name"] for source in setup["source_frames"]]
    form["delete_on_done"] = "true"
    if header is not None:
        form["check_header"] = header
    answer = session.client.post("/3/Parse", form)
    session.jobs.wait(answer["job"]["key"]["name"], description="Parse")
    if isinstance(setup, Setup):
        setup.taken()
    for warning in answer.get("warnings") or ():
        warnings.warn(warning, UserWarning, stacklevel=2)
    return key


def imported(path: str | Sequence[str]) -> Setup:
    """Let the cluster look at files, and guess how they are to be parsed."""
    return _guess(raw_keys(path))


def uploaded(path: str) -> Setup:
    """Upload a file of this machine, and let the cluster guess how it is to be parsed."""
    keys = _sent(Path(path).expanduser())
    if not keys:
        msg = f"there is no file {path!r} on this machine"
        raise ValueError(msg)
    return _guess(keys)


def _remove(keys: Sequence[str]) -> None:
    _release(executor(), list(keys))
    executor().flush()
