"""A tool: a typed function whose docstring speaks to the model, and what its parameters ask for."""

import inspect
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, fields
from functools import wraps
from types import UnionType
from typing import Any, ClassVar, Protocol, Union, get_args, get_origin, get_type_hints


class Result(Protocol):
    """What a tool returns: a dataclass whose fields are what the answer's template prints."""

    __dataclass_fields__: ClassVar[dict[str, Any]]


@dataclass(frozen=True)
class Parameter:
    """One parameter: `kind` is its type (CustomerId, Period, int ...), which understanding fills."""

    name: str
    kind: Any
    required: bool
    default: object = None


@dataclass(frozen=True)
class Tool:
    """An ability: its function takes the Desk and its parameters, reads, and returns a Result.

    Its name is the function's, and that of its utterances and answer templates.
    """

    name: str
    description: str
    parameters: tuple[Parameter, ...]
    run: Callable[..., Awaitable[Result]]

    @classmethod
    def of(cls, function: Callable[..., Awaitable[Result]]) -> "Tool":
        hints = get_type_hints(function)
        signature = inspect.signature(function)
        parameters = tuple(
            Parameter(
                name,
                _plain_type(hints[name]),
                required=parameter.default is inspect.Parameter.empty,
                default=None if parameter.default is inspect.Parameter.empty else parameter.default,
            )
            for name, parameter in list(signature.parameters.items())[1:]
        )
        return cls(function.__name__, inspect.getdoc(function) or "", parameters, _relating(function))

    def needs(self, kind: object) -> Parameter | None:
        """The parameter of that type, if the tool has one."""
        return next((p for p in self.parameters if p.kind is kind), None)


def _relating(function: Callable[..., Awaitable[Result]]) -> Callable[..., Awaitable[Result]]:
    """The function, which also lets the desk's ledger know what stands together in its result."""

    @wraps(function)
    async def run(desk: Any, **arguments: object) -> Result:
        result = await function(desk, **arguments)
        desk.ledger.relate(result)
        return result

    return run


def values_of(result: Result) -> dict[str, object]:
    """A result's fields by name, for its template."""
    return {field.name: getattr(result, field.name) for field in fields(result)}


def _plain_type(hint: Any) -> Any:
    """`CustomerId | None` asks for a CustomerId."""
    if get_origin(hint) in (Union, UnionType):
        return next(argument for argument in get_args(hint) if argument is not type(None))
    return hint
