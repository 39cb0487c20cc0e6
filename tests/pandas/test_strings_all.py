"""Every name of `Series.str`, with pandas' signature and pandas' result."""

from __future__ import annotations

import inspect
import re

import numpy as np
import pandas as pd
import pytest

import h2o_frame_compat.pandas as hpd

S = pd.Series
NAMES = [name for name in dir(pd.Series.str) if not name.startswith("_")]
TEXTS = {
    "odd": S(["a-b|c", None, "", " Ab1 ", "ÄÖ-ß|x", "😀-1", "a-b|c", "x\ty", "İ٣²"], name="s", index=list("abcabcabc")),
    "no rows": S([], dtype="str"),
    "many": S([f"T{n % 50}-{n % 7}|é" for n in range(11000)]),
    "string": S(["a-b", None, "b"], dtype="string"),
}
CALLS = {
    "capitalize": lambda s: s.str.capitalize(),
    "casefold": lambda s: s.str.casefold(),
    "cat": lambda s: s.str.cat(s.str.upper(), sep="+", na_rep="?"),
    "center": lambda s: s.str.center(9, "*"),
    "contains": lambda s: s.str.contains(re.compile("A", re.IGNORECASE)),
    "count": lambda s: s.str.count("[a-z]"),
    "decode": lambda s: s.str.encode("utf-8").str.decode("utf-8"),
    "encode": lambda s: s.str.encode("utf-8").str.len(),
    "endswith": lambda s: s.str.endswith(("c", "1")),
    "extract": lambda s: s.str.extract(r"(?P<head>\w)-(?P<rest>.)"),
    "extractall": lambda s: s.str.extractall(r"(?P<one>\w)(-)?"),
    "find": lambda s: s.str.find("-", 1, 5),
    "findall": lambda s: s.str.findall("[a-z]").str.len(),
    "fullmatch": lambda s: s.str.fullmatch("[a-z-]*", na=False),
    "get": lambda s: s.str.get(-1),
    "get_dummies": lambda s: s.str.get_dummies(sep="-"),
    "index": lambda s: s.str.index(""),
    "isalnum": lambda s: s.str.isalnum(),
    "isalpha": lambda s: s.str.isalpha(),
    "isascii": lambda s: s.str.isascii(),
    "isdecimal": lambda s: s.str.isdecimal(),
    "isdigit": lambda s: s.str.isdigit(),
    "islower": lambda s: s.str.islower(),
    "isnumeric": lambda s: s.str.isnumeric(),
    "isspace": lambda s: s.str.isspace(),
    "istitle": lambda s: s.str.istitle(),
    "isupper": lambda s: s.str.isupper(),
    "join": lambda s: s.str.join("_"),
    "len": lambda s: s.str.len(),
    "ljust": lambda s: s.str.ljust(8, "."),
    "lower": lambda s: s.str.lower(),
    "lstrip": lambda s: s.str.lstrip("a "),
    "match": lambda s: s.str.match("a.b", flags=re.IGNORECASE),
    "normalize": lambda s: s.str.normalize("NFKD"),
    "pad": lambda s: s.str.pad(7, side="both"),
    "partition": lambda s: s.str.partition("-"),
    "removeprefix": lambda s: s.str.removeprefix("a-"),
    "removesuffix": lambda s: s.str.removesuffix("|c"),
    "repeat": lambda s: s.str.repeat(2),
    "replace": lambda s: s.str.replace({"a": "A", "-": "/"}),
    "rfind": lambda s: s.str.rfind("-"),
    "rindex": lambda s: s.str.rindex("-"),
    "rjust": lambda s: s.str.rjust(8),
    "rpartition": lambda s: s.str.rpartition("|"),
    "rsplit": lambda s: s.str.rsplit("-", n=1, expand=True),
    "rstrip": lambda s: s.str.rstrip(),
    "slice": lambda s: s.str.slice(-3, None, 2),
    "slice_replace": lambda s: s.str.slice_replace(1, 2, "#"),
    "split": lambda s: s.str.split(r"[-|]", expand=True, regex=True),
    "startswith": lambda s: s.str.startswith("a", na=False),
    "strip": lambda s: s.str.strip(),
    "swapcase": lambda s: s.str.swapcase(),
    "title": lambda s: s.str.title(),
    "translate": lambda s: s.str.translate(str.maketrans("ab", "xy")),
    "upper": lambda s: s.str.upper(),
    "wrap": lambda s: s.str.wrap(3),
    "zfill": lambda s: s.str.zfill(6),
}
# pandas gives what is made of lists and bytes as dtype object; all-missing columns are str here
LOOSE = {"decode", "findall", "encode", "extract", "extractall", "split", "rsplit", "partition", "rpartition"}
# no labels have no type in pandas
EMPTY = {("extractall", "no rows"): {"check_index_type": False}}


def parameters(function):
    return [(p.name, p.kind, repr(p.default)) for p in inspect.signature(function).parameters.values()]


