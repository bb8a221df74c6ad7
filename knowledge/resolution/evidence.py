"""The pairs that were found, with their evidence field by field, as a person reads it later."""

import duckdb

from knowledge.crm.codes import Verdict
from knowledge.resolution.link_rules import KindRules

WRITTEN = {
    "name": "concat_ws(' / ', {side}.name, {side}.name_latin)",
    "birth_date": "cast({side}.birth_date as varchar)",
    "address": "concat_ws(', ', {side}.address, {side}.city)",
}


def write_pairs(staging: duckdb.DuckDBPyConnection, schema: str, kind: str, rules: KindRules) -> None:
    """Adds the scored pairs of one kind to `<schema>.pair`.

    Pairs that a person decided are left out; a pair that looks the same but had to stay apart is one for a person;
    a pair that is in one cluster anyway is none.
    """
    findings = ", ".join(_finding(rule.field) for rule in rules.fields)
    staging.execute(
        f"""insert into {schema}.pair
        select least(a.record_id, b.record_id), greatest(a.record_id, b.record_id),
               cast(100 / (1 + pow(2, -s.weight)) as decimal(7, 4)), s.weight,
               case when ca.cluster = cb.cluster then '{Verdict.SAME}' else '{Verdict.PERHAPS}' end,
               to_json(list_filter([{findings}], finding -> finding.weight <> 0))
        from linking.scored_{kind} s
        join linking.record ra on ra.idx = s.l join linking.record rb on rb.idx = s.r
        join {schema}.linkable a on a.record_id = ra.record_id join {schema}.linkable b on b.record_id = rb.record_id
        join linking.grouped ca on ca.idx = s.l join linking.grouped cb on cb.idx = s.r
        anti join linking.decided d on d.l = s.l and d.r = s.r
        where (s.verdict = '{Verdict.SAME}' or ca.cluster <> cb.cluster)
        order by 1, 2"""
    )


def _finding(field: str) -> str:
    one, other = (WRITTEN.get(field, f"{{side}}.{field}").format(side=side) for side in "ab")
    return (
        f"{{'field': '{field}', 'one': {one}, 'other': {other}, 'level': s.{field}_level, "
        f"'weight': round(cast(s.{field}_weight as double), 2)}}"
    )
