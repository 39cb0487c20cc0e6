"""The server extension: Java sources, the jar built from them, and its build."""

from __future__ import annotations

from pathlib import Path

JAVA_SOURCES = Path(__file__).parent / "java"
JAR = Path(__file__).parent / "h2ocompat.jar"

#: What a JVM started with ``-cp`` needs; ``java -jar h2o.jar`` takes these from h2o.jar's manifest.
JVM_OPTIONS = (
    "--add-opens=java.base/java.lang=ALL-UNNAMED",
    "--add-opens=java.base/java.util=ALL-UNNAMED",
    "--add-opens=java.base/java.lang.reflect=ALL-UNNAMED",
)

__all__ = ["JAR", "JAVA_SOURCES", "JVM_OPTIONS"]
