"""Statistics, factors, groups, joins and what else is done with whole columns."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

M = pd.DataFrame(
    {
        "x": [1.5, -2.0, np.nan, 7.0, 5.0, 0.5],
        "i": [1, 2, 3, -4, 0, 2],
        "g": pd.Categorical(["u", "v", None, "u", "w", "v"]),
        "s": ["p", "q", "p", None, "q", "q"],
    }
)


@pytest.fixture
def mixed(up):
    return up(M)


def local(data):
    return data.dataframe().to_pandas()


def same(ours, expected):
    expected = pd.DataFrame(expected)
    pd.testing.assert_frame_equal(local(ours), expected, check_dtype=False, check_categorical=False)


@pytest.mark.parametrize("function", ["min", "max", "sum", "mean", "median", "sd", "var"])
def test_statistics(classic, mixed, function):
    theirs = {"sd": "std"}.get(function, function)
    for column in ("x", "i"):
        assert getattr(mixed[column], function)() == pytest.approx(getattr(M[column], theirs)())
        assert getattr(classic, function)(mixed[column] > 1) == pytest.approx(getattr((M[column] > 1) * 1, theirs)())
    assert np.isnan(getattr(mixed["g"], function)())
    nothing = mixed[mixed["i"] > 99]["x"]
    assert nothing.nrow() == 0
    assert getattr(nothing, function)() == 0 if function == "sum" else np.isnan(getattr(nothing, function)())


def test_statistics_of_frames(classic, mixed):
    numbers = mixed[["x", "i"]]
    assert (numbers.min(), numbers.max(), numbers.sum()) == (-4, 7, M.x.sum() + M.i.sum())
    assert numbers.mean() == pytest.approx(M[["x", "i"]].mean().tolist())
    assert numbers.sd() == pytest.approx(M[["x", "i"]].std().tolist())
    assert numbers.median() == pytest.approx(M[["x", "i"]].median().tolist())
    assert np.isnan(mixed.mean()[2])
    whole = mixed[["i"]]
    whole["j"] = whole["i"] * whole["i"]
    found = local(whole.var())
    np.testing.assert_allclose(found, pd.DataFrame({"i": M.i, "j": M.i**2}).cov())
    assert np.isnan(mixed[["g", "s"]].min())
    assert np.isnan(mixed[["g", "s"]].max())
    assert mixed[["g", "s"]].sum() == 0
    assert mixed[["g", "s"]].any() is False
    assert classic.all(mixed["i"]) is False
    assert classic.all(mixed["i"] > -9) is True
    assert (mixed["i"] > -9).frame().all() is True
    assert mixed[["i"]].any() is True
    assert mixed[["i"]].all() is False


def test_quantiles(mixed, theirs):
    probabilities = [0.1, 0.5, 0.9]
    found = local(mixed[["x", "i"]].quantile(probabilities))
    assert found.iloc[:, 0].tolist() == probabilities
    for n, column in enumerate(("x", "i"), 1):
        np.testing.assert_allclose(found.iloc[:, n], M[column].quantile(probabilities))
    assert len(mixed["x"].quantile()[0]) == 9
    assert mixed["i"].quantile([0.5], "low")[1][0] == 1
    assert mixed["i"].quantile(0.5, "high")[1][0] == 2
    for bad in ({"prob": [2]}, {"combine_method": "none"}):
        with pytest.raises(ValueError, match="prob"):
            mixed["x"].quantile(**bad)


def test_factors(classic, mixed):
    assert mixed.isfactor() == [False, False, True, False]
    assert mixed.anyfactor()
    assert (mixed["g"].levels(), mixed["g"].nlevels(), mixed["x"].levels()) == (["u", "v", "w"], 3, [])
    assert (mixed.levels("g"), mixed.nlevels(2), classic.nlevels(mixed, 2)) == (["u", "v", "w"], 3, 3)
    assert mixed["i"].asfactor().levels() == ["-4", "0", "1", "2", "3"]  # in the order of the numbers
    assert mixed["s"].asfactor().levels() == ["p", "q"]
    assert (mixed["i"] > 1).asfactor().levels() == ["0", "1"]
    assert list(mixed["i"].asfactor().asnumeric()) == M.i.tolist()
    assert list(mixed["g"].asnumeric().isna()) == [0, 0, 1, 0, 0, 0]
    assert list(mixed["g"].asnumeric())[:2] == [0, 1]
    assert list(classic.H2OFrame(["1.5", "2"])[0].asnumeric()) == [1.5, 2]
    assert local(classic.asnumeric(mixed)[["x", "i"]]).equals(M[["x", "i"]].astype({"i": "int64"}))
    assert (mixed["x"].isnumeric(), mixed["s"].isstring(), mixed["g"].isstring()) == (True, True, False)


def test_levels_are_set(classic, mixed):
    assert list(mixed["g"].setLevel("w")) == ["w", "w", None, "w", "w", "w"]
    g = mixed["g"]
    g.setLevels(["A", "B", "C"])
    assert list(g) == ["A", "B", None, "A", "C", "B"]
    assert mixed["g"].levels() == ["u", "v", "w"]
    one = mixed[["g"]]
    classic.setLevels(one, ["a", "b", "c"])
    assert one.levels() == ["a", "b", "c"]
    for vec, level in ((g, "u"), (mixed["x"], "u"), (mixed, "u")):
        with pytest.raises(ValueError, match=r"level|column|factor"):
            vec.setLevel(level)
    with pytest.raises(ValueError, match="3 levels"):
        g.setLevels(["A"])


def test_table_and_unique(mixed):
    same(mixed["g"].table(), {"g": pd.Categorical(["u", "v", "w"]), "Count": [2, 2, 1]})
    counts = local(mixed["g"].table(mixed["i"]))
    assert counts.iloc[:, 2].sum() == 5
    pairs = M.dropna(subset="g").groupby(["g", "i"], observed=True).ngroups
    assert mixed[["g", "i"]].table().nrow() == len(counts) == pairs
    assert list(mixed["g"].unique()[0]) == ["u", "v", None, "w"]
    assert sorted(mixed["i"].unique()[0]) == sorted(M.i.unique())
    same(mixed["s"].table(), {"s": ["p", "q"], "Count": [2, 3]})
    for use in (mixed.unique, mixed.which):
        with pytest.raises(ValueError, match="one column"):
            use()
    for use in (mixed.table, lambda: mixed["i"].table(mixed[["g", "s"]])):
        with pytest.raises(ValueError, match="not of"):
            use()


def test_cut(mixed, theirs):
    frame = theirs.frame(M[["x"]])
    for options in ({}, {"right": False}, {"labels": ["a", "b", "c"]}, {"include_lowest": True}, {"dig_lab": 1}):
        ours = mixed["x"].cut([-2, 0.5, 5, 7], **options)
        expected = theirs.pull(frame["x"].cut([-2, 0.5, 5, 7], **options)).iloc[:, 0]
        assert ours.isfactor()
        assert list(ours) == [None if pd.isna(v) else v for v in expected], options


def test_functions_of_numbers_refuse_texts(mixed):
    with pytest.raises(ValueError, match="sturges"):
        mixed["i"].hist("none")
    for use in (mixed["g"].quantile, mixed["s"].hist, mixed.var, mixed.quantile, mixed.transpose,
                lambda: mixed["s"].cut([0, 1]), lambda: mixed["x"].cut([0])):
        with pytest.raises(ValueError, match="takes numbers"):
            use()


def test_match_and_which(mixed):
    assert list(mixed["g"].match(["v", "u"])) == [2, 1, 0, 2, 0, 1]
    assert list(mixed["i"].match([3, 2, 2])) == [0, 2, 1, 0, 0, 2]
    assert list(mixed["s"].match("q", nomatch=-1)) == [-1, 1, -1, -1, 1, 1]
    assert np.isnan(mixed["i"].match([9], nomatch=None)[0])
    assert list(mixed["i"].match(["x"])) == [0] * 6
    assert list((mixed["i"] > 1).which()) == [1, 2, 5]
    assert (mixed["i"] > 99).which().nrow() == 0
    with pytest.raises(ValueError, match="list"):
        mixed["i"].match([1, "x"])


def test_scale(classic, mixed):
    numbers, p = mixed[["x", "i"]], M[["x", "i"]]
    np.testing.assert_allclose(local(numbers.scale()), (p - p.mean()) / p.std())
    np.testing.assert_allclose(local(numbers.scale(center=False)), p / p.std())
    np.testing.assert_allclose(local(classic.scale(numbers, [1, 2], [2, 4])), (p - [1, 2]) / [2, 4])
    np.testing.assert_allclose(list(mixed["i"].scale(scale=False)), p.i - p.i.mean())
    assert mixed.scale()["g"][0] == "u"
    with pytest.raises(ValueError, match="list of 2"):
        numbers.scale([1])


def test_impute(classic, mixed):
    fill = {"mean": M.x.mean(), "median": M.x.median()}
    for method, value in fill.items():
        made = mixed.impute("x", method, inplace=False)
        assert list(made["x"]) == pytest.approx(M.x.fillna(value).tolist())
    assert list(mixed.impute("g", inplace=False)["g"])[2] in {"u", "v"}
    assert list(mixed.impute("s", "mode", inplace=False)["s"]) == M.s.fillna("q").tolist()
    assert np.isnan(mixed["x"][2])  # a copy was changed
    by = mixed.impute("x", "mean", by="s", inplace=False)
    assert by["x"][2] == M[M.s == "p"].x.mean()
    assert list(mixed.impute("s", by=["i"], inplace=False)["s"])[3] is None  # its group has no value
    assert list(mixed.impute("s", by="g", inplace=False)["s"])[3] == "p"
    assert classic.impute(mixed, mixed["x"], method=["median"]) is mixed
    assert mixed["x"][2] == M.x.median()
    assert list(classic.H2OFrame({"n": [2, 2, 1]}).impute(0, "mode")["n"]) == [2, 2, 1]
    gaps = classic.H2OFrame({"x": [1.0, None, 4.0], "g": ["u", None, "u"]})
    for between, value in (("low", 1), ("high", 4), ("average", 2.5)):
        assert gaps.impute("x", "median", between, inplace=False)["x"][1] == value
    assert list((gaps[["g"]].impute("g"))["g"]) == ["u"] * 3
    with pytest.raises(ValueError, match="frame"):
        classic.impute(mixed["x"], 0)
    for bad in (("g", "mean"), ("x", "none"), ("no", "mean")):
        with pytest.raises(ValueError, match=r"\w"):
            mixed.impute(*bad)


def test_columns_side_by_side(classic, mixed):
    both = classic.cbind(mixed["x"], mixed[["i", "g"]])
    assert both.names() == ["x", "i", "g"]
    both.cbind(mixed["s"])
    same(both, M)
    assert mixed["x"].cbind(mixed["i"]).names() == ["x", "i"]
    both[0]._name = "y"
    assert mixed.names()[0] == "x"
    for bad in (classic.H2OFrame({"z": [1]}), 3):
        with pytest.raises(ValueError, match=r"rows|frame"):
            both.cbind(bad)
    assert both.names() == ["y", "i", "g", "s"]


def test_rows_below(classic, mixed, up):
    more = M.assign(g=pd.Categorical(["a", "b"] * 3), i=M.i / 2)
    other = up(more)
    both = mixed.rbind(other)
    expected = pd.concat([M, more], ignore_index=True).astype({"g": "str"})
    assert both["g"].levels() == ["a", "b", "u", "v", "w"]
    found = local(both).astype({"g": "str"})
    pd.testing.assert_frame_equal(found, expected, check_dtype=False)
    assert list(classic.rbind(mixed["i"], mixed["i"] * 2)) == [*M.i, *(M.i * 2)]
    with pytest.raises(ValueError, match="vec"):
        mixed["i"].rbind(mixed[["i"]])
    for bad in (mixed[["x"]], mixed[["i", "x", "g", "s"]], other["s"].frame()):
        with pytest.raises(ValueError, match="columns"):
            mixed.rbind(bad)
    with pytest.raises(ValueError, match="dtype"):
        mixed[["x"]].rbind(_named(mixed[["s"]], ["x"]))


def _named(frame, names):
    copy = frame._copy()
    copy.setNames(names)
    return copy


@pytest.mark.parametrize(("left", "right"), [(False, False), (True, False), (False, True), (True, True)])
def test_merge(mixed, up, left, right):
    other = pd.DataFrame({"g": pd.Categorical(["v", "z", "v"], categories=["v", "z"]), "w": [1.0, 2.0, 3.0]})
    how = {(False, False): "inner", (True, False): "left", (False, True): "right", (True, True): "outer"}[left, right]
    found = local(mixed.merge(up(other), left, right)).astype({"g": "str"})
    expected = M.astype({"g": "str"}).merge(other.astype({"g": "str"}), how=how, on="g")
    order = ["g", "x", "i", "w"]
    pd.testing.assert_frame_equal(
        found.sort_values(order, ignore_index=True)[[*M, "w"]], expected.sort_values(order, ignore_index=True),
        check_dtype=False,
    )
    with pytest.raises(ValueError, match="in common"):
        mixed[["x"]].merge(up(other))
    with pytest.raises(ValueError, match="frame"):
        mixed.merge(mixed["g"])


def test_group_by(mixed):
    found = mixed.group_by(
        ["g"],
        {
            "rows": ["count", 0, "all"], "mean": ["mean", "x", "rm"], "sum": ["sum", 1, "all"],
            "low": ["min", "x", "rm"], "sd": ["sd", "i", "all"], "mode": ["mode", "s", "rm"],
        },
    )
    groups = M.groupby("g", dropna=False, observed=True)
    expected = pd.DataFrame(
        {
            "rows": groups.size(), "mean": groups.x.mean(), "sum": groups.i.sum(), "low": groups.x.min(),
            "sd": groups.i.std(), "mode": ["p", "q", "q", "p"],
        }
    ).reset_index()
    same(found, expected)


def test_times_in_groups(up):
    t = pd.to_datetime(["2020-01-01", None, "2021-01-01", "2020-01-01"])
    p = pd.DataFrame({"t": t, "x": [1.0, 2.0, 3.0, 4.0], "g": ["u", "u", "v", "v"]})
    frame = up(p)
    same(frame.group_by("g", {"m": ["max", "t", "rm"]}), p.groupby("g").t.max().reset_index(name="m"))
    counts = p.groupby("t", dropna=False).size().tolist()
    assert list(frame.ddply("t", lambda g: g.nrow())["ddply_C1"]) == counts == [2, 1, 1]
    for wanted in (["sum", "t", "rm"], ["sd", "t", "all"], ["mean", "t", "ignore"]):
        with pytest.raises(ValueError, match="times"):
            frame.group_by("g", {"m": wanted})
    assert frame["t"].quantile(0.5)[0, 1] == frame["t"].median()


def test_missing_values_in_groups(mixed, theirs):
    frame = theirs.frame(M[["x", "s"]], s="enum")
    for na in ("all", "rm", "ignore"):
        ours = local(mixed.group_by("s", {"m": ["mean", "x", na]}))
        other = theirs.pull(frame.group_by("s").mean("x", na=na).get_frame())
        merged = ours.merge(other, on="s")
        if na != "ignore":  # the package takes what is left out for the mean of the others
            np.testing.assert_allclose(merged.m, merged.mean_x)
    assert local(mixed.group_by("s", {"m": ["mean", "x", "ignore"]})).m[0] == 1.5 / 2


def test_group_by_of_several_and_in_order(mixed):
    ordered = mixed.group_by(["i", "s"], {"n": ["count", 0, "all"]}, order_by=["s", "i"])
    groups = M.groupby(["i", "s"], dropna=False).size().reset_index(name="n").sort_values(["s", "i"], kind="stable")
    same(ordered, groups.reset_index(drop=True))
    first = mixed[["i", "s", "x"]]  # the columns that make groups may be the first ones
    same(first.group_by("i", {"n": ["count", 0, "rm"]}), M.groupby("i").size().reset_index(name="n"))
    same(first.ddply(0, lambda g: g.nrow()), M.groupby("i").size().reset_index(name="ddply_C1"))
    modes = local(first.group_by(["i"], {"m": ["mode", "s", "rm"]}))["m"]
    assert modes.fillna("none").tolist() == ["none", "q", "p", "q", "p"]
    made = mixed.group_by("s").count().mean("x", na="rm").max("i").get_frame()
    assert made.names() == ["s", "nrow", "mean_x", "max_i"]
    for bad in ({"a": ["sum", "s", "rm"]}, {"a": ["mean", "i", "rm"], "b": ["max", "g", "all"]},
                {"a": ["none", "x", "rm"]}, {"a": ["mean", "no", "rm"]}, {"a": ["mean", "x", "no"]}, {}):
        with pytest.raises(ValueError, match=r"\w"):
            mixed.group_by(["s"], bad)
    assert local(mixed.group_by("i", {"t": ["first", "g", "rm"]}))["t"].isna().sum() == 1


def test_ddply_and_apply(classic, mixed):
    found = mixed.ddply(["s"], lambda g: [g["i"].sum(), g.nrow()])
    same(found, {"s": ["p", "q", None], "ddply_C1": [4, 4, -4], "ddply_C2": [2, 3, 1]})
    numbers, p = mixed[["x", "i"]], M[["x", "i"]]
    same(numbers.apply(lambda v: v.mean()), {"x": [M.x.mean()], "i": [M.i.mean()]})
    same(numbers.apply(lambda v: v * 2), p * 2)
    odd = numbers._copy()
    odd.setNames(["two words", "1"])
    same(odd.apply(lambda v: v.mean()), {"two words": [M.x.mean()], "1": [M.i.mean()]})
    for name in ("sum", "mean", "min", "max"):
        rows = numbers.apply(lambda r, name=name: getattr(r, name)(), axis=1)
        np.testing.assert_allclose(local(rows).iloc[:, 0], getattr(p, name)(axis=1))
    np.testing.assert_allclose(local(classic.apply(numbers, lambda r: r[0] + 2 * r["i"], 1)).iloc[:, 0], p.x + 2 * p.i)
    with pytest.raises(ValueError, match="order"):
        mixed.group_by("s", {"n": ["count", 0, "rm"]}, order_by="i")
    with pytest.raises(ValueError, match="axis"):
        numbers.apply(abs, axis=2)


def test_hist(mixed, theirs):
    frame = theirs.frame(M[["i"]])
    ours, other = local(mixed["i"].hist(3)), theirs.pull(frame["i"].hist(3, plot=False))
    for column in ours:
        np.testing.assert_allclose(ours[column], other[column])
    assert local(mixed["i"].hist([-5, 0, 5])).counts.tolist()[1:] == [2, 4]


def test_a_histogram_is_drawn(mixed):
    pyplot = pytest.importorskip("matplotlib.pyplot")
    pyplot.switch_backend("Agg")
    mixed["i"].hist([-5, 0, 5], plot=True)
    bars = pyplot.gca().patches
    assert [bar.get_height() for bar in bars] == [2, 4]
    assert [(bar.get_x(), bar.get_width()) for bar in bars] == [(-5, 5), (0, 5)]
    pyplot.close("all")


def test_rows_for_splitting(frame, prostate):
    folds = frame.kfold_column(5, seed=1)
    assert set(folds) == {0, 1, 2, 3, 4}
    assert list(frame.kfold_column(5, seed=1)) == list(folds)
    drawn = list(frame[0].runif(seed=9))
    assert 0 <= min(drawn) < max(drawn) < 1
    assert list(frame["AGE"].runif(9)) == drawn
    assert list(frame[0].runif()) != drawn
    assert frame[folds != 2].nrow() == 380 - sum(f == 2 for f in folds)
    with pytest.raises(ValueError, match="folds"):
        frame.kfold_column(1)


def test_transpose_and_missing(mixed):
    turned = local(mixed[["x", "i"]].transpose())
    np.testing.assert_allclose(turned.to_numpy(dtype="float64"), M[["x", "i"]].to_numpy().T)
    assert mixed.filterNACols(0.2) == [0, 1, 2, 3]
    assert mixed.filterNACols(0.1) == [1]
    mixed.insert_missing_values(0.5, seed=1)
    assert 0 < sum(sum(v.isna()) for v in mixed) - 3 < 24
