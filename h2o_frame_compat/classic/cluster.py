"""The functions of the module that speak of the cluster, its keys and its files."""

from __future__ import annotations

import inspect
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from h2o_frame_compat.classic import loading, meaning
from h2o_frame_compat.classic.columns import Origin
from h2o_frame_compat.classic.data import Data
from h2o_frame_compat.classic.display import H2ODisplay
from h2o_frame_compat.classic.frame import H2OFrame
from h2o_frame_compat.classic.kinds import of_kind
from h2o_frame_compat.classic.primitives import made, sent
from h2o_frame_compat.core.block import executor
from h2o_frame_compat.core.handover import block_of_key
from h2o_frame_compat.errors import FrameNotFoundError, H2OCompatError
from h2o_frame_compat.expr import Source
from h2o_frame_compat.rapids import text
from h2o_frame_compat.session import connect, current_session

if TYPE_CHECKING:
    from collections.abc import Sequence

_STATUS = (
    "h2o", "healthy", "last_ping", "num_cpus", "sys_load", "free_mem", "max_mem", "mem_value_size", "free_disk",
    "max_disk", "num_keys", "pid", "tcps_active", "open_fds", "rpcs_active",
)


def init(
    ip: str = "localhost", port: int = 54321, size: int = 1, start_h2o: bool = False,
    enable_assertions: bool = False, license: str | None = None, max_mem_size_GB: float | None = None,
    min_mem_size_GB: float | None = None, ice_root: str | None = None, strict_version_check: bool = True,
    **kwargs: Any,
) -> None:
    """Join a cluster at an address, or start one on this machine; print what it is.

    Parameters
    ----------
    ip : str
        Its address; a URL may be given, with a scheme and a path.
    port : int
        Its port.
    size : int
        How many nodes it should have; fewer are refused.
    start_h2o : bool
        Whether to start a cluster on this machine. One is started too when nothing is said of ip and port, unless
        there is a session already.
    enable_assertions : bool
        Whether a cluster that is started checks its own assertions.
    license : str, optional
        Without effect: H2O needs none.
    max_mem_size_GB, min_mem_size_GB : float, optional
        The memory of a cluster that is started.
    ice_root : str, optional
        Where a cluster that is started may write.
    strict_version_check : bool
        Without effect: the session speaks with any version that it knows.
    **kwargs
        As `h2o_frame_compat.connect` takes them: auth, verify.
    """
    del license, strict_version_check
    local = start_h2o or (ip == "localhost" and port == 54321)
    if not local:
        url = ip if "://" in ip else f"http://{ip}:{port}"
        session = connect(url, **kwargs)
    else:
        options = ["-ea"] if enable_assertions else []
        options += [f"-Xms{min_mem_size_GB:g}g"] if min_mem_size_GB else []
        options += [f"-Djava.io.tmpdir={ice_root}"] if ice_root else []
        heap = f"{max_mem_size_GB:g}g" if max_mem_size_GB else None
        session = connect("local" if start_h2o else None, heap=heap, jvm_options=tuple(options), **kwargs)
    if len(session.cluster.nodes) < size:
        msg = f"the cluster has {len(session.cluster.nodes)} nodes, and size={size} asks for more"
        raise ValueError(msg)
    cluster_info()


def cluster_info() -> None:
    """Print what the cluster is."""
    cloud = current_session().client.get("/3/Cloud")
    nodes = cloud["nodes"]
    rows = [
        ["H2O cluster uptime", _span(cloud["cloud_uptime_millis"])],
        ["H2O cluster version", cloud["version"]],
        ["H2O cluster name", cloud["cloud_name"]],
        ["H2O cluster total nodes", cloud["cloud_size"]],
        ["H2O cluster total memory", f"{sum(n['max_mem'] for n in nodes) / (1 << 30):.2f} GB"],
        ["H2O cluster total cores", sum(n["num_cpus"] for n in nodes)],
        ["H2O cluster allowed cores", sum(n["cpus_allowed"] for n in nodes)],
        ["H2O cluster healthy", str(cloud["cloud_healthy"])],
        ["H2O connection", current_session().client.endpoint.url],
    ]
    H2ODisplay(rows)


