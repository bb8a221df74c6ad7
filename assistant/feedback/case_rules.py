"""The rules by which cases are filed and handled: deadlines, owners, and what follows an answer."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Self

import yaml
from pydantic import BaseModel, ConfigDict

from assistant.feedback.deadline_rules import DEFAULT_RULES, DeadlineRules, Span, read_deadlines
from assistant.feedback.routing import RoutingRules, read_routing
from assistant.feedback.survey_rules import SurveyRules, read_surveys

FILE = Path(__file__).with_name("handling.yaml")


class HandlingRules(BaseModel):
    """The content of `handling.yaml`, whose comments say what each part means."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    version: str
    source: str
    second_look: Span
    satisfaction_after: Span
    invitation_every: Span


@dataclass(frozen=True)
class CaseRules:
    deadlines: DeadlineRules
    routing: RoutingRules
    handling: HandlingRules
    surveys: SurveyRules

    @classmethod
    def read(cls, code: str = DEFAULT_RULES, home: Path | None = None) -> Self:
        """Those of the bank's home folder, else those that ship. Raises DeadlineRulesError, RoutingError,
        SurveyRulesError."""
        return cls(read_deadlines(code, home), read_routing(home), _handling(), read_surveys(home))


@cache
def _handling() -> HandlingRules:
    return HandlingRules.model_validate(yaml.safe_load(FILE.read_text(encoding="utf-8")))
