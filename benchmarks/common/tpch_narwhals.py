"""The 22 queries of TPC-H as narwhals expressions: each takes lazy frames and gives one, whatever the backend."""

from __future__ import annotations

from datetime import datetime
from types import SimpleNamespace

import narwhals as nw

Frame = nw.LazyFrame
Tables = SimpleNamespace

revenue = nw.col("l_extendedprice") * (1 - nw.col("l_discount"))


def day(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day)  # noqa: DTZ001 - the tables' times have no zone


def q1(t: Tables) -> Frame:
    items = t.lineitem.filter(nw.col("l_shipdate") <= day(1998, 9, 2))
    items = items.with_columns(disc_price=revenue)
    items = items.with_columns(charge=nw.col("disc_price") * (1 + nw.col("l_tax")))
    groups = items.group_by("l_returnflag", "l_linestatus")
    return groups.agg(
        sum_qty=nw.col("l_quantity").sum(),
        sum_base_price=nw.col("l_extendedprice").sum(),
        sum_disc_price=nw.col("disc_price").sum(),
        sum_charge=nw.col("charge").sum(),
        avg_qty=nw.col("l_quantity").mean(),
        avg_price=nw.col("l_extendedprice").mean(),
        avg_disc=nw.col("l_discount").mean(),
        count_order=nw.len(),
    ).sort("l_returnflag", "l_linestatus")


def q2(t: Tables) -> Frame:
    parts = t.part.filter(nw.col("p_size") == 15, nw.col("p_type").str.ends_with("BRASS"))
    europe = t.region.filter(nw.col("r_name") == "EUROPE")
    nations = t.nation.join(europe, left_on="n_regionkey", right_on="r_regionkey")
    suppliers = t.supplier.join(nations, left_on="s_nationkey", right_on="n_nationkey")
    offers = t.partsupp.join(parts, left_on="ps_partkey", right_on="p_partkey")
    offers = offers.join(suppliers, left_on="ps_suppkey", right_on="s_suppkey")
    best = offers.filter(nw.col("ps_supplycost") == nw.col("ps_supplycost").min().over("ps_partkey"))
    best = best.with_columns(p_partkey=nw.col("ps_partkey"))
    best = best.sort("s_acctbal", "n_name", "s_name", "p_partkey", descending=[True, False, False, False])
    wanted = ["s_acctbal", "s_name", "n_name", "p_partkey", "p_mfgr", "s_address", "s_phone", "s_comment"]
    return best.select(*wanted).head(100)


def q3(t: Tables) -> Frame:
    customers = t.customer.filter(nw.col("c_mktsegment") == "BUILDING")
    orders = t.orders.filter(nw.col("o_orderdate") < day(1995, 3, 15))
    items = t.lineitem.filter(nw.col("l_shipdate") > day(1995, 3, 15))
    joined = customers.join(orders, left_on="c_custkey", right_on="o_custkey")
    joined = joined.join(items, left_on="o_orderkey", right_on="l_orderkey")
    joined = joined.with_columns(revenue=revenue, l_orderkey=nw.col("o_orderkey"))
    sums = joined.group_by("l_orderkey", "o_orderdate", "o_shippriority").agg(nw.col("revenue").sum())
    sums = sums.sort("revenue", "o_orderdate", descending=[True, False]).head(10)
    return sums.select("l_orderkey", "revenue", "o_orderdate", "o_shippriority")


def q4(t: Tables) -> Frame:
    orders = t.orders.filter(nw.col("o_orderdate").is_between(day(1993, 7, 1), day(1993, 10, 1), closed="left"))
    late = t.lineitem.filter(nw.col("l_commitdate") < nw.col("l_receiptdate"))
    found = orders.join(late, left_on="o_orderkey", right_on="l_orderkey", how="semi")
    return found.group_by("o_orderpriority").agg(order_count=nw.len()).sort("o_orderpriority")


