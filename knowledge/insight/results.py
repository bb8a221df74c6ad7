"""What a run found, as rows of the store: values, events and results, without the days that the delivery knows."""

from collections.abc import Sequence

from knowledge.crm.insights import MEMBERS
from knowledge.insight.definition import PEERS, Definition, Kind

SUBJECTS = {
    Kind.UNIT: "unit_id", Kind.EMPLOYEE: "employee_id", Kind.PRODUCT: "product_id", Kind.GROUP: "group_id",
    Kind.RANKING: "customer_id",
}  # fmt: skip
"""What the rows of a kind are told of, by its column."""


def whole_number(value: str) -> str:
    """SQL: a value as the store keeps it, in ten-thousandths, halves up."""
    return f"CAST(round({value} * 10000) AS BIGINT)"


def of_kind(definitions: Sequence[Definition], *kinds: Kind) -> list[Definition]:
    return [definition for definition in definitions if definition.kind in kinds]


def of_customers(definitions: Sequence[Definition]) -> list[Definition]:
    """Those that `insight` tells: the metrics, and whom a customer is compared with."""
    return [one for one in definitions if one.kind is Kind.METRIC or one.name == PEERS]


def among(query: str, peers: str = PEERS) -> str:
    """SQL: the rows of those customers that the relation `peers` has.

    Measures are told of customers of today: what a closed one brought counts for products and rates only.
    """
    return f"FROM ({query}) SEMI JOIN {peers} USING (customer_id)"


def values(one: Definition, relation: str) -> str:
    """SQL: the rows of `insight` that a relation of a measure's rows gives."""
    if one.name == PEERS:
        return (
            f"SELECT customer_id, '{PEERS}' AS metric, NULL::BIGINT AS value, 'rank' AS unit, peers AS label, "
            f"'[]' AS reasons, '{one.version}' AS definition_version FROM {relation}"
        )
    label = "label" if "label" in one.columns else "NULL::VARCHAR"
    reasons = "'[]'"
    if "reasons" in one.columns:
        words = "list_filter(string_split(reasons, ' '), lambda word: word <> '')"
        quoted_words = f"list_transform({words}, lambda word: '\"' || word || '\"')"
        reasons = f"coalesce('[' || list_aggregate({quoted_words}, 'string_agg', ', ') || ']', '[]')"
    return (
        f"SELECT customer_id, '{one.name}' AS metric, {whole_number('value')} AS value, '{one.unit}' AS unit, "
        f"{label} AS label, {reasons} AS reasons, '{one.version}' AS definition_version "
        f"FROM {relation} WHERE value IS NOT NULL"
    )


def events(one: Definition, relation: str) -> str:
    """SQL: the rows of `insight_event`."""
    return (
        f"SELECT e.customer_id, '{one.name}' AS kind, e.day, e.source, {whole_number('e.amount')} AS amount, "
        f"nullif(e.detail, '') AS detail, '{one.version}' AS definition_version, "
        f"coalesce(c.branch_id, '') AS unit_id FROM {relation} AS e JOIN customer AS c ON c.id = e.customer_id"
    )


def results(definitions: Sequence[Definition]) -> str:
    """SQL: the rows of `insight_result`: of units, employees, products and groups, customers in lists, and members."""
    compared = (one for one in of_kind(definitions, Kind.METRIC) if one.compared)
    return " UNION ALL ".join([*map(_result, of_kind(definitions, *SUBJECTS)), *map(_members, compared)])


def _result(one: Definition) -> str:
    unit = "unit_id" if one.kind is not Kind.EMPLOYEE else "''"
    customers = "customers" if "customers" in one.columns else "NULL::INTEGER"
    return (
        f"SELECT '{one.kind.value}' AS kind, {SUBJECTS[one.kind]} AS subject_id, coalesce({unit}, '') AS unit_id, "
        f"'{one.name}' AS metric, {whole_number('value')} AS value, '{one.unit}' AS unit, "
        f"{customers} AS customers, '{one.version}' AS definition_version FROM {one.name}"
    )


def _members(one: Definition) -> str:
    """How many customers of each peer group have the measure in each branch: what an average's privacy is judged by."""
    return (
        f"SELECT '{MEMBERS}' AS kind, g.peers AS subject_id, coalesce(g.branch_id, '') AS unit_id, "
        f"'{one.name}' AS metric, {whole_number('count(*)')} AS value, 'count' AS unit, "
        f"count(*)::INTEGER AS customers, '{one.version}' AS definition_version "
        f"FROM {one.name} AS m JOIN {PEERS} AS g ON g.customer_id = m.customer_id "
        "WHERE m.value IS NOT NULL GROUP BY g.peers, coalesce(g.branch_id, '')"
    )
