"""What is written plainly, recognised in SQL: the value of a cell, or NULL for whatever has to be looked at closely.

Only what `conversion` would read to the very same value is recognised. Each function takes the SQL of a cell that
is trimmed and NULL where it is empty.
"""

import re

from knowledge.intake.calendar_format import TOKEN, WIDTH
from knowledge.intake.conversion import CellColumn
from knowledge.intake.mapping import Fallback, Source
from knowledge.intake.mapping_check import ISO_MOMENT
from knowledge.intake.statement import literal, literals
from knowledge.intake.stored_form import stored_literal
from knowledge.intake.target import Kind, TargetColumn
from knowledge.intake.value import PLACES, constant

_WHOLE_DIGITS = {"amount": 13, "rate": 9}
"""So many that the whole hundredths still fit the fast kind of decimal; larger ones are read closely."""
_DECIMALS: dict[str, tuple[str, int]] = {"amount": ("DECIMAL(15,2)", 100), "rate": ("DECIMAL(13,4)", 10_000)}
_TRUTHS = "CASE lower({cell}) WHEN 'true' THEN true WHEN 'yes' THEN true WHEN '1' THEN true \
WHEN 'false' THEN false WHEN 'no' THEN false WHEN '0' THEN false END"


def recognised(given: CellColumn, cell: str) -> str:
    """The value of a cell in SQL, before its sign and its months; NULL where it is not written plainly."""
    column, target = given.column, given.target
    if column.codes is None:
        return _typed(given, cell)
    match column.otherwise:
        case "reject" | "empty":
            last = "NULL"
        case "keep":
            last = _typed(given, cell)
        case Fallback(value=value):
            last = f"CASE WHEN nullif({cell}, '') IS NOT NULL THEN {_fixed(value, target)} END"
    branches = " ".join(f"WHEN {literal(code)} THEN {_fixed(text, target)}" for code, text in column.codes.items())
    return f"CASE {cell} {branches} ELSE {last} END" if branches else last


def completed(given: CellColumn, value: str, direction: str, months: str) -> str:
    """A recognised value with its sign and its months; NULL where they are not plain."""
    if given.column.sign is not None:
        minus, plus = literals(given.column.sign.minus), literals(given.column.sign.plus)
        told = f"coalesce({direction}, '')"
        unsigned = f"WHEN {told} IN {minus} THEN -{value} WHEN {told} IN {plus} THEN {value}"
        return f"CASE WHEN {value} < 0 THEN NULL {unsigned} END"
    if given.column.plus_months is not None:
        near = f"regexp_full_match({months}, '[0-9]{{1,3}}') AND {value} < DATE '9900-01-01'"
        return f"CASE WHEN {near} THEN CAST({value} + to_months(CAST({months} AS INTEGER)) AS DATE) END"
    return value


def empty_by_rule(given: CellColumn, cell: str, value: str, months: str) -> str:
    """Whether a cell that is not empty has no value for certain."""
    rules = []
    if given.column.plus_months is not None:
        rules.append(f"({months} IS NULL AND {value} IS NOT NULL)")
    if given.column.codes and given.column.otherwise == "empty":
        rules.append(f"{cell} NOT IN {literals(list(given.column.codes))}")
    return " OR ".join(rules) or "false"


def _fixed(text: str, target: TargetColumn) -> str:
    return stored_literal(constant(text, target, ISO_MOMENT), target.kind)


def _typed(given: CellColumn, cell: str) -> str:
    target = given.target
    match target.kind:
        case "text":
            return _text(cell, target)
        case "currency":
            return f"CASE WHEN regexp_full_match({cell}, '[A-Z]{{3}}') THEN {cell} END"
        case "amount" | "rate":
            return _decimal(cell, target.kind, given.dialect)
        case "date" | "datetime":
            return _moment(given, cell)
        case "integer":
            return f"CASE WHEN regexp_full_match({cell}, '[+-]?[0-9]{{1,9}}') THEN TRY_CAST({cell} AS BIGINT) END"
        case "boolean":
            return _TRUTHS.format(cell=cell)
        case "list" | "map":
            return "NULL"


def _text(cell: str, target: TargetColumn) -> str:
    conditions = []
    if target.codes is not None:
        conditions.append(f"{cell} IN {literals(sorted(target.codes))}")
    if target.length is not None:
        # No character has fewer than one byte, and bytes are counted without looking at them.
        conditions.append(f"(strlen({cell}) <= {target.length} OR length({cell}) <= {target.length})")
    return f"CASE WHEN {' AND '.join(conditions)} THEN {cell} END" if conditions else cell


def _decimal(cell: str, kind: Kind, dialect: Source) -> str:
    plain, condition = cell, ""
    if dialect.thousands_mark is not None:
        plain = f"replace({plain}, {literal(dialect.thousands_mark)}, '')"
    if dialect.decimal_mark == ",":
        condition = f"NOT contains({plain}, '.') AND "
        plain = f"replace({plain}, ',', '.')"
    form, factor = _DECIMALS[kind]
    shape = f"[+-]?[0-9]{{1,{_WHOLE_DIGITS[kind]}}}([.][0-9]{{1,{PLACES[kind]}}}0{{0,9}})?"
    value = f"CAST(TRY_CAST({plain} AS {form}) * {factor} AS BIGINT)"
    return f"CASE WHEN {condition}regexp_full_match({plain}, '{shape}') THEN {value} END"


def _moment(given: CellColumn, cell: str) -> str:
    parts: dict[str, str] = {}
    shape, position = "", 1
    for token in TOKEN.findall(given.date_format):
        if token in WIDTH:
            parts[token] = f"substr({cell}, {position}, {WIDTH[token]})"
            shape += f"[0-9]{{{WIDTH[token]}}}"
        else:
            shape += re.escape(token)
        position += WIDTH.get(token, 1)
    conditions = [f"regexp_full_match({cell}, {literal(shape)})"]
    if "YYYY" in parts:
        conditions.append(f"{parts['YYYY']} <> '0000'")
    limits = {"hh": "24", "mm": "60", "ss": "60"}
    conditions += [f"{parts[token]} < '{limit}'" for token, limit in limits.items() if token in parts]
    written = f"{_year(parts, given)} || '-' || {parts['MM']} || '-' || {parts['DD']}"
    value = f"TRY_CAST({cell if given.date_format == 'YYYY-MM-DD' else written} AS DATE)"
    if given.target.kind == "datetime":
        clock = " || ':' || ".join(parts.get(token, "'00'") for token in ("hh", "mm", "ss"))
        value = f"TRY_CAST({written} || ' ' || {clock} AS TIMESTAMP)"
    return f"CASE WHEN {' AND '.join(conditions)} THEN {value} END"


def _year(parts: dict[str, str], given: CellColumn) -> str:
    if "YYYY" in parts:
        return parts["YYYY"]
    short, century = parts["YY"], given.column.century
    if century is not None:
        return f"'{century // 100}' || {short}"
    this, turn = given.this_year // 100, given.this_year % 100
    return f"CASE WHEN {short} <= '{turn:02}' THEN '{this}' ELSE '{this - 1}' END || {short}"
