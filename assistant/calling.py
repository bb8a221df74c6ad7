"""Tools called by a programme: what may be called, and a call."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Offer:
    """A tool that a programme may call. `parameters` is a JSON schema; what is not `reads_only` proposes."""

    name: str
    description: str
    parameters: Mapping[str, object]
    reads_only: bool


@dataclass(frozen=True)
class ToolCall:
    """The tool that is called and its arguments, as they came."""

    tool: str
    arguments: Mapping[str, object]
    language: str = "en"

    def written(self) -> str:
        """The call as the question of its turn."""
        said = ", ".join(f"{name}: {value}" for name, value in self.arguments.items())
        return f"{self.tool} ({said})" if said else self.tool