def q5(t: Tables) -> Frame:
    orders = t.orders.filter(nw.col("o_orderdate").is_between(day(1994, 1, 1), day(1995, 1, 1), closed="left"))
    asia = t.region.filter(nw.col("r_name") == "ASIA")
    nations = t.nation.join(asia, left_on="n_regionkey", right_on="r_regionkey")
    customers = t.customer.join(nations, left_on="c_nationkey", right_on="n_nationkey")
    joined = customers.join(orders, left_on="c_custkey", right_on="o_custkey")
    joined = joined.join(t.lineitem, left_on="o_orderkey", right_on="l_orderkey")
    joined = joined.join(t.supplier, left_on=["l_suppkey", "c_nationkey"], right_on=["s_suppkey", "s_nationkey"])
    sums = joined.with_columns(revenue=revenue).group_by("n_name").agg(nw.col("revenue").sum())
    return sums.sort("revenue", descending=True)


def q6(t: Tables) -> Frame:
    items = t.lineitem.filter(
        nw.col("l_shipdate").is_between(day(1994, 1, 1), day(1995, 1, 1), closed="left"),
        nw.col("l_discount").is_between(0.05, 0.07),
        nw.col("l_quantity") < 24,
    )
    return items.select(revenue=(nw.col("l_extendedprice") * nw.col("l_discount")).sum())


def q7(t: Tables) -> Frame:
    two = t.nation.filter(nw.col("n_name").is_in(["FRANCE", "GERMANY"])).select("n_nationkey", "n_name")
    suppliers = t.supplier.join(two, left_on="s_nationkey", right_on="n_nationkey").rename({"n_name": "supp_nation"})
    customers = t.customer.join(two, left_on="c_nationkey", right_on="n_nationkey").rename({"n_name": "cust_nation"})
    items = t.lineitem.filter(nw.col("l_shipdate").is_between(day(1995, 1, 1), day(1996, 12, 31)))
    joined = items.join(suppliers, left_on="l_suppkey", right_on="s_suppkey")
    joined = joined.join(t.orders, left_on="l_orderkey", right_on="o_orderkey")
    joined = joined.join(customers.select("c_custkey", "cust_nation"), left_on="o_custkey", right_on="c_custkey")
    joined = joined.filter(nw.col("supp_nation") != nw.col("cust_nation"))
    joined = joined.with_columns(l_year=nw.col("l_shipdate").dt.year(), revenue=revenue)
    keys = ["supp_nation", "cust_nation", "l_year"]
    return joined.group_by(*keys).agg(nw.col("revenue").sum()).sort(*keys)


def q8(t: Tables) -> Frame:
    parts = t.part.filter(nw.col("p_type") == "ECONOMY ANODIZED STEEL").select("p_partkey")
    orders = t.orders.filter(nw.col("o_orderdate").is_between(day(1995, 1, 1), day(1996, 12, 31)))
    america = t.region.filter(nw.col("r_name") == "AMERICA")
    nations = t.nation.join(america, left_on="n_regionkey", right_on="r_regionkey", how="semi")
    customers = t.customer.join(nations, left_on="c_nationkey", right_on="n_nationkey", how="semi")
    joined = t.lineitem.join(parts, left_on="l_partkey", right_on="p_partkey")
    joined = joined.join(orders, left_on="l_orderkey", right_on="o_orderkey")
    joined = joined.join(customers, left_on="o_custkey", right_on="c_custkey", how="semi")
    joined = joined.join(t.supplier, left_on="l_suppkey", right_on="s_suppkey")
    joined = joined.join(t.nation, left_on="s_nationkey", right_on="n_nationkey")
    joined = joined.with_columns(o_year=nw.col("o_orderdate").dt.year(), volume=revenue)
    brazil = nw.when(nw.col("n_name") == "BRAZIL").then(nw.col("volume")).otherwise(nw.lit(0.0))
    sums = joined.with_columns(brazil=brazil).group_by("o_year").agg(nw.col("brazil", "volume").sum())
    return sums.select("o_year", mkt_share=nw.col("brazil") / nw.col("volume")).sort("o_year")


