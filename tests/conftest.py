"""Fixtures that all tests share."""

from __future__ import annotations

import os

import pytest

HEAP = "2g"


@pytest.fixture(scope="session")
def cluster():
    """One embedded server for the whole run; under pytest-xdist its workers share one."""
    from h2o_frame_compat.session import connect

    if os.environ.get("PYTEST_XDIST_WORKER"):
        yield connect()  # the controller has started it, and says where in our environment
        return
    session = connect("local", heap=HEAP)
    yield session
    session.close()


@pytest.fixture
def extension(cluster):
    """Skip a test that is about what our server extension gives where the stock way is taken."""
    if cluster.cluster.extension is None:
        pytest.skip("without the extension a result takes more requests and more bytes")


def pytest_configure(config):
    if getattr(config.option, "numprocesses", None) and not hasattr(config, "workerinput"):
        from h2o_frame_compat.session import connect

        config.shared_session = connect("local", heap=HEAP)


def pytest_unconfigure(config):
    session = getattr(config, "shared_session", None)
    if session is not None:
        session.close()