def _span(milliseconds: int) -> str:
    minutes, seconds = divmod(milliseconds // 1000, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} hours {minutes} minutes {seconds} seconds" if hours else f"{minutes} minutes {seconds} seconds"


def cluster_status() -> None:
    """Print the state of each node of the cluster."""
    cloud = current_session().client.get("/3/Cloud", skip_ticks="true")
    print(f"Version: {cloud['version']}")
    print(f"Cloud name: {cloud['cloud_name']}")
    print(f"Cloud size: {cloud['cloud_size']}")
    print("Cloud is locked" if cloud["locked"] else "Accepting new members")
    H2ODisplay([[name, *(node.get(name) for node in cloud["nodes"])] for name in _STATUS])


def network_test() -> None:
    """Print how fast the nodes of the cluster speak with each other."""
    table = current_session().client.get("/3/NetworkTest")["table"]
    H2ODisplay(zip(*table["data"], strict=True), [c["description"] for c in table["columns"]])


# ---------------------------------------------------------------------- reading


def import_file(path: str | Sequence[str]) -> H2OFrame:
    """Read files that the cluster sees; those that only this machine sees are uploaded.

    Parameters
    ----------
    path : str or list of str
        Files or folders, in any scheme that the cluster reads: hdfs, s3, gs, http, ...

    Returns
    -------
    H2OFrame
        `parse_setup` takes it for the files that it was read from.
    """
    frame = H2OFrame(remote_fname=path)
    frame._paths = path
    return frame


def import_frame(path: str | Sequence[str] | None = None, vecs: Any = None) -> H2OFrame:
    """Read files as `import_file`, or make a frame of vecs.

    Parameters
    ----------
    path : str or list of str, optional
        The files.
    vecs : list of H2OVec, optional
        The columns.

    Returns
    -------
    H2OFrame
    """
    if vecs is not None:
        return H2OFrame(vecs=vecs)
    if path is None:
        msg = "import_frame needs a path, or vecs"
        raise ValueError(msg)
    return import_file(path)


def upload_file(path: str, destination_frame: str = "") -> H2OFrame:
    """Upload and read a file of this machine.

    Parameters
    ----------
    path : str
        The file.
    destination_frame : str
        A key under which the cluster keeps the frame; by default it leaves with the object.

    Returns
    -------
    H2OFrame
    """
    return parse_raw(loading.uploaded(path), destination_frame or None)


def parse_setup(raw_frames: Any) -> dict[str, Any]:
    """Let the cluster guess how files are to be read.

    Parameters
    ----------
    raw_frames : H2OFrame, str or list of str
        What `import_file` gave, paths, or keys of raw files.

    Returns
    -------
    dict
        The guess, for `parse_raw` or `parse`; change what is wrong in it.
    """
    paths = raw_frames._paths if isinstance(raw_frames, H2OFrame) else raw_frames
    if paths is None:
        msg = "this frame was not read from files, so there is nothing to parse again"
        raise ValueError(msg)
    return loading.parse_setup(paths)


def parse_raw(setup: dict[str, Any], id: str | None = None, first_line_is_header: Any = None) -> H2OFrame:
    """Read files as a set-up says.

    Parameters
    ----------
    setup : dict
        What `parse_setup` gave.
    id : str, optional
        A key under which the cluster keeps the frame; by default it leaves with the object.
    first_line_is_header : {-1, 0, 1}, optional
        Whether the first line is data, may be either, or is the header.

    Returns
    -------
    H2OFrame
    """
    header = _header(first_line_is_header)
    if id is None:
        return H2OFrame._of_block(loading.parsed(setup, header=header))
    return get_frame(loading.parse(setup, id, header))


def parse(setup: dict[str, Any], h2o_name: str, first_line_is_header: Any = None) -> dict[str, Any]:
    """Read files as a set-up says, into a frame of the cluster.

    Parameters
    ----------
    setup : dict
        What `parse_setup` gave.
    h2o_name : str
        The key of the frame.
    first_line_is_header : {-1, 0, 1}, optional
        Whether the first line is data, may be either, or is the header.

    Returns
    -------
    dict
        What the cluster says of the frame: ``rows``, ``columns``, ``column_names`` and more.
    """
    key = loading.parse(setup, h2o_name, _header(first_line_is_header))
    found: dict[str, Any] = frame(key)["frames"][0]
    return {**found, "column_names": [column["label"] for column in found["columns"]]}


def _header(first_line_is_header: Any) -> int | None:
    """Take the tuple of all choices, which is the default of old code, for none."""
    return None if isinstance(first_line_is_header, tuple) else first_line_is_header


# ---------------------------------------------------------------------- keys


def get_frame(frame_id: Any) -> H2OFrame:
    """Take a frame of the cluster by its key; it stays there when the object goes.

    Parameters
    ----------
    frame_id : str
        The key.

    Returns
    -------
    H2OFrame
    """
    key = of_kind(frame_id, str, "get_frame needs the key of a frame")
    try:
        found = H2OFrame._of_block(block_of_key(key))
    except FrameNotFoundError as problem:
        raise ValueError(str(problem)) from None
    found._key = key
    return found


def frame(frame_id: str) -> dict[str, Any]:
    """Ask what the cluster knows of a frame.

    Parameters
    ----------
    frame_id : str
        Its key.

    Returns
    -------
    dict
    """
    return current_session().client.get(f"/3/Frames/{quote(frame_id, safe='')}")


def frames() -> dict[str, Any]:
    """Ask what the cluster knows of all frames.

    Returns
    -------
    dict
    """
    return current_session().client.get("/3/Frames")


def frame_summary(key: str) -> dict[str, Any]:
    """Ask for the summaries of the columns of a frame.

    Parameters
    ----------
    key : str
        Its key.

    Returns
    -------
    dict
    """
    return current_session().client.get(f"/3/Frames/{quote(key, safe='')}/summary")


def ls() -> list[str]:
    """List the keys of the cluster, and print the first ones.

    Returns
    -------
    list of str
    """
    executor().flush()
    listed = made("(ls)")
    assert isinstance(listed.rel, Source)
    keys = [name for name in listed.to_pandas().iloc[:, 0].astype(str) if name != listed.rel.key]
    H2ODisplay([[name] for name in keys[:10]], ["keys"], "First 10 keys")
    return keys


def remove(object: Any) -> None:
    """Remove a frame, a vec, a model, or what has a key, from the cluster.

    Parameters
    ----------
    object : H2OFrame, H2OVec, model, str, or list of them
        What to remove; every later use of it is a ValueError.
    """
    if isinstance(object, (list, tuple)):
        for one in object:
            remove(one)
    elif isinstance(object, str) and object:
        current_session().client.delete(f"/3/DKV/{quote(object, safe='')}")
    elif hasattr(object, "_remove"):
        object._remove()
        executor().flush()
        if isinstance(object, H2OFrame) and object._key is not None:
            remove(object._key)
    else:
        msg = f"a frame, a vec, a model or a key can be removed, not {object!r}"
        raise ValueError(msg)


def removeFrameShallow(key: str) -> None:
    """Remove the key of a frame, and leave its columns to the frames that share them.

    Parameters
    ----------
    key : str
        The key.
    """
    rapids(text.call("rm", text.string(key)))


def remove_all() -> None:
    """Remove everything from the cluster; every later use of a frame or vec is a ValueError."""
    Origin.remove_all()
    executor().flush()
    current_session().client.delete("/3/DKV")


def rapids(expr: str) -> dict[str, Any]:
    """Evaluate a Rapids expression.

    Parameters
    ----------
    expr : str
        The expression.

    Returns
    -------
    dict
        The answer.
    """
    client = current_session().client
    return client.post("/99/Rapids", {"ast": expr, "session_id": client.session_id})


def store_size() -> int:
    """Count the keys of the cluster: of frames, models and raw files.

    Returns
    -------
    int
    """
    executor().flush()
    return int(rapids("(nrow (ls))")["scalar"])


def keys_leaked(num_keys: int) -> bool:
    """Tell whether the cluster has more keys than it should have.

    Parameters
    ----------
    num_keys : int
        How many it should have, as `store_size` gave it before.

    Returns
    -------
    bool
    """
    return store_size() > num_keys


# ---------------------------------------------------------------------- writing


def export_file(frame: H2OFrame, path: str, force: bool = False) -> None:
    """Write a frame to a CSV file.

    Parameters
    ----------
    frame : H2OFrame
        The frame.
    path : str
        Where the cluster writes it, in any scheme that it writes.
    force : bool
        Whether a file that is there may be overwritten.

    Raises
    ------
    ValueError
        When there is one, or the cluster cannot write there.
    """
    where = path if "://" in path else str(Path(path).expanduser().absolute())
    session = current_session()
    if not force and "://" not in path and Path(where).exists():
        msg = f"{path!r} is there already; force=True overwrites it"
        raise ValueError(msg)
    data = of_kind(frame, Data, f"a frame can be exported, not a {type(frame).__name__}")
    source = sent(data._columns, data.names())
    try:
        form = {"path": where, "force": str(bool(force)).lower()}
        answer = session.client.post(f"/3/Frames/{source.key}/export", form)
        session.jobs.wait(answer["job"]["key"]["name"], description="Export")
    except H2OCompatError as problem:
        raise ValueError(str(problem)) from None


def download_csv(data: Any, filename: str) -> None:
    """Write a frame to a CSV file of this machine.

    Parameters
    ----------
    data : H2OFrame
        The frame.
    filename : str
        The file.
    """
    given = of_kind(data, Data, f"a frame can be downloaded, not a {type(data).__name__}")
    given._each(meaning.counted).dataframe().to_csv(filename, index=False)


# ---------------------------------------------------------------------- notes


def log_and_echo(message: str | None = "") -> None:
    """Write a message into the log of the cluster.

    Parameters
    ----------
    message : str
        The message.
    """
    current_session().client.post("/3/LogAndEcho", {"message": message or ""})


def ou() -> str:
    """Give the file of the program that runs: that of the caller's caller, or of the caller.

    Returns
    -------
    str
    """
    stack = inspect.stack(0)
    return stack[min(2, len(stack) - 1)].filename


def locate(path: str) -> str | None:
    """Look for a relative path in this folder, and in those above it.

    Parameters
    ----------
    path : str
        The path.

    Returns
    -------
    str or None
        The absolute path; None where there is none.
    """
    here = Path(os.path.realpath(Path.cwd()))
    return next((str(folder / path) for folder in (here, *here.parents) if (folder / path).exists()), None)
