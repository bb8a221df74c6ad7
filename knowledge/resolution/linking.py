"""Entity resolution: which records of the bank are one customer.

Features make records comparable, blocks say which pairs are looked at, splink weighs what is found on them, guard
rules and people's decisions stand above the weights, and clusters are what remains. Only fresh records, and what
they lead to, are looked at.
"""

from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter

import duckdb

from knowledge.crm.codes import Verdict
from knowledge.resolution.candidates import KINDS, make_block_keys, make_candidates
from knowledge.resolution.evidence import write_pairs
from knowledge.resolution.features import make_features
from knowledge.resolution.grouping import group
from knowledge.resolution.link_rules import LinkRules, shipped_rules
from knowledge.resolution.scoring import MACROS, Scorer

Tell = Callable[[str], None]


@dataclass(frozen=True)
class Linked:
    """What linking did: records known, records touched, pairs looked at, pairs found, clusters of touched records."""

    records: int
    touched: int
    looked_at: int
    same: int
    perhaps: int
    clusters: int
    seconds: float


def link(
    staging: duckdb.DuckDBPyConnection,
    schema: str = "main",
    rules: LinkRules | None = None,
    tell: Tell = lambda step: None,
) -> Linked:
    """Reads `<schema>.linkable` and `<schema>.settled`, writes `<schema>.pair` and `<schema>.cluster`.

    `linkable` holds all records of the bank; `cluster` those that are fresh or were touched by fresh ones. `cluster_id`
    is a record's id: of the members that are named like the customer they count for the smallest, else the smallest.
    `tell` hears the name of each step. The same input gives the same output.
    """
    began, rules = perf_counter(), rules or shipped_rules()
    ((path,),) = staging.execute("select current_setting('search_path')").fetchall()
    staging.execute("drop schema if exists linking cascade")
    staging.execute("create schema linking")
    staging.execute("set search_path = 'linking'")  # splink makes its tables where it stands
    try:
        tell("features")
        records = make_features(staging, schema, rules)
        _read_decisions(staging, schema)
        tell("blocks")
        make_block_keys(staging, rules)
        looked_at = _score(staging, rules, tell)
        tell("clusters")
        group(staging, rules)
        tell("evidence")
        _write_results(staging, schema, rules)
        return _counted(staging, schema, records, looked_at, perf_counter() - began)
    finally:
        staging.execute("set search_path = ?", [path])
        staging.execute("drop schema if exists linking cascade")


def _read_decisions(staging: duckdb.DuckDBPyConnection, schema: str) -> None:
    staging.execute(
        f"""create table linking.decided as
        select least(a.idx, b.idx) as l, greatest(a.idx, b.idx) as r, min(s.state) as state
        from {schema}.settled s join linking.record a on a.record_id = s.record_id
        join linking.record b on b.record_id = s.other_record_id where a.idx <> b.idx group by 1, 2"""
    )
    staging.execute(
        f"""create table linking.bound as
        select l, r from linking.decided where state = '{Verdict.SAME}'
        union
        select min(idx) over (partition by customer_id) as l, idx as r from linking.record
        where customer_id is not null qualify l <> idx"""
    )


def _score(staging: duckdb.DuckDBPyConnection, rules: LinkRules, tell: Tell) -> int:
    staging.execute(MACROS)
    scorers = [Scorer(staging, kind, rules) for kind in KINDS]
    staging.execute("create table linking.touched (idx integer)")
    staging.execute("create table linking.front as select idx from linking.record where fresh")
    _with_bound(staging)
    looked_at = 0
    while count := _one_row(staging, "select count(*) from linking.front")[0]:
        tell("pairs")
        everything = count == _one_row(staging, "select count(*) from linking.record")[0]
        make_candidates(staging, everything)
        tell("scores")
        looked_at += sum(scorer.score() for scorer in scorers)
        staging.execute("insert into linking.touched from linking.front")
        same = " union ".join(
            f"select l, r from linking.scored_{kind} where verdict = '{Verdict.SAME}'" for kind in KINDS
        )
        staging.execute(
            f"""create or replace table linking.front as
            select idx from (select l as idx from ({same}) union select r from ({same}))
            where idx not in (from linking.touched)"""
        )
        _with_bound(staging)
    return looked_at


def _with_bound(staging: duckdb.DuckDBPyConnection) -> None:
    """Adds to the front what is bound to it, as long as there is more."""
    while (
        staging.execute(
            """insert into linking.front
            select distinct idx from (
                select b.r as idx from linking.bound b semi join linking.front f on f.idx = b.l
                union all select b.l from linking.bound b semi join linking.front f on f.idx = b.r)
            where idx not in (from linking.front) and idx not in (from linking.touched) returning idx"""
        ).fetchone()
        is not None
    ):
        pass


def _write_results(staging: duckdb.DuckDBPyConnection, schema: str, rules: LinkRules) -> None:
    staging.execute(
        f"""create or replace table {schema}.cluster as
        with named as (select g.cluster, r.record_id, r.record_id = r.customer_id as founder
                       from linking.grouped g join linking.record r using (idx)),
             name as (select cluster, coalesce(min(record_id) filter (where founder), min(record_id)) as cluster_id
                      from named group by cluster)
        select record_id, cluster_id from named join name using (cluster) order by record_id"""
    )
    staging.execute(
        f"""create or replace table {schema}.pair (record_id varchar, other_record_id varchar,
        probability decimal(7, 4), weight double, verdict varchar, evidence varchar)"""
    )
    for kind in KINDS:
        write_pairs(staging, schema, kind, getattr(rules, kind))


def _counted(staging: duckdb.DuckDBPyConnection, schema: str, records: int, looked_at: int, seconds: float) -> Linked:
    same, perhaps = _one_row(
        staging,
        f"""select count(*) filter (where verdict = '{Verdict.SAME}'),
            count(*) filter (where verdict = '{Verdict.PERHAPS}') from {schema}.pair""",
    )
    touched, clusters = _one_row(staging, f"select count(*), count(distinct cluster_id) from {schema}.cluster")
    return Linked(records, touched, looked_at, same, perhaps, clusters, seconds)


def _one_row(staging: duckdb.DuckDBPyConnection, query: str) -> tuple[int, ...]:
    return tuple(int(value) for value in staging.execute(query).fetchall()[0])
