"""How long the journal keeps what its records tell: the periods of `retention.yaml`."""

from functools import cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, PositiveInt, model_validator

from assistant.journal import Kind


class Retention(BaseModel):
    """Months, by kind of record, and for the customers that an emptied record names; `version` is the file's."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    version: str
    content: dict[Kind, PositiveInt]
    customers: PositiveInt

    @model_validator(mode="after")
    def _complete(self) -> "Retention":
        """What is erased is told for ever; every other kind needs its period, none may outlast the customers'."""
        missing = set(Kind) - {Kind.ERASED} - set(self.content)
        if missing or Kind.ERASED in self.content:
            raise ValueError(f"periods are given for all kinds but erased; missing: {sorted(missing)}")
        if max(self.content.values()) > self.customers:
            raise ValueError("content cannot be kept longer than the customers it is about")
        return self


@cache
def retention() -> Retention:
    """The periods that ship, or that the bank has put in their place."""
    read = yaml.safe_load((Path(__file__).parent / "retention.yaml").read_text(encoding="utf-8"))
    return Retention.model_validate(read)
