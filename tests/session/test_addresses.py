from __future__ import annotations

import copy
import pickle
import ssl

import pytest

from h2o_frame_compat.errors import ClusterConnectionError
from h2o_frame_compat.session.auth import Credentials, endpoint


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("http://host:54321", "http://host:54321"),
        ("host:54321", "http://host:54321"),
        (" https://host:54321/h2o/ ", "https://host:54321/h2o"),
        ("https://host/h2o", "https://host:443/h2o"),
        ("http://host", "http://host:80"),
        ("http://[::1]:54321", "http://[::1]:54321"),
    ],
)
def test_reads_a_url(text, url):
    assert endpoint(text).url == url


@pytest.mark.parametrize(
    "text",
    ["", "http://", "ftp://host:1", "http://host:99999", "http://host:x", "http://a b", "http://host/?a=1"],
)
def test_refuses_what_is_no_address(text):
    with pytest.raises(ClusterConnectionError, match="should look like"):
        endpoint(text)


def test_a_refused_address_does_not_show_the_password():
    with pytest.raises(ClusterConnectionError) as caught:
        endpoint("http://me:geheim@host:99999")
    assert "geheim" not in str(caught.value)


def test_credentials_in_the_url_are_taken_out_of_it():
    where = endpoint("https://me:a%40b@host:1")
    assert where.url == "https://host:1"
    assert where.credentials == Credentials("me", "a@b")


@pytest.mark.parametrize("auth", [("me",), ("me", "a", "b"), ("me", 1)])
def test_auth_is_a_pair_of_strings(auth):
    with pytest.raises(TypeError, match="pair of strings"):
        endpoint("http://host:1", auth)


def test_a_password_is_not_printed_or_pickled():
    where = endpoint("http://host:1", ("me", "geheim"))
    assert "geheim" not in repr(where) + str(where) + repr(where.credentials) + where.url
    assert "me" in repr(where.credentials)
    for attempt in (pickle.dumps, copy.copy):
        with pytest.raises(TypeError, match="not pickled"):
            attempt(where.credentials)


def test_certificates_are_checked_unless_told_otherwise(tmp_path):
    strict = endpoint("https://host:1").tls()
    assert strict.verify_mode == ssl.CERT_REQUIRED
    assert strict.check_hostname
    assert endpoint("https://host:1", verify=False).tls().verify_mode == ssl.CERT_NONE
    assert endpoint("http://host:1").tls() is None
    with pytest.raises(ClusterConnectionError, match="does not exist"):
        endpoint("https://host:1", verify=str(tmp_path / "none.pem")).tls()
    (tmp_path / "empty.pem").write_text("nothing")
    with pytest.raises(ClusterConnectionError, match="no readable certificates"):
        endpoint("https://host:1", verify=str(tmp_path / "empty.pem")).tls()
