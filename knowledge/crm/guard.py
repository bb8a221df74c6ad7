"""What a scoped SELECT may be made of.

SQLAlchemy adds a scope's conditions to mapped classes only. Whatever else could reach a row (a bare
table, an alias of one, SQL text in any disguise, a full join, a function that runs SQL) would pass
by them, so a statement is taken only if every one of its elements is known to be harmless.
"""

from typing import cast

from sqlalchemy import (
    BinaryExpression,
    BindParameter,
    Case,
    Cast,
    ClauseElement,
    Column,
    ColumnClause,
    CompoundSelect,
    Exists,
    Extract,
    False_,
    FromClause,
    FunctionElement,
    FunctionFilter,
    Join,
    Label,
    Null,
    Over,
    ScalarSelect,
    Select,
    Subquery,
    Table,
    True_,
    Tuple,
    TypeCoerce,
    UnaryExpression,
)
from sqlalchemy.orm import Mapper
from sqlalchemy.sql import visitors
from sqlalchemy.sql.elements import (
    ClauseList,
    CollationClause,
    ExpressionClauseList,
    Grouping,
    _label_reference,
    _textual_label_reference,
)
from sqlalchemy.sql.operators import custom_op
from sqlalchemy.sql.selectable import CTE, SelectStatementGrouping
from sqlalchemy.sql.visitors import ExternallyTraversible

from knowledge.errors import OutOfScope

# fmt: off
FUNCTIONS = {
    "abs", "avg", "ceil", "char_length", "coalesce", "count", "cume_dist", "date", "dense_rank", "first_value",
    "floor", "ifnull", "instr", "json_rows", "julianday", "lag", "last_value", "lead", "length", "lower", "ltrim",
    "max", "min", "month", "now", "ntile", "nullif", "percent_rank", "rank", "replace", "round", "row_number",
    "rtrim", "sign", "strftime", "substr", "substring", "sum", "total", "trim", "upper",
}
# fmt: on
"""Functions that compute from their arguments alone. Others (json_each, query_to_xml, ...) may read tables."""

HARMLESS = (
    BinaryExpression,
    BindParameter,
    Case,
    Cast,
    ClauseList,
    CollationClause,
    Column,
    ColumnClause,
    CompoundSelect,
    CTE,
    Exists,
    ExpressionClauseList,
    Extract,
    False_,
    FunctionElement,
    FunctionFilter,
    Grouping,
    Join,
    Label,
    Null,
    Over,
    ScalarSelect,
    Select,
    SelectStatementGrouping,
    Subquery,
    Table,
    True_,
    Tuple,
    TypeCoerce,
    UnaryExpression,
    _label_reference,
    _textual_label_reference,
)


SHAPES = 2_000
_known: dict[tuple[object, frozenset[str]], frozenset[str]] = {}
"""What statements read that were taken before, by SQLAlchemy's key of a statement without its values: those of
equal keys are the same SQL."""


def tables_read(statement: object, tables: frozenset[str]) -> frozenset[str]:
    """The names of the tables that `statement` reads, all of them among `tables`. Raises OutOfScope if it
    holds anything that conditions on those would not reach."""
    key = cast(ClauseElement, statement)._generate_cache_key()
    if key is None:
        return _examined(statement, tables)
    shape = (key.key, tables)
    read = _known.get(shape)
    if read is None:
        read = _examined(statement, tables)
        if len(_known) >= SHAPES:
            _known.clear()
        _known[shape] = read
    return read


def _examined(statement: object, tables: frozenset[str]) -> frozenset[str]:
    read: set[str] = set()
    for visited in visitors.iterate(cast(ExternallyTraversible, statement)):
        element = cast(ClauseElement, visited)
        if not isinstance(element, HARMLESS):
            raise OutOfScope(table=f"a {type(element).__name__}: use mapped classes and sub-queries of them")
        if any(getattr(element, place, None) for place in ("_prefixes", "_suffixes", "_hints", "_statement_hints")):
            raise OutOfScope(table="SQL text in a prefix, a suffix or a hint")
        if any(isinstance(getattr(element, part, None), custom_op) for part in ("operator", "modifier")):
            raise OutOfScope(table="an operator of SQL text")
        match element:
            case FunctionElement():
                _refuse_function(element)
            case Table() if element.name not in tables:
                raise OutOfScope(table=element.name)
            case Table():
                read.add(element.name)
            case Column() if isinstance(element.table, Table):
                if not _is_mapped(element):
                    raise OutOfScope(table=f"the bare column {element}")
                read.add(element.table.name)
            case ColumnClause() if element.is_literal and element.name != "*":
                raise OutOfScope(table="a piece of SQL text")
            case Join():
                if element.full:
                    raise OutOfScope(table="a full join, whose unmatched rows no condition reaches")
                _refuse_bare(element.left, element.right)
            case Select():
                _refuse_in_select(element)
    return frozenset(read)


def _refuse_in_select(select: Select[tuple[object]]) -> None:
    if select._with_options:
        raise OutOfScope(table="a loader option")
    if any(flags["full"] for _, _, _, flags in select._setup_joins):
        raise OutOfScope(table="a full join, whose unmatched rows no condition reaches")
    _refuse_bare(*select._from_obj, *select._raw_columns, *(join[0] for join in select._setup_joins))
    if select._propagate_attrs.get("compile_state_plugin") != "orm":
        for source in select.get_final_froms():
            if any(isinstance(part, Table) for part in _parts(source)):
                raise OutOfScope(table=f"{source}, selected without naming a mapped class or column of it")


def _parts(source: FromClause) -> list[FromClause]:
    return [*_parts(source.left), *_parts(source.right)] if isinstance(source, Join) else [source]


def _refuse_bare(*sources: object) -> None:
    for source in sources:
        if isinstance(source, Table) and not _is_mapped(source):
            raise OutOfScope(table=f"the bare table {source.name}")


def _refuse_function(function: FunctionElement[object]) -> None:
    name = str(getattr(function, "name", type(function).__name__))
    if name.lower() not in FUNCTIONS or getattr(function, "packagenames", None):
        raise OutOfScope(table=f"the function {name}, which is not listed as harmless")


def _is_mapped(element: ClauseElement) -> bool:
    """Whether it came from a mapped class itself: an alias of one would not get its conditions."""
    return isinstance(element._annotations.get("parententity"), Mapper)
