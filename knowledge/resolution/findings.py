"""What the rules find on given pairs, without weighing it: for pairs that no block brought together."""

import duckdb

from knowledge.resolution.link_rules import FieldRule, KindRules

COLUMNS = (
    "han", "key", "latin_key", "spelled", "latin_spelled", "latin_turned", "words", "head", "pinyin", "branch",
    "tokens", "address", "city", "sex", "shape", "identity", "phone", "email", "birth", "birth_turned", "birth_day",
    "mailbox",
)  # fmt: skip


def contradicting(staging: duckdb.DuckDBPyConnection, pairs: str, kind: str, rules: KindRules) -> list[tuple[int, int]]:
    """Those of the pairs (a relation of l, r) whose findings rule out that they are one customer."""
    sides = ", ".join(f"{side}.{name} as {name}_{side}" for side in "lr" for name in COLUMNS)
    levels = ", ".join(f"{_level_found(rule)} as {rule.field}_level" for rule in rules.fields)
    rows = staging.execute(
        f"""select idx_l, idx_r from (
            select idx_l, idx_r, {levels} from (
                select p.l as idx_l, p.r as idx_r, {sides} from {pairs} p
                join linking.feature l on l.idx = p.l join linking.feature r on r.idx = p.r
                where l.company = {kind == "company"} and r.company = l.company))
        where {rules.never_same} order by idx_l, idx_r"""
    ).fetchall()
    return [(int(one), int(other)) for one, other in rows]


def _level_found(rule: FieldRule) -> str:
    cases = [f"when {level.when} then '{level.level}'" for level in rule.levels if level.when != "else"]
    last = next((f"else '{level.level}'" for level in rule.levels if level.when == "else"), "")
    return f"case {' '.join(cases)} {last} end"
