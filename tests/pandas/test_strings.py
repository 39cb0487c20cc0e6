"""The accessors of text and of categories."""

from __future__ import annotations

import pandas as pd
import pytest

S = pd.Series
TEXTS = {
    "odd": S(
        [
            "Hello World",
            "  pad ",
            "",
            None,
            "a-b-c",
            "ÄöÜß",
            "x\ny",
            "😀 emoji",
            "123",
            "a.b",
            "Hello World",
            "\u00a0nb\u00a0",
            "İΣ",
            r"\E",
            'q"',
        ],
        name="s",
    ),
    "no gaps": S(["ab", "cd", "ab"], name="k", index=[3, 3, 4]),
    "pandas.NA": S(["ab", None], dtype="string"),
    "no rows": S([], dtype="str"),
    "many": S([f"t{n}-{n % 7}" for n in range(12000)]),
}
FUNCTIONS = {
    "lower": lambda s: s.str.lower(),
    "upper": lambda s: s.str.upper(),
    "strip": lambda s: s.str.strip(),
    "strip characters": lambda s: s.str.strip("a "),
    "len": lambda s: s.str.len(),
    "contains": lambda s: s.str.contains("a"),
    "contains regex": lambda s: s.str.contains("l+"),
    "contains literal": lambda s: s.str.contains(".", regex=False),
    "contains end of quote": lambda s: s.str.contains(r"\E", regex=False),
    "contains any case": lambda s: s.str.contains("WORLD", case=False),
    "contains na": lambda s: s.str.contains("a", na=True),
    "contains nothing": lambda s: s.str.contains(""),
    "contains bad regex": lambda s: s.str.contains("("),
    "startswith": lambda s: s.str.startswith("He"),
    "startswith several": lambda s: s.str.startswith(("a", "x")),
    "endswith": lambda s: s.str.endswith("b"),
    "endswith newline": lambda s: s.str.endswith("\n"),
    "replace": lambda s: s.str.replace("l", "L"),
    "replace regex": lambda s: s.str.replace("[aeiou]", "*", regex=True),
    "slice": lambda s: s.str.slice(1, 3),
    "get": lambda s: s.str.get(0),
    "[0]": lambda s: s.str[0],
    "[1:3]": lambda s: s.str[1:3],
    "[::-1]": lambda s: s.str[::-1],
    "count": lambda s: s.str.count("l"),
    "find": lambda s: s.str.find("o"),
    "zfill": lambda s: s.str.zfill(5),
    "pad": lambda s: s.str.pad(8),
    "title": lambda s: s.str.title(),
    "isdigit": lambda s: s.str.isdigit(),
    "match": lambda s: s.str.match("[A-Z]"),
    "extract": lambda s: s.str.extract("([a-z])-([a-z])"),
    "extract one": lambda s: s.str.extract("([a-z])", expand=False),
    "split expanded": lambda s: s.str.split("-", expand=True),
    "split once": lambda s: s.str.split("-", n=1, expand=True),
    "rsplit": lambda s: s.str.rsplit("-", n=1, expand=True),
    "partition": lambda s: s.str.partition("-"),
    "removeprefix": lambda s: s.str.removeprefix("He"),
    "unknown": lambda s: s.str.nonsense(),
    "iterate": lambda s: list(s.str),
}


@pytest.mark.parametrize("texts", TEXTS)
@pytest.mark.parametrize("name", FUNCTIONS)
def test_text(agree, name, texts):
    agree(FUNCTIONS[name], TEXTS[texts])


PIECES = {
    "first": lambda s: s.str.split("-").str[0],
    "last": lambda s: s.str.split().str.get(-1),
    "len": lambda s: s.str.split("-").str.len(),
    "join": lambda s: s.str.rsplit("-").str.join("+"),
    "map": lambda s: s.str.split("-").map(len, na_action="ignore"),
    "apply": lambda s: s.dropna().str.split("-").apply(lambda parts: parts[-1]),
    "apply a wrong function": lambda s: s.str.split("-").apply(lambda parts: parts + 1),
    "lists of lists": lambda s: s.dropna().str.split("-").map(lambda parts: parts[::-1]).str[0],
}


@pytest.mark.parametrize("name", PIECES)
@pytest.mark.parametrize("texts", ["odd", "no gaps", "many"])
def test_pieces(agree, name, texts):
    # pandas gives text made of lists as dtype object
    agree(PIECES[name], TEXTS[texts], check_dtype=False)


def test_pieces_are_lists_when_looked_at(up):
    from h2o_frame_compat import options

    ours = up(TEXTS["no gaps"]).str.split("b")
    assert ours.to_pandas().tolist() == [["a", ""], ["cd"], ["a", ""]]
    assert repr(ours) == repr(TEXTS["no gaps"].str.split("b"))
    with options.context(fallback="silent"):
        assert ours.tolist() == [["a", ""], ["cd"], ["a", ""]]


def test_texts_put_together(agree):
    agree(lambda s: s.str.cat(s), TEXTS["odd"])
    agree(lambda s: s.str.cat(s, sep=",", na_rep="?"), TEXTS["odd"])
    agree(lambda s: s.str.cat([s, s], sep="_"), TEXTS["odd"])
    agree(lambda s: s.str.cat(sep="_"), TEXTS["no gaps"], native=False)


def test_only_for_text(agree):
    agree(lambda s: s.str.lower(), S([1, 2]))
    agree(lambda s: s.cat.codes, S([1, 2]))


def test_text_of_categories(agree):
    # pandas gives dtype object, which H2O has not
    c = S(["ab", None, "Cd", "ab"], dtype="category")
    agree(lambda s: s.str.upper(), c, check_dtype=False)
    agree(lambda s: s.str.len(), c)
    agree(lambda s: s.str.contains("a"), c[c.notna()])


CATEGORIES = {
    "ordered": S(["a", "b", None, "a"], dtype=pd.CategoricalDtype(["b", "a", "z"], ordered=True), name="c"),
    "plain": S(["q", "a"] * 6000, dtype="category"),
    "no rows": S([], dtype=pd.CategoricalDtype(["b", "a"])),
}
CHANGES = {
    "codes": lambda s: s.cat.codes,
    "categories": lambda s: list(s.cat.categories),
    "is ordered": lambda s: s.cat.ordered,
    "as_ordered": lambda s: s.cat.as_ordered(),
    "as_unordered": lambda s: s.cat.as_unordered(),
    "remove_unused": lambda s: s.cat.remove_unused_categories(),
    "add": lambda s: s.cat.add_categories(["new"]),
    "add what is there": lambda s: s.cat.add_categories(["a"]),
    "rename": lambda s: s.cat.rename_categories({"a": "A"}),
    "set": lambda s: s.cat.set_categories(["a", "y"]),
    "remove": lambda s: s.cat.remove_categories("a"),
    "remove unknown": lambda s: s.cat.remove_categories("nope"),
    "reorder": lambda s: s.cat.reorder_categories(list(s.cat.categories)[::-1]),
    "reorder to fewer": lambda s: s.cat.reorder_categories(["a"]),
    "codes in another order": lambda s: s.cat.reorder_categories(list(s.cat.categories)[::-1]).cat.codes,
    "equal in another order": lambda s: s.cat.reorder_categories(list(s.cat.categories)[::-1]) == "a",
}


@pytest.mark.parametrize("data", CATEGORIES)
@pytest.mark.parametrize("name", CHANGES)
def test_categories(agree, name, data):
    agree(CHANGES[name], CATEGORIES[data])