def test_all_names_are_tried():
    assert set(CALLS) == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_signature(name, up):
    accessor = type(up(TEXTS["no rows"]).str)
    assert parameters(getattr(accessor, name)) == parameters(getattr(pd.Series.str, name))
    assert getattr(accessor, name).__doc__


@pytest.mark.parametrize("texts", TEXTS)
@pytest.mark.parametrize("name", NAMES)
def test_in_the_cluster(agree, name, texts):
    if texts == "string" and name in {"encode", "findall"}:
        pytest.skip("pandas gives numbers with NA as dtype object, which H2O has not")
    agree(CALLS[name], TEXTS[texts], check_dtype=name not in LOOSE, **EMPTY.get((name, texts), {}))


MORE = {
    "regex with a function": lambda s: s.str.replace("[a-z]", lambda m: m.group().upper(), regex=True),
    "replace any case": lambda s: s.str.replace("A", "@", case=False),
    "replace once": lambda s: s.str.replace("-", "", n=1),
    "split at a regex": lambda s: s.str.split("[|]", n=1).str[0],
    "slices of pieces": lambda s: s.str.split("-").str[1:].str.join("+"),
    "partition in tuples": lambda s: s.str.partition("-", expand=False).str[2],
    "rpartition in tuples": lambda s: s.str.rpartition("-", expand=False).str[0],
    "dummies of a dtype": lambda s: s.str.get_dummies(sep="-", dtype="int8"),
    "cat with an array": lambda s: s.str.cat(np.array(["q"] * len(s), dtype=object), na_rep="-"),
    "cat with a list": lambda s: s.str.cat(["q"] * len(s), sep="/"),
    "cat with a frame": lambda s: s.str.cat(s.to_frame().assign(z=s), sep="/", na_rep="?"),
    "too many arguments": lambda s: s.str.zfill(3, 4),
    "no such argument": lambda s: s.str.upper(strange=1),
    "encode then nothing": lambda s: s.str.split("-").str.nonsense(),
}


@pytest.mark.parametrize("name", MORE)
def test_more(agree, name):
    agree(MORE[name], TEXTS["odd"], check_dtype=False)


def test_rows_for_every_piece(agree):
    agree(lambda s: s.str.split("-").explode(), TEXTS["odd"], check_dtype=False)
    agree(lambda s: s.str.findall("[a-z]").explode(ignore_index=True), TEXTS["many"], check_dtype=False)
    agree(lambda s: s.str.split("-").explode(), TEXTS["no rows"], check_dtype=False)


def test_matches_have_the_labels_of_their_rows(agree):
    several = TEXTS["odd"].set_axis(pd.MultiIndex.from_product([["x", "y", "z"], [1, 2, 3]], names=["p", "q"]))
    agree(lambda s: s.str.extractall("([a-c])"), several)
    agree(lambda s: s.str.extractall("(a)(q)?"), several, check_dtype=False)
    agree(lambda s: s.str.extractall("a"), several)  # no group


def test_aligned_by_label(agree):
    left, right = S(["a", "b", "c"], index=[3, 1, 2]), S(["x", "y"], index=[1, 3])
    agree(lambda a, b: a.str.cat(b, sep="-"), left, right)
    for join in ("outer", "inner", "right"):
        agree(lambda a, b, join=join: a.str.cat(b, sep="-", join=join), left, right, native=False)


def test_categories_that_no_row_has(agree):
    c = S(["a-b", "c-d", None], dtype=pd.CategoricalDtype(["a-b", "c-d", "zz"]))
    agree(lambda s: s.str.index("-"), c)
    agree(lambda s: s.str.get_dummies("-"), c)
    agree(lambda s: s.str.extractall("([a-d])"), c, check_dtype=False)
    agree(lambda s: s.str.isalpha(), c[c.notna()])


def test_only_the_distinct_texts_are_moved(up, cluster, extension):
    ours = up(TEXTS["many"])
    cluster.executor.store(ours.str.title()._block.rel)
    with cluster.client.count() as seen:
        made = ours.str.title()
    assert sum(received for *_, received in seen.calls) < 30_000
    assert made.nunique() == 350


def test_pieces_say_what_they_are(up):
    ours = up(S(["a b", None], name="n"))
    assert ours.str.encode("ascii").to_pandas().tolist()[0] == b"a b"
    assert len(ours.str.findall(".")) == 2
    assert hpd.Series(["a"]).str.split().str.len().tolist() == [1]


def test_names_of_the_accessor_of_categories():
    from h2o_frame_compat.pandas.categories import CategoryAccessor

    names = [name for name in dir(S(["a"], dtype="category").cat) if not name.startswith("_")]
    assert len(names) == 11
    for name in names:
        assert hasattr(CategoryAccessor, name)
        if callable(getattr(pd.Categorical, name)):
            assert parameters(getattr(CategoryAccessor, name)) == parameters(getattr(pd.Categorical, name))
