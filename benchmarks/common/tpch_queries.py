"""The 22 queries of TPC-H in pandas form: each takes the tables and gives a frame, in pandas as with us."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

Frame = Any
Tables = SimpleNamespace


def revenue(items: Frame) -> Any:
    return items["l_extendedprice"] * (1 - items["l_discount"])


def q1(t: Tables) -> Frame:
    items = t.lineitem[t.lineitem["l_shipdate"] <= "1998-09-02"]
    items = items.assign(disc_price=revenue(items))
    items["charge"] = items["disc_price"] * (1 + items["l_tax"])
    return items.groupby(["l_returnflag", "l_linestatus"], as_index=False).agg(
        sum_qty=("l_quantity", "sum"),
        sum_base_price=("l_extendedprice", "sum"),
        sum_disc_price=("disc_price", "sum"),
        sum_charge=("charge", "sum"),
        avg_qty=("l_quantity", "mean"),
        avg_price=("l_extendedprice", "mean"),
        avg_disc=("l_discount", "mean"),
        count_order=("l_quantity", "size"),
    )


def q2(t: Tables) -> Frame:
    parts = t.part[(t.part["p_size"] == 15) & t.part["p_type"].str.endswith("BRASS")]
    nations = t.nation.merge(t.region[t.region["r_name"] == "EUROPE"], left_on="n_regionkey", right_on="r_regionkey")
    suppliers = t.supplier.merge(nations, left_on="s_nationkey", right_on="n_nationkey")
    offers = t.partsupp.merge(parts, left_on="ps_partkey", right_on="p_partkey")
    offers = offers.merge(suppliers, left_on="ps_suppkey", right_on="s_suppkey")
    cheapest = offers.groupby("p_partkey")["ps_supplycost"].transform("min")
    best = offers[offers["ps_supplycost"] == cheapest]
    best = best.sort_values(["s_acctbal", "n_name", "s_name", "p_partkey"], ascending=[False, True, True, True])
    wanted = ["s_acctbal", "s_name", "n_name", "p_partkey", "p_mfgr", "s_address", "s_phone", "s_comment"]
    return best[wanted].head(100).reset_index(drop=True)


def q3(t: Tables) -> Frame:
    customers = t.customer[t.customer["c_mktsegment"] == "BUILDING"]
    orders = t.orders[t.orders["o_orderdate"] < "1995-03-15"]
    items = t.lineitem[t.lineitem["l_shipdate"] > "1995-03-15"]
    joined = customers.merge(orders, left_on="c_custkey", right_on="o_custkey")
    joined = joined.merge(items, left_on="o_orderkey", right_on="l_orderkey")
    joined["revenue"] = revenue(joined)
    sums = joined.groupby(["l_orderkey", "o_orderdate", "o_shippriority"], as_index=False)["revenue"].sum()
    sums = sums.sort_values(["revenue", "o_orderdate"], ascending=[False, True]).head(10)
    return sums[["l_orderkey", "revenue", "o_orderdate", "o_shippriority"]].reset_index(drop=True)


def q4(t: Tables) -> Frame:
    dates = t.orders["o_orderdate"]
    orders = t.orders[(dates >= "1993-07-01") & (dates < "1993-10-01")]
    late = t.lineitem[t.lineitem["l_commitdate"] < t.lineitem["l_receiptdate"]]
    found = orders[orders["o_orderkey"].isin(late["l_orderkey"].unique())]
    return found.groupby("o_orderpriority").size().reset_index(name="order_count")


def q5(t: Tables) -> Frame:
    dates = t.orders["o_orderdate"]
    orders = t.orders[(dates >= "1994-01-01") & (dates < "1995-01-01")]
    nations = t.nation.merge(t.region[t.region["r_name"] == "ASIA"], left_on="n_regionkey", right_on="r_regionkey")
    customers = t.customer.merge(nations, left_on="c_nationkey", right_on="n_nationkey")
    joined = customers.merge(orders, left_on="c_custkey", right_on="o_custkey")
    joined = joined.merge(t.lineitem, left_on="o_orderkey", right_on="l_orderkey")
    joined = joined.merge(t.supplier, left_on=["l_suppkey", "c_nationkey"], right_on=["s_suppkey", "s_nationkey"])
    joined["revenue"] = revenue(joined)
    sums = joined.groupby("n_name", as_index=False)["revenue"].sum()
    return sums.sort_values("revenue", ascending=False).reset_index(drop=True)


def q6(t: Tables) -> Frame:
    items = t.lineitem
    items = items[
        (items["l_shipdate"] >= "1994-01-01")
        & (items["l_shipdate"] < "1995-01-01")
        & items["l_discount"].between(0.05, 0.07)
        & (items["l_quantity"] < 24)
    ]
    return (items["l_extendedprice"] * items["l_discount"]).agg(["sum"]).to_frame("revenue")


def q7(t: Tables) -> Frame:
    two = t.nation[t.nation["n_name"].isin(["FRANCE", "GERMANY"])][["n_nationkey", "n_name"]]
    suppliers = t.supplier.merge(two, left_on="s_nationkey", right_on="n_nationkey")
    customers = t.customer.merge(two, left_on="c_nationkey", right_on="n_nationkey")
    items = t.lineitem[t.lineitem["l_shipdate"].between("1995-01-01", "1996-12-31")]
    joined = items.merge(suppliers.rename(columns={"n_name": "supp_nation"}), left_on="l_suppkey", right_on="s_suppkey")
    joined = joined.merge(t.orders, left_on="l_orderkey", right_on="o_orderkey")
    customers = customers.rename(columns={"n_name": "cust_nation"})[["c_custkey", "cust_nation"]]
    joined = joined.merge(customers, left_on="o_custkey", right_on="c_custkey")
    joined = joined[joined["supp_nation"] != joined["cust_nation"]]
    joined = joined.assign(l_year=joined["l_shipdate"].dt.year, revenue=revenue(joined))
    return joined.groupby(["supp_nation", "cust_nation", "l_year"], as_index=False)["revenue"].sum()


def q8(t: Tables) -> Frame:
    parts = t.part[t.part["p_type"] == "ECONOMY ANODIZED STEEL"]
    orders = t.orders[t.orders["o_orderdate"].between("1995-01-01", "1996-12-31")]
    nations = t.nation.merge(t.region[t.region["r_name"] == "AMERICA"], left_on="n_regionkey", right_on="r_regionkey")
    customers = t.customer[t.customer["c_nationkey"].isin(nations["n_nationkey"].unique())]
    joined = t.lineitem.merge(parts[["p_partkey"]], left_on="l_partkey", right_on="p_partkey")
    joined = joined.merge(orders, left_on="l_orderkey", right_on="o_orderkey")
    joined = joined.merge(customers[["c_custkey"]], left_on="o_custkey", right_on="c_custkey")
    joined = joined.merge(t.supplier, left_on="l_suppkey", right_on="s_suppkey")
    joined = joined.merge(t.nation, left_on="s_nationkey", right_on="n_nationkey")
    joined = joined.assign(o_year=joined["o_orderdate"].dt.year, volume=revenue(joined))
    joined["brazil"] = joined["volume"].where(joined["n_name"] == "BRAZIL", 0.0)
    sums = joined.groupby("o_year")[["brazil", "volume"]].sum()
    return (sums["brazil"] / sums["volume"]).to_frame("mkt_share").reset_index()


def q9(t: Tables) -> Frame:
    parts = t.part[t.part["p_name"].str.contains("green", regex=False)]
    joined = t.lineitem.merge(parts[["p_partkey"]], left_on="l_partkey", right_on="p_partkey")
    joined = joined.merge(t.supplier, left_on="l_suppkey", right_on="s_suppkey")
    joined = joined.merge(t.partsupp, left_on=["l_suppkey", "l_partkey"], right_on=["ps_suppkey", "ps_partkey"])
    joined = joined.merge(t.orders, left_on="l_orderkey", right_on="o_orderkey")
    joined = joined.merge(t.nation, left_on="s_nationkey", right_on="n_nationkey")
    joined["o_year"] = joined["o_orderdate"].dt.year
    joined["profit"] = revenue(joined) - joined["ps_supplycost"] * joined["l_quantity"]
    sums = joined.groupby(["n_name", "o_year"], as_index=False)["profit"].sum()
    return sums.sort_values(["n_name", "o_year"], ascending=[True, False]).reset_index(drop=True)


def q10(t: Tables) -> Frame:
    dates = t.orders["o_orderdate"]
    orders = t.orders[(dates >= "1993-10-01") & (dates < "1994-01-01")]
    joined = t.customer.merge(orders, left_on="c_custkey", right_on="o_custkey")
    joined = joined.merge(t.lineitem[t.lineitem["l_returnflag"] == "R"], left_on="o_orderkey", right_on="l_orderkey")
    joined = joined.merge(t.nation, left_on="c_nationkey", right_on="n_nationkey")
    joined["revenue"] = revenue(joined)
    keys = ["c_custkey", "c_name", "c_acctbal", "c_phone", "n_name", "c_address", "c_comment"]
    sums = joined.groupby(keys, as_index=False)["revenue"].sum()
    return sums.sort_values(["revenue", "c_custkey"], ascending=[False, True]).head(20).reset_index(drop=True)


def q11(t: Tables) -> Frame:
    germany = t.nation[t.nation["n_name"] == "GERMANY"]
    suppliers = t.supplier.merge(germany, left_on="s_nationkey", right_on="n_nationkey")
    stock = t.partsupp.merge(suppliers, left_on="ps_suppkey", right_on="s_suppkey")
    stock["value"] = stock["ps_supplycost"] * stock["ps_availqty"]
    values = stock.groupby("ps_partkey", as_index=False)["value"].sum()
    large = values[values["value"] > stock["value"].sum() * 0.0001]
    return large.sort_values(["value", "ps_partkey"], ascending=[False, True]).reset_index(drop=True)


def q12(t: Tables) -> Frame:
    items = t.lineitem
    items = items[
        items["l_shipmode"].isin(["MAIL", "SHIP"])
        & (items["l_commitdate"] < items["l_receiptdate"])
        & (items["l_shipdate"] < items["l_commitdate"])
        & (items["l_receiptdate"] >= "1994-01-01")
        & (items["l_receiptdate"] < "1995-01-01")
    ]
    joined = t.orders.merge(items, left_on="o_orderkey", right_on="l_orderkey")
    urgent = joined["o_orderpriority"].isin(["1-URGENT", "2-HIGH"])
    joined = joined.assign(high_line_count=urgent.astype("int64"), low_line_count=(~urgent).astype("int64"))
    return joined.groupby("l_shipmode", as_index=False)[["high_line_count", "low_line_count"]].sum()


def q13(t: Tables) -> Frame:
    orders = t.orders[~t.orders["o_comment"].str.contains("special.*requests")]
    joined = t.customer[["c_custkey"]].merge(orders, left_on="c_custkey", right_on="o_custkey", how="left")
    counts = joined.groupby("c_custkey")["o_orderkey"].count().reset_index(name="c_count")
    found = counts.groupby("c_count").size().reset_index(name="custdist")
    return found.sort_values(["custdist", "c_count"], ascending=False).reset_index(drop=True)


def q14(t: Tables) -> Frame:
    dates = t.lineitem["l_shipdate"]
    items = t.lineitem[(dates >= "1995-09-01") & (dates < "1995-10-01")]
    joined = items.merge(t.part, left_on="l_partkey", right_on="p_partkey")
    joined["revenue"] = revenue(joined)
    joined["promo"] = joined["revenue"].where(joined["p_type"].str.startswith("PROMO"), 0.0)
    sums = joined[["promo", "revenue"]].sum()
    return (sums / sums["revenue"] * 100).to_frame("share")


def q15(t: Tables) -> Frame:
    dates = t.lineitem["l_shipdate"]
    items = t.lineitem[(dates >= "1996-01-01") & (dates < "1996-04-01")]
    items = items.assign(total_revenue=revenue(items))
    sums = items.groupby("l_suppkey", as_index=False)["total_revenue"].sum().round(2)
    best = sums[sums["total_revenue"] == sums["total_revenue"].max()]
    found = t.supplier.merge(best, left_on="s_suppkey", right_on="l_suppkey")
    return found[["s_suppkey", "s_name", "s_address", "s_phone", "total_revenue"]].sort_values("s_suppkey")


def q16(t: Tables) -> Frame:
    parts = t.part[
        (t.part["p_brand"] != "Brand#45")
        & ~t.part["p_type"].str.startswith("MEDIUM POLISHED")
        & t.part["p_size"].isin([49, 14, 23, 45, 19, 3, 36, 9])
    ]
    bad = t.supplier[t.supplier["s_comment"].str.contains("Customer.*Complaints")]
    offers = t.partsupp[~t.partsupp["ps_suppkey"].isin(bad["s_suppkey"].unique())]
    joined = parts.merge(offers, left_on="p_partkey", right_on="ps_partkey")
    counts = joined.groupby(["p_brand", "p_type", "p_size"], as_index=False)["ps_suppkey"].nunique()
    counts = counts.rename(columns={"ps_suppkey": "supplier_cnt"})
    order = ["supplier_cnt", "p_brand", "p_type", "p_size"]
    return counts.sort_values(order, ascending=[False, True, True, True]).reset_index(drop=True)


def q17(t: Tables) -> Frame:
    parts = t.part[(t.part["p_brand"] == "Brand#23") & (t.part["p_container"] == "MED BOX")]
    joined = t.lineitem.merge(parts[["p_partkey"]], left_on="l_partkey", right_on="p_partkey")
    usual = joined.groupby("p_partkey")["l_quantity"].transform("mean")
    small = joined[joined["l_quantity"] < 0.2 * usual]
    return (small[["l_extendedprice"]].sum() / 7.0).to_frame("avg_yearly")


def q18(t: Tables) -> Frame:
    sums = t.lineitem.groupby("l_orderkey", as_index=False)["l_quantity"].sum()
    large = sums[sums["l_quantity"] > 300].rename(columns={"l_quantity": "sum_quantity"})
    joined = t.orders.merge(large, left_on="o_orderkey", right_on="l_orderkey")
    joined = joined.merge(t.customer, left_on="o_custkey", right_on="c_custkey")
    wanted = ["c_name", "c_custkey", "o_orderkey", "o_orderdate", "o_totalprice", "sum_quantity"]
    return joined.sort_values(["o_totalprice", "o_orderdate"], ascending=[False, True])[wanted].head(100)


def q19(t: Tables) -> Frame:
    items = t.lineitem[
        t.lineitem["l_shipmode"].isin(["AIR", "AIR REG"]) & (t.lineitem["l_shipinstruct"] == "DELIVER IN PERSON")
    ]
    joined = items.merge(t.part, left_on="l_partkey", right_on="p_partkey")
    kept = None
    for brand, size, low, boxes in (("12", "SM", 1, 5), ("23", "MED", 10, 10), ("34", "LG", 20, 15)):
        kinds = {"SM": ["CASE", "BOX", "PACK", "PKG"], "MED": ["BAG", "BOX", "PKG", "PACK"]}
        containers = [f"{size} {kind}" for kind in kinds.get(size, kinds["SM"])]
        mask = (
            (joined["p_brand"] == f"Brand#{brand}")
            & joined["p_container"].isin(containers)
            & joined["l_quantity"].between(low, low + 10)
            & joined["p_size"].between(1, boxes)
        )
        kept = mask if kept is None else kept | mask
    found = joined[kept]
    return found.assign(revenue=revenue(found))[["revenue"]].sum().to_frame("revenue")


def q20(t: Tables) -> Frame:
    dates = t.lineitem["l_shipdate"]
    items = t.lineitem[(dates >= "1994-01-01") & (dates < "1995-01-01")]
    used = items.groupby(["l_partkey", "l_suppkey"], as_index=False)["l_quantity"].sum()
    forest = t.part[t.part["p_name"].str.startswith("forest")]
    offers = t.partsupp[t.partsupp["ps_partkey"].isin(forest["p_partkey"].unique())]
    offers = offers.merge(used, left_on=["ps_partkey", "ps_suppkey"], right_on=["l_partkey", "l_suppkey"])
    offers = offers[offers["ps_availqty"] > 0.5 * offers["l_quantity"]]
    suppliers = t.supplier.merge(
        t.nation[t.nation["n_name"] == "CANADA"], left_on="s_nationkey", right_on="n_nationkey"
    )
    found = suppliers[suppliers["s_suppkey"].isin(offers["ps_suppkey"].unique())]
    return found[["s_name", "s_address"]].sort_values("s_name").reset_index(drop=True)


def q21(t: Tables) -> Frame:
    items = t.lineitem[["l_orderkey", "l_suppkey", "l_receiptdate", "l_commitdate"]]
    late = items[items["l_receiptdate"] > items["l_commitdate"]]
    each = items.groupby("l_orderkey")["l_suppkey"].nunique().reset_index(name="suppliers")
    slow = late.groupby("l_orderkey")["l_suppkey"].nunique().reset_index(name="late_suppliers")
    found = late.merge(each[each["suppliers"] > 1], on="l_orderkey")
    found = found.merge(slow[slow["late_suppliers"] == 1], on="l_orderkey")
    found = found.merge(t.orders[t.orders["o_orderstatus"] == "F"], left_on="l_orderkey", right_on="o_orderkey")
    found = found.merge(t.supplier, left_on="l_suppkey", right_on="s_suppkey")
    saudi = t.nation[t.nation["n_name"] == "SAUDI ARABIA"]
    found = found.merge(saudi, left_on="s_nationkey", right_on="n_nationkey")
    counts = found.groupby("s_name").size().reset_index(name="numwait")
    return counts.sort_values(["numwait", "s_name"], ascending=[False, True]).head(100).reset_index(drop=True)


def q22(t: Tables) -> Frame:
    customers = t.customer.assign(cntrycode=t.customer["c_phone"].str.slice(0, 2))
    customers = customers[customers["cntrycode"].isin(["13", "31", "23", "29", "30", "18", "17"])]
    usual = customers[customers["c_acctbal"] > 0.0]["c_acctbal"].mean()
    rich = customers[customers["c_acctbal"] > usual]
    idle = rich[~rich["c_custkey"].isin(t.orders["o_custkey"].unique())]
    return idle.groupby("cntrycode", as_index=False).agg(numcust=("c_acctbal", "size"), totacctbal=("c_acctbal", "sum"))


QUERIES = [
    q1, q2, q3, q4, q5, q6, q7, q8, q9, q10, q11, q12, q13, q14, q15, q16, q17, q18, q19, q20, q21, q22,
]  # fmt: skip
