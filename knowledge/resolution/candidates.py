"""Which pairs are looked at: records that share a block key, as long as not too many do."""

import duckdb

from knowledge.resolution.link_rules import LinkRules

KINDS = ("person", "company")


def make_block_keys(staging: duckdb.DuckDBPyConnection, rules: LinkRules) -> None:
    """Fills `linking.block_key` (rule, hash, idx): blocks of at least two and at most as many as their rule allows."""
    staging.execute("create table linking.block_key (rule smallint, hash ubigint, idx integer)")
    number = 0
    for kind in KINDS:
        for block in getattr(rules, kind).blocks:
            staging.execute(
                f"""insert into linking.block_key
                select {number}, hash, idx
                from (select *, count(*) over (partition by hash) as size
                      from (select distinct hash(key) as hash, idx
                            from (select {block.key} as key, idx from linking.feature
                                  where company = {kind == "company"})
                            where key is not null))
                where size between 2 and {block.at_most}"""
            )
            number += 1


def make_candidates(staging: duckdb.DuckDBPyConnection, everything: bool) -> None:
    """Fills `linking.candidate` (l, r, company): every pair of blocked records once, l < r, with an end in
    `linking.front` and none in `linking.touched`, which holds what earlier rounds have looked at."""
    keys = "linking.block_key"
    if not everything:
        staging.execute(
            """create or replace temp table front_key as from linking.block_key
            semi join (select distinct rule, hash from linking.block_key semi join linking.front using (idx))
            using (rule, hash)"""
        )
        keys = "front_key"
    staging.execute("create or replace table linking.candidate (l integer, r integer, company boolean)")
    rules = staging.execute(f"select distinct rule from {keys} order by rule").fetchall()
    staging.execute("create or replace temp table met (l integer, r integer)")
    for (rule,) in rules:
        staging.execute(
            f"""insert into met select a.idx, b.idx
            from (from {keys} where rule = {rule}) a join (from {keys} where rule = {rule}) b
            on a.hash = b.hash and a.idx < b.idx"""
        )
    where = "" if everything else _WITH_AN_END_IN_FRONT
    staging.execute(
        f"""insert into linking.candidate
        select l, r, company from (select distinct l, r from met {where}) join linking.record on idx = l"""
    )
    staging.execute("drop table met")
    staging.execute("drop table if exists front_key")


_WITH_AN_END_IN_FRONT = """where (l in (from linking.front) or r in (from linking.front))
    and l not in (from linking.touched) and r not in (from linking.touched)"""
