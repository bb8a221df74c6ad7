"""What filing and handling feedback rest on: triage, deadlines, routing, likeness. One for a process."""

import asyncio
from collections.abc import Sequence
from datetime import date
from functools import cached_property
from pathlib import Path
from threading import Lock

from assistant.feedback.case_rules import CaseRules
from assistant.feedback.deadline_rules import DEFAULT_RULES
from assistant.feedback.filing import Filing, filing
from assistant.feedback.likeness import Likeness
from assistant.feedback.taxonomy import Taxonomy, read_taxonomy
from assistant.feedback.triage import Triage, Triager
from knowledge.embeddings import Embeddings


class Casework:
    """Opens triage, which takes seconds, with the first message. Safe to use from many threads.

    Raises TriageError, DeadlineRulesError or RoutingError where the bank's own files are wrong.
    """

    def __init__(self, embeddings: Embeddings, home: Path, deadlines: str = DEFAULT_RULES) -> None:
        self._embeddings, self._home = embeddings, home
        self._opening = Lock()
        self._triager: Triager | None = None
        self.taxonomy: Taxonomy = read_taxonomy(home)
        self.rules = CaseRules.read(deadlines, home)

    async def triage(self, text: str) -> Triage:
        return await asyncio.to_thread(self._triaged, text)

    async def filing(self, text: str, received: date) -> Filing:
        """What the message is, and by when it has to be answered if it was received that day."""
        return filing(await self.triage(text), self.rules.deadlines, received)

    async def alike(self, text: str, others: Sequence[str]) -> list[float]:
        """How alike each of the others is to `text`, from -1 to 1."""
        return await asyncio.to_thread(self._likeness.of, text, others)

    @cached_property
    def _likeness(self) -> Likeness:
        return Likeness(self._embeddings, self.taxonomy)

    def _triaged(self, text: str) -> Triage:
        with self._opening:
            if self._triager is None:
                self._triager = Triager.open(self._embeddings, self._home)
        return self._triager.triaged(text)
