from __future__ import annotations

import json
import math

import pytest

from h2o_frame_compat import errors
from h2o_frame_compat.session import replies


def body(**fields):
    return json.dumps(fields).encode()


def raised(status, path="/99/Rapids", *, known_user=False, **fields):
    problem = replies.failure(status, body(**fields))
    return replies.error(problem, "POST", path, known_user=known_user)


@pytest.mark.parametrize(
    ("reply", "kind", "value"),
    [
        ({"scalar": 2}, "number", 2.0),
        ({"scalar": "Infinity"}, "number", math.inf),
        ({"scalar": [1, "-Infinity"]}, "numbers", [1.0, -math.inf]),
        ({"string": "a"}, "string", "a"),
        ({"string": ["a", None]}, "strings", ["a", None]),
        ({"string": None}, "none", None),
        ({}, "none", None),
    ],
)
def test_values(reply, kind, value):
    result = replies.rapids_result(reply)
    assert (result.kind, result.value, result.key) == (kind, value, None)


@pytest.mark.parametrize("scalar", [None, "NaN"])
def test_a_missing_number_is_nan(scalar):
    assert math.isnan(replies.rapids_result({"scalar": scalar}).value)


def test_frames_have_a_key_or_none():
    reply = {"key": {"name": "F"}, "num_rows": 3, "num_cols": 2}
    assert replies.rapids_result(reply) == replies.RapidsResult("frame", None, "F", 3, 2)
    assert replies.rapids_result(reply | {"key": None}).key is None


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("\n\nERROR MESSAGE:\n\nColumn zz not found\n\n", "Column zz not found"),
        ("DistributedException from /127.0.0.1:1: 'x'", "DistributedException from /127.0.0.1:1: 'x'"),
        (
            "java.lang.IllegalArgumentException: bad thing\n\tat water.A.b(A.java:1)\n\t... 3 more",
            "bad thing",
        ),
        ("water.util.X$YException: java.lang.RuntimeException: why", "why"),
        ("java.lang.NullPointerException", "java.lang.NullPointerException"),
    ],
)
def test_reasons_are_plain(text, plain):
    assert replies.plain_reason(text) == plain


def test_the_servers_stack_trace_is_not_shown():
    problem = raised(500, msg="boom", stacktrace=["water.Api.serve(Api.java:1)"], exception_type="water.Y")
    assert isinstance(problem, errors.RapidsError)
    assert "Api.java" not in str(problem)
    assert (problem.status, problem.kind) == (500, "Y")


@pytest.mark.parametrize(
    "reason",
    [
        "DistributedException from /127.0.0.1:1: 'Java heap space'",
        "java.lang.OutOfMemoryError: Java heap space",
        "the minimum memory per node needed is too small",
        "Frame is expected to require 4 TB, won't fit into H2O's free memory",
    ],
)
def test_out_of_memory_says_what_to_do(reason):
    problem = raised(500, msg=reason)
    assert isinstance(problem, errors.OutOfMemoryError)
    assert isinstance(problem, MemoryError)
    assert "larger heap" in str(problem)


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("/99/Rapids", {"msg": "Name lookup of 'F' failed"}),
        ("/3/ModelBuilders/gbm", {"msg": "Object with key='F' doesn't exist in DKV."}),
        (
            "/3/Frames/F",
            {"msg": "...", "exception_type": "a.H2OKeyNotFoundArgumentException", "values": {"name": "F"}},
        ),
    ],
)
def test_a_missing_frame_is_named(path, fields):
    problem = raised(404, path, **fields)
    assert isinstance(problem, errors.FrameNotFoundError)
    assert problem.key == "F"
    assert "'F' is not in the cluster" in str(problem)


def test_refused_parameters_are_listed_once_and_hints_are_not():
    message = {"_log_level": 1, "_field_name": "_ntrees", "_message": "too many"}
    hint = {"_log_level": 5, "_field_name": "_seed", "_message": "a hint"}
    problem = raised(412, "/3/ModelBuilders/gbm", msg="wrong", values={"messages": [message, hint, message]})
    assert isinstance(problem, errors.ParameterError)
    assert isinstance(problem, ValueError)
    assert problem.fields == [("ntrees", "too many")]
    assert str(problem) == "ntrees: too many"


def test_an_unknown_parameter():
    problem = raised(412, "/3/ModelBuilders/gbm", msg="ERROR MESSAGE:\n\nUnknown parameter: foo")
    assert isinstance(problem, errors.ParameterError)
    assert str(problem) == "Unknown parameter: foo"


@pytest.mark.parametrize("status", [401, 403])
def test_credentials_are_asked_for_or_refused(status):
    asked = replies.error(replies.failure(status, b"<html>"), "GET", "/3/Cloud", known_user=False)
    refused = replies.error(replies.failure(status, b"<html>"), "GET", "/3/Cloud", known_user=True)
    assert isinstance(asked, errors.AuthenticationError)
    assert "auth=(user, password)" in str(asked)
    assert "refuses" in str(refused)


def test_an_answer_that_is_not_json():
    problem = replies.error(replies.failure(503, b"<html>"), "GET", "/3/Cloud", known_user=False)
    assert isinstance(problem, errors.ServerError)
    assert "HTTP 503 Service Unavailable" in str(problem)


def test_a_poisoned_session_is_recognised():
    assert replies.failure(500, body(msg="Ref-count mismatch for vec $04: REFCNT = 2, should be 1")).poisoned
    assert replies.failure(500, body(msg="REFCNTs contains an extra vec")).poisoned
    assert not replies.failure(500, body(msg="Name lookup of 'F' failed")).poisoned
