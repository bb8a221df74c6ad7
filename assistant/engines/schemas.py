"""Tools as a model sees them: name, docstring, and parameters as plain JSON values in the asker's words."""

from collections.abc import Mapping
from decimal import Decimal

from assistant.tools.deposit_movers import Direction
from assistant.tools.desk import (
    AccountId,
    Candidates,
    Cases,
    CustomerField,
    CustomerId,
    Customers,
    NewValue,
    Pairs,
    Period,
    ProductId,
    Risk,
    Told,
    Topic,
)
from assistant.tools.tool import Tool
from assistant.understanding.fields import FIELDS
from knowledge.crm.codes import CustomerKind, ProductKind, Tier
from knowledge.query import Query

Schema = Mapping[str, object]
ASKERS_OWN = (Told, NewValue, Candidates, Pairs, Cases)
"""Kinds of parameters that only the asker's own question fills. A tool that has one takes nothing from a model."""

WORDS: Mapping[object, str] = {
    CustomerId: "The customer, as the question has it: name, number or phone",
    Customers: "The customers, as the question has them: names, numbers or phones, with commas between them",
    ProductId: "The product, as the question has it",
    AccountId: "The number of the account",
    Period: "As the question has it (last month, 上个月, desde marzo), or YYYY-MM-DD..YYYY-MM-DD",
    Topic: "What to look up, in the question's language",
}
"""What is said of the parameters that take words."""

CODES: Mapping[object, tuple[str, ...]] = {
    Tier: tuple(Tier),
    CustomerKind: tuple(CustomerKind),
    ProductKind: tuple(ProductKind),
    Direction: tuple(Direction),
    Risk: ("R1", "R2", "R3", "R4", "R5"),
    CustomerField: FIELDS,
}
"""The values of the parameters that take one of a few."""


def takes_the_askers_words(tool: Tool) -> bool:
    """Whether the tool gets all it needs from the asker's own question: whatever writes something down does."""
    return any(tool.needs(kind) for kind in ASKERS_OWN)


def schema_of(tool: Tool) -> Schema:
    """The tool as OpenAI's wire describes it."""
    function = {"name": tool.name, "description": description_of(tool), "parameters": parameters_of(tool)}
    return {"type": "function", "function": function}


def description_of(tool: Tool) -> str:
    """What the tool is for, in one line."""
    return " ".join(tool.description.split())


def parameters_of(tool: Tool, *further: tuple[str, Schema, bool]) -> Schema:
    """The parameters as a JSON schema; `further` ones by name, schema and whether they are required."""
    taken = [] if takes_the_askers_words(tool) else [p for p in tool.parameters if described(p.kind)]
    properties = {parameter.name: described(parameter.kind) for parameter in taken}
    parts = [part for one in properties.values() if isinstance(part := one.pop("$defs", None), dict)]
    return {
        "type": "object",
        "properties": {**properties, **{name: schema for name, schema, _ in further}},
        "required": [p.name for p in taken if p.required] + [name for name, _, required in further if required],
        **({"$defs": {name: part for some in parts for name, part in some.items()}} if parts else {}),
    }


def described(kind: object) -> dict[str, object]:
    """The JSON schema of a parameter of that kind; empty for one that no model fills."""
    if kind in WORDS:
        return {"type": "string", "description": WORDS[kind]}
    if kind in CODES:
        return {"type": "string", "enum": list(CODES[kind])}
    if kind is Query:
        return Query.model_json_schema()
    if kind is int:
        return {"type": "integer", "minimum": 1}
    return {"type": "number", "description": "The least amount"} if kind is Decimal else {}
