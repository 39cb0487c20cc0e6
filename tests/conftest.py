"""Fixtures that all tests share."""

from __future__ import annotations

import signal

import pytest

HEAP = "2g"


def pytest_configure():
    """Take Ctrl-C as programs in the foreground do; shells make those in the background ignore it."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def cluster():
    """One embedded server for the whole run, and one for each worker of pytest-xdist.

    Tests count what is left behind in the cluster, so that two workers cannot share one.
    """
    from h2o_frame_compat.session import connect

    session = connect("local", heap=HEAP)
    yield session
    session.close()


@pytest.fixture
def extension(cluster):
    """Skip a test that is about what our server extension gives where the stock way is taken."""
    if cluster.cluster.extension is None:
        pytest.skip("without the extension a result takes more requests and more bytes")


@pytest.fixture
def upload(cluster):
    """How many calls bring a small table into the cluster: one, or four to H2O's own endpoints."""
    return 4 if cluster.cluster.extension is None else 1
