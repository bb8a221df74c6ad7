"""The clusters of all touched records, from the pairs found, what is bound and what was decided."""

from collections import defaultdict
from collections.abc import Iterator
from typing import cast

import duckdb
import numpy as np
from numpy.typing import NDArray

from knowledge.crm.codes import Verdict
from knowledge.resolution.candidates import KINDS
from knowledge.resolution.clusters import Link, components, kept_apart
from knowledge.resolution.findings import contradicting
from knowledge.resolution.link_rules import LinkRules


def group(staging: duckdb.DuckDBPyConnection, rules: LinkRules) -> None:
    """Fills `linking.grouped` (idx, cluster): for every touched record the smallest record of its cluster."""
    _collect_links(staging)
    count = int(staging.execute("select count(*) from linking.record").fetchall()[0][0])
    ends = staging.execute("select l, r from linking.link").fetchnumpy()
    found = components(count, cast(NDArray[np.int32], ends["l"]), cast(NDArray[np.int32], ends["r"]))
    _write(staging, "component", found)
    for groups in _regrouped(staging, rules):
        for records in groups:
            found[records] = records[0]
    _write(staging, "grouped", found)
    staging.execute("delete from linking.grouped where idx not in (from linking.touched)")


def _collect_links(staging: duckdb.DuckDBPyConnection) -> None:
    same = " union all ".join(
        f"select l, r, weight from linking.scored_{kind} where verdict = '{Verdict.SAME}'" for kind in KINDS
    )
    staging.execute(
        f"""create table linking.link as
        select l, r, max(weight) as weight from (
            {same} union all
            select l, r, cast('infinity' as double) from linking.bound semi join linking.touched on idx = l)
        anti join (from linking.decided where state = '{Verdict.DIFFERENT}') using (l, r)
        group by l, r order by l, r"""
    )


def _write(staging: duckdb.DuckDBPyConnection, table: str, found: NDArray[np.int32]) -> None:
    batch = {"idx": np.arange(len(found), dtype=np.int32), "cluster": found}
    staging.register("found_batch", batch)
    staging.execute(f"create table linking.{table} as from found_batch")
    staging.unregister("found_batch")


def _regrouped(staging: duckdb.DuckDBPyConnection, rules: LinkRules) -> Iterator[list[list[int]]]:
    """The components that hold what must stay apart, taken apart."""
    staging.execute(
        """create table linking.inside as
        select a.idx as l, b.idx as r from linking.component a join linking.component b
        on a.cluster = b.cluster and a.idx < b.idx
        where a.cluster in (select cluster from linking.component group by cluster having count(*) > 2)"""
    )
    foes = [pair for kind in KINDS for pair in contradicting(staging, "linking.inside", kind, getattr(rules, kind))]
    staging.execute("create table linking.foe (l integer, r integer)")
    if foes:
        ones, others = zip(*foes, strict=True)
        staging.execute("insert into linking.foe select unnest(?::integer[]), unnest(?::integer[])", [ones, others])
    apart = f"from linking.decided where state = '{Verdict.DIFFERENT}'"
    troubled = f"""select distinct cluster from linking.component
        where idx in (select l from linking.foe union all select l from (select l, r {apart}))"""
    contradictions = _by_cluster(staging, "from linking.foe", troubled)
    decisions = _by_cluster(staging, f"select l, r {apart}", troubled)
    links = _by_cluster(staging, "from linking.link", troubled)
    for cluster, rows in sorted(links.items()):
        found = [Link(int(one), int(other), float(weight)) for one, other, weight in rows]
        records = sorted({record for link in found for record in (link.one, link.other)})
        decided = [pair for pair in _pairs(decisions[cluster]) if set(pair) <= set(records)]
        yield kept_apart(records, found, _pairs(contradictions[cluster]), decided)


def _by_cluster(staging: duckdb.DuckDBPyConnection, rows: str, troubled: str) -> dict[int, list[tuple[float, ...]]]:
    """Rows that begin with l and r, by the component of l, for the troubled components."""
    found: dict[int, list[tuple[float, ...]]] = defaultdict(list)
    for cluster, *row in staging.execute(
        f"""select cluster, given.* from ({rows}) given join linking.component on idx = l
        where cluster in ({troubled}) order by all"""
    ).fetchall():
        found[int(cluster)].append(tuple(row))
    return found


def _pairs(rows: list[tuple[float, ...]]) -> list[tuple[int, int]]:
    return [(int(one), int(other)) for one, other, *_ in rows]