def q9(t: Tables) -> Frame:
    parts = t.part.filter(nw.col("p_name").str.contains("green", literal=True)).select("p_partkey")
    joined = t.lineitem.join(parts, left_on="l_partkey", right_on="p_partkey")
    joined = joined.join(t.supplier, left_on="l_suppkey", right_on="s_suppkey")
    joined = joined.join(t.partsupp, left_on=["l_suppkey", "l_partkey"], right_on=["ps_suppkey", "ps_partkey"])
    joined = joined.join(t.orders, left_on="l_orderkey", right_on="o_orderkey")
    joined = joined.join(t.nation, left_on="s_nationkey", right_on="n_nationkey")
    profit = revenue - nw.col("ps_supplycost") * nw.col("l_quantity")
    joined = joined.with_columns(o_year=nw.col("o_orderdate").dt.year(), profit=profit)
    sums = joined.group_by("n_name", "o_year").agg(nw.col("profit").sum())
    return sums.sort("n_name", "o_year", descending=[False, True])


def q10(t: Tables) -> Frame:
    orders = t.orders.filter(nw.col("o_orderdate").is_between(day(1993, 10, 1), day(1994, 1, 1), closed="left"))
    joined = t.customer.join(orders, left_on="c_custkey", right_on="o_custkey")
    returned = t.lineitem.filter(nw.col("l_returnflag") == "R")
    joined = joined.join(returned, left_on="o_orderkey", right_on="l_orderkey")
    joined = joined.join(t.nation, left_on="c_nationkey", right_on="n_nationkey").with_columns(revenue=revenue)
    keys = ["c_custkey", "c_name", "c_acctbal", "c_phone", "n_name", "c_address", "c_comment"]
    sums = joined.group_by(*keys).agg(nw.col("revenue").sum())
    return sums.sort("revenue", "c_custkey", descending=[True, False]).head(20)


def q11(t: Tables) -> Frame:
    germany = t.nation.filter(nw.col("n_name") == "GERMANY")
    suppliers = t.supplier.join(germany, left_on="s_nationkey", right_on="n_nationkey")
    stock = t.partsupp.join(suppliers, left_on="ps_suppkey", right_on="s_suppkey")
    stock = stock.with_columns(value=nw.col("ps_supplycost") * nw.col("ps_availqty"))
    values = stock.group_by("ps_partkey").agg(nw.col("value").sum())
    large = values.filter(nw.col("value") > nw.col("value").sum() * 0.0001)
    return large.sort("value", "ps_partkey", descending=[True, False])


def q12(t: Tables) -> Frame:
    items = t.lineitem.filter(
        nw.col("l_shipmode").is_in(["MAIL", "SHIP"]),
        nw.col("l_commitdate") < nw.col("l_receiptdate"),
        nw.col("l_shipdate") < nw.col("l_commitdate"),
        nw.col("l_receiptdate").is_between(day(1994, 1, 1), day(1995, 1, 1), closed="left"),
    )
    joined = t.orders.join(items, left_on="o_orderkey", right_on="l_orderkey")
    urgent = nw.col("o_orderpriority").is_in(["1-URGENT", "2-HIGH"])
    joined = joined.with_columns(
        high_line_count=urgent.cast(nw.Int64()), low_line_count=(~urgent).cast(nw.Int64())
    )
    return joined.group_by("l_shipmode").agg(nw.col("high_line_count", "low_line_count").sum()).sort("l_shipmode")


def q13(t: Tables) -> Frame:
    orders = t.orders.filter(~nw.col("o_comment").str.contains("special.*requests"))
    orders = orders.with_columns(number=nw.col("o_orderkey"))
    joined = t.customer.select("c_custkey").join(orders, left_on="c_custkey", right_on="o_custkey", how="left")
    counts = joined.group_by("c_custkey").agg(c_count=nw.col("number").count())
    return counts.group_by("c_count").agg(custdist=nw.len()).sort("custdist", "c_count", descending=True)


