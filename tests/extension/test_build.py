"""The jar is what its sources build."""

from __future__ import annotations

import shutil
import subprocess
import zipfile
from typing import TYPE_CHECKING

import pytest

from h2o_frame_compat.session.extension import JAR, JAVA_SOURCES
from h2o_frame_compat.session.extension.build import BuildError, build, find_h2o_jar, main

if TYPE_CHECKING:
    from pathlib import Path


def _javac() -> str:
    found = shutil.which("javac")
    if found is None:
        pytest.skip("building the jar needs javac")
    version = subprocess.run([found, "-version"], capture_output=True, text=True, check=True).stdout
    if not version.startswith("javac 17."):
        pytest.skip(f"the checked-in jar comes from javac 17, this is {version.strip()}")
    return found


def test_the_jar_is_up_to_date() -> None:
    assert build(JAVA_SOURCES, javac=_javac()) == JAR.read_bytes()


def test_a_copy_elsewhere_builds_the_same_bytes(tmp_path: Path) -> None:
    _javac()
    copy = shutil.copytree(JAVA_SOURCES, tmp_path / "other place")
    assert main([str(copy), str(tmp_path / "out.jar")]) == 0
    assert (tmp_path / "out.jar").read_bytes() == JAR.read_bytes()
    assert main([str(copy), str(tmp_path / "out.jar"), "--check"]) == 0


def test_check_finds_a_difference(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _javac()
    (tmp_path / "A.java").write_text("public class A { }")
    jar = tmp_path / "a.jar"
    assert main([str(tmp_path), str(jar), "--check"]) == 1
    assert main([str(tmp_path), str(jar)]) == 0
    (tmp_path / "A.java").write_text("public class A { int a; }")
    assert main([str(tmp_path), str(jar), "--check"]) == 1
    assert "run the command without --check" in capsys.readouterr().err


def test_every_class_is_java_8() -> None:
    with zipfile.ZipFile(JAR) as z:
        assert z.namelist()[0] == "META-INF/MANIFEST.MF"
        classes = [n for n in z.namelist() if n.endswith(".class")]
        assert classes
        assert {int.from_bytes(z.read(n)[6:8], "big") for n in classes} == {52}
        assert all(n.startswith("h2ocompat/") for n in classes)


def test_what_cannot_be_built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(BuildError, match=r"no \.java files"):
        build(tmp_path, javac="javac")
    (tmp_path / "A.java").write_text("class A { int a = ; }")
    with pytest.raises(BuildError, match="javac reports"):
        build(tmp_path, javac=_javac())
    monkeypatch.setenv("PATH", "")
    with pytest.raises(BuildError, match="javac was not found"):
        build(tmp_path)


def test_h2o_jar_is_found() -> None:
    assert find_h2o_jar().name == "h2o.jar"
