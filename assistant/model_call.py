"""One call of a language model, as it left and as it came back: masked, so that it can be shown and kept."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from enum import StrEnum

Message = Mapping[str, object]
"""A message as the endpoint gets it, in OpenAI's shape."""


class ModelFailure(StrEnum):
    """Why an answer comes without the model; the words for it stand in `prompts/words.yaml`."""

    UNREACHABLE = "unreachable"
    REFUSED = "refused"
    BUSY = "busy"
    BROKEN = "broken"
    SLOW = "slow"
    NONSENSE = "nonsense"
    EMPTY = "empty"
    UNSUPPORTED = "unsupported"
    LOOP = "loop"


@dataclass
class ModelCall:
    """What was asked (`messages`, the names of the `tools` offered) and what came back, with tokens as the endpoint
    counts them, 0 where it does not. `failed` says why nothing more came."""

    model: str
    messages: Sequence[Message]
    tools: Sequence[str]
    text: str = ""
    tool_calls: list[dict[str, str]] = field(default_factory=list)
    prompt_tokens: int = 0
    completion_tokens: int = 0
    first_token_ms: int | None = None
    elapsed_ms: int = 0
    failed: str | None = None

    def record(self) -> dict[str, object]:
        """The call as the journal keeps it."""
        return asdict(self)