def q14(t: Tables) -> Frame:
    items = t.lineitem.filter(nw.col("l_shipdate").is_between(day(1995, 9, 1), day(1995, 10, 1), closed="left"))
    joined = items.join(t.part, left_on="l_partkey", right_on="p_partkey").with_columns(revenue=revenue)
    promo = nw.when(nw.col("p_type").str.starts_with("PROMO")).then(nw.col("revenue")).otherwise(nw.lit(0.0))
    joined = joined.with_columns(promo=promo)
    return joined.select(share=nw.col("promo").sum() / nw.col("revenue").sum() * 100)


def q15(t: Tables) -> Frame:
    items = t.lineitem.filter(nw.col("l_shipdate").is_between(day(1996, 1, 1), day(1996, 4, 1), closed="left"))
    sums = items.with_columns(total_revenue=revenue).group_by("l_suppkey").agg(nw.col("total_revenue").sum())
    sums = sums.with_columns(nw.col("total_revenue").round(2))
    best = sums.filter(nw.col("total_revenue") == nw.col("total_revenue").max())
    found = t.supplier.join(best, left_on="s_suppkey", right_on="l_suppkey")
    return found.select("s_suppkey", "s_name", "s_address", "s_phone", "total_revenue").sort("s_suppkey")


def q16(t: Tables) -> Frame:
    parts = t.part.filter(
        nw.col("p_brand") != "Brand#45",
        ~nw.col("p_type").str.starts_with("MEDIUM POLISHED"),
        nw.col("p_size").is_in([49, 14, 23, 45, 19, 3, 36, 9]),
    )
    bad = t.supplier.filter(nw.col("s_comment").str.contains("Customer.*Complaints"))
    offers = t.partsupp.join(bad, left_on="ps_suppkey", right_on="s_suppkey", how="anti")
    joined = parts.join(offers, left_on="p_partkey", right_on="ps_partkey")
    counts = joined.group_by("p_brand", "p_type", "p_size").agg(supplier_cnt=nw.col("ps_suppkey").n_unique())
    order = ["supplier_cnt", "p_brand", "p_type", "p_size"]
    return counts.sort(*order, descending=[True, False, False, False])


def q17(t: Tables) -> Frame:
    parts = t.part.filter(nw.col("p_brand") == "Brand#23", nw.col("p_container") == "MED BOX").select("p_partkey")
    joined = t.lineitem.join(parts, left_on="l_partkey", right_on="p_partkey")
    usual = nw.col("l_quantity").mean().over("l_partkey")
    small = joined.filter(nw.col("l_quantity") < 0.2 * usual)
    return small.select(avg_yearly=nw.col("l_extendedprice").sum() / 7.0)


def q18(t: Tables) -> Frame:
    sums = t.lineitem.group_by("l_orderkey").agg(sum_quantity=nw.col("l_quantity").sum())
    large = sums.filter(nw.col("sum_quantity") > 300)
    joined = t.orders.join(large, left_on="o_orderkey", right_on="l_orderkey")
    joined = joined.join(t.customer, left_on="o_custkey", right_on="c_custkey")
    joined = joined.with_columns(c_custkey=nw.col("o_custkey"))
    wanted = ["c_name", "c_custkey", "o_orderkey", "o_orderdate", "o_totalprice", "sum_quantity"]
    return joined.sort("o_totalprice", "o_orderdate", descending=[True, False]).select(*wanted).head(100)


