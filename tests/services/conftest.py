"""Facts about the servers that tests/services/setup.sh started."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path

import pytest

# Where setup.sh keeps them by default, too.
STATE = Path(os.environ.get("H2O_COMPAT_SERVICES") or Path(tempfile.gettempdir()) / "h2o-compat-services")


@pytest.fixture(scope="session")
def service():
    """Give what is known about a server by its name; a test whose server was not set up is skipped."""

    def facts(name: str) -> dict:
        file = STATE / f"{name}.json"
        if not file.exists():
            pytest.skip(f"{name} is not running; `make test-services` sets it up")
        return json.loads(file.read_text())

    return facts
