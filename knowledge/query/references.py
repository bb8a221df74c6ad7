"""Branches, employees and products by their names, where a query names them instead of giving their ids."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from knowledge.crm.names import fold
from knowledge.crm.tables import Employee, Product, Unit
from knowledge.errors import QueryError
from knowledge.query.fields import Kind
from knowledge.query.query import Condition, Holding, Query

ByName = Mapping[str, Mapping[str, tuple[str, ...]]]
"""By vocabulary and folded name or id, the ids that it may mean."""


def names_of(units: Iterable[Unit], employees: Iterable[Employee], products: Iterable[Product]) -> ByName:
    found: dict[str, dict[str, list[str]]] = {kind: defaultdict(list) for kind in ("unit", "employee", "product")}
    for employee in employees:
        for name in {employee.id, employee.name}:
            found["employee"][fold(name)].append(employee.id)
    for kind, rows in (("unit", list(units)), ("product", list(products))):
        for row in rows:
            for name in {row.id, row.name, *row.names.values()}:
                found[kind][fold(name)].append(row.id)
    return {kind: {name: tuple(ids) for name, ids in named.items()} for kind, named in found.items()}


def with_ids(query: Query, names: ByName) -> Query:
    """The query with ids in place of names. Raises QueryError for a name that nothing bears."""
    return query.model_copy(update={"where": tuple(_part(part, names) for part in query.where)})


def _part(part: Condition | Holding, names: ByName) -> Condition | Holding:
    if isinstance(part, Holding):
        return part.model_copy(update={"where": tuple(_condition(condition, names) for condition in part.where)})
    return _condition(part, names)


def _condition(condition: Condition, names: ByName) -> Condition:
    field = condition.known_field
    if field.kind is not Kind.REFERENCE or not condition.values:
        return condition
    known = names[field.vocabulary or ""]
    unknown = next((value for value in condition.values if fold(value) not in known), None)
    if unknown is not None:
        raise QueryError(reason="unknown_name", field=unknown)
    ids = dict.fromkeys(id for value in condition.values for id in known[fold(value)])
    return condition.model_copy(update={"values": tuple(ids)})