def q19(t: Tables) -> Frame:
    items = t.lineitem.filter(
        nw.col("l_shipmode").is_in(["AIR", "AIR REG"]), nw.col("l_shipinstruct") == "DELIVER IN PERSON"
    )
    joined = items.join(t.part, left_on="l_partkey", right_on="p_partkey")
    kinds = {"SM": ["CASE", "BOX", "PACK", "PKG"], "MED": ["BAG", "BOX", "PKG", "PACK"]}
    masks = [
        nw.all_horizontal(
            nw.col("p_brand") == f"Brand#{brand}",
            nw.col("p_container").is_in([f"{size} {kind}" for kind in kinds.get(size, kinds["SM"])]),
            nw.col("l_quantity").is_between(low, low + 10),
            nw.col("p_size").is_between(1, boxes),
            ignore_nulls=False,
        )
        for brand, size, low, boxes in (("12", "SM", 1, 5), ("23", "MED", 10, 10), ("34", "LG", 20, 15))
    ]
    return joined.filter(nw.any_horizontal(*masks, ignore_nulls=False)).select(revenue=revenue.sum())


def q20(t: Tables) -> Frame:
    items = t.lineitem.filter(nw.col("l_shipdate").is_between(day(1994, 1, 1), day(1995, 1, 1), closed="left"))
    used = items.group_by("l_partkey", "l_suppkey").agg(nw.col("l_quantity").sum())
    forest = t.part.filter(nw.col("p_name").str.starts_with("forest"))
    offers = t.partsupp.join(forest, left_on="ps_partkey", right_on="p_partkey", how="semi")
    offers = offers.join(used, left_on=["ps_partkey", "ps_suppkey"], right_on=["l_partkey", "l_suppkey"])
    offers = offers.filter(nw.col("ps_availqty") > 0.5 * nw.col("l_quantity"))
    canada = t.nation.filter(nw.col("n_name") == "CANADA")
    suppliers = t.supplier.join(canada, left_on="s_nationkey", right_on="n_nationkey")
    found = suppliers.join(offers, left_on="s_suppkey", right_on="ps_suppkey", how="semi")
    return found.select("s_name", "s_address").sort("s_name")


def q21(t: Tables) -> Frame:
    items = t.lineitem.select("l_orderkey", "l_suppkey", "l_receiptdate", "l_commitdate")
    late = items.filter(nw.col("l_receiptdate") > nw.col("l_commitdate"))
    each = items.group_by("l_orderkey").agg(suppliers=nw.col("l_suppkey").n_unique())
    slow = late.group_by("l_orderkey").agg(late_suppliers=nw.col("l_suppkey").n_unique())
    found = late.join(each.filter(nw.col("suppliers") > 1), on="l_orderkey")
    found = found.join(slow.filter(nw.col("late_suppliers") == 1), on="l_orderkey")
    failed = t.orders.filter(nw.col("o_orderstatus") == "F")
    found = found.join(failed, left_on="l_orderkey", right_on="o_orderkey")
    found = found.join(t.supplier, left_on="l_suppkey", right_on="s_suppkey")
    saudi = t.nation.filter(nw.col("n_name") == "SAUDI ARABIA")
    found = found.join(saudi, left_on="s_nationkey", right_on="n_nationkey")
    counts = found.group_by("s_name").agg(numwait=nw.len())
    return counts.sort("numwait", "s_name", descending=[True, False]).head(100)


def q22(t: Tables) -> Frame:
    customers = t.customer.with_columns(cntrycode=nw.col("c_phone").str.slice(0, 2))
    customers = customers.filter(nw.col("cntrycode").is_in(["13", "31", "23", "29", "30", "18", "17"]))
    positive = nw.when(nw.col("c_acctbal") > 0.0).then(nw.col("c_acctbal"))
    rich = customers.filter(nw.col("c_acctbal") > positive.mean())
    idle = rich.join(t.orders, left_on="c_custkey", right_on="o_custkey", how="anti")
    sums = idle.group_by("cntrycode").agg(numcust=nw.len(), totacctbal=nw.col("c_acctbal").sum())
    return sums.sort("cntrycode")


QUERIES = [
    q1, q2, q3, q4, q5, q6, q7, q8, q9, q10, q11, q12, q13, q14, q15, q16, q17, q18, q19, q20, q21, q22,
]  # fmt: skip
