"""Every public name of pandas is here, with the same parameters: names, order, kinds and defaults."""

from __future__ import annotations

import inspect

import pandas as pd
import pytest

import h2o_frame_compat.pandas as hpd
from h2o_frame_compat.pandas.generic import REFUSED

pytestmark = pytest.mark.filterwarnings("ignore::pandas.errors.Pandas4Warning")

NO_DEFAULT = pd.api.extensions.no_default
# One method serves frames and series, so that a series' has a parameter of the frame's as well.
ALSO = {"axis", "columns"}


def names(kind):
    return [n for n in dir(kind) if not n.startswith("_") and n not in REFUSED]


def kinds():
    text, moment = pd.Series(["a"]), pd.Series(pd.to_datetime(["2024-01-01"]))
    category = text.astype("category")
    return [
        ("DataFrame", hpd.DataFrame, pd.DataFrame),
        ("Series", hpd.Series, pd.Series),
        ("str", type(hpd.Series(text).str), type(text.str)),
        ("dt", type(hpd.Series(moment).dt), type(moment.dt)),
        ("cat", type(hpd.Series(category).cat), type(category.cat)),
    ]


def parameters(function):
    return [p for p in inspect.signature(function).parameters.values() if p.name != "self"]


def members():
    return [pytest.param(ours, theirs, n, id=f"{title}.{n}") for title, ours, theirs in kinds() for n in names(theirs)]


@pytest.mark.parametrize(("ours", "theirs", "name"), members())
def test_members(ours, theirs, name):
    own, wanted = getattr(ours, name), getattr(theirs, name)
    if not inspect.isfunction(wanted) and not inspect.ismethod(wanted):
        return
    compare(parameters(own), parameters(wanted))


def compare(own, wanted):
    expected = {p.name for p in wanted}
    shared = [p for p in own if p.name in expected or p.name not in ALSO]
    assert [(p.name, p.kind) for p in shared] == [(p.name, p.kind) for p in wanted]
    for one, two in zip(shared, wanted, strict=True):
        sentinel = two.default is NO_DEFAULT or one.default is NO_DEFAULT
        same = one.default is two.default or repr(one.default) == repr(two.default)
        assert same or sentinel or {one.default, two.default} <= {0, None}, (one, two)


def functions():
    found = [n for n in dir(pd) if not n.startswith("_")]
    return [n for n in found if inspect.isfunction(getattr(pd, n))]


@pytest.mark.parametrize("name", functions())
def test_functions(name):
    compare(parameters(getattr(hpd, name)), parameters(getattr(pd, name)))


def test_other_accessors_say_what_to_do():
    for name in REFUSED:
        with pytest.raises(AttributeError, match=f"Can only use the .{name} accessor"):
            getattr(hpd.Series([1]), name)
