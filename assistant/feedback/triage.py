"""Triage: what a message is, what it is about, how serious and how urgent, each with how sure that is and why.

Kind and cause are learnt from examples; product, mood, urgency and the rest are told by words, severity by rules over
them (service standard complaint-handling 2.3). Where what matters is not sure, or contradicts itself, a person decides.
The text of a message is data: nothing in it is followed.
"""

import asyncio
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.feedback.cue_words import Cue, CueWords, distinct
from assistant.feedback.taxonomy import Decision, Taxonomy, read_taxonomy
from knowledge.crm.codes import FeedbackKind, Mood, Severity
from knowledge.embeddings import Embeddings, views_of
from knowledge.library.language import detect_language

if TYPE_CHECKING:
    from assistant.feedback.classifier import Guess, MessageClassifier

UNDECIDED = 0.5
"""The confidence of what holds where no word tells anything."""
DEFAULT_LANGUAGE = "en"
DISPLEASED = ("angry", "leaving", "money_missing", "data_leaked", "discriminated", "regulator")
"""Whoever says this is dissatisfied, and dissatisfaction is a complaint (complaint-handling 1.2)."""


class Urgency(StrEnum):
    NORMAL = "normal"
    URGENT = "urgent"


class Why(StrEnum):
    """Why a person has to look."""

    UNSURE_KIND = "unsure_kind"
    UNSURE_CAUSE = "unsure_cause"
    UNFAMILIAR = "unfamiliar"
    CONTRADICTORY = "contradictory"
    EMPTY = "empty"


@dataclass(frozen=True)
class Judged:
    """One decision with its confidence, from 0 to 1, and the words that decided it."""

    code: str
    confidence: float
    words: tuple[str, ...]


@dataclass(frozen=True)
class Triage:
    """Of one message. `kind` is a FeedbackKind, `product` and `cause` are codes of the taxonomy, `sentiment` is a Mood,
    `quality` technical or functional. `cause` and `quality` are of complaints and suggestions alone."""

    language: str
    kind: Judged
    product: Judged | None
    cause: Judged | None
    severity: Judged
    sentiment: Judged
    urgency: Judged
    threat_to_leave: Judged | None
    vulnerable: Judged | None
    regulator: Judged | None
    quality: Judged | None
    needs_person: bool
    why: tuple[str, ...]
    taxonomy: str


class Triager:
    """Triages messages. Safe to use from many threads."""

    def __init__(
        self, embeddings: Embeddings, taxonomy: Taxonomy, classifiers: dict[Decision, "MessageClassifier"]
    ) -> None:
        self._embeddings, self._taxonomy, self._classifiers = embeddings, taxonomy, classifiers
        self._cues = CueWords.of(taxonomy)
        self._products = CueWords(taxonomy.products, taxonomy.denied)

    @classmethod
    def open(cls, embeddings: Embeddings, home: Path) -> "Triager":
        """With the bank's taxonomy and what it has learnt, made ready (some seconds) where it is not. Raises
        TriageError for a taxonomy that is wrong."""
        taxonomy = read_taxonomy(home)
        from assistant.feedback.training import opened_classifiers

        return cls(embeddings, taxonomy, opened_classifiers(embeddings, taxonomy, home))

    async def triage(self, text: str) -> Triage:
        return await asyncio.to_thread(self.triaged, text)

    def triaged(self, text: str) -> Triage:
        """What the message is. CPU-bound: embedding it takes most of the time."""
        vectors = views_of(self._embeddings, [text])
        guesses = {decision: one.guesses(vectors, [text])[0] for decision, one in self._classifiers.items()}
        found = self._cues.found(text)
        kind = self._kind(guesses["kind"], found)
        about = FeedbackKind(kind.code) in (FeedbackKind.COMPLAINT, FeedbackKind.SUGGESTION)
        cause = _judged(guesses["cause"]) if about else None
        severity = self._severity(kind, found)
        familiar = max(guess.familiar for guess in guesses.values())
        why = self._why(text, kind, cause, familiar, found)
        return Triage(
            language=detect_language(text) or DEFAULT_LANGUAGE,
            kind=kind,
            product=self._product(text, guesses.get("product")),
            cause=cause,
            severity=severity,
            sentiment=self._sentiment(kind, found),
            urgency=self._urgency(severity, found),
            threat_to_leave=self._cue("leaving", found),
            vulnerable=self._cue("vulnerable", found),
            regulator=self._cue("regulator", found),
            quality=self._quality(cause),
            needs_person=bool(why),
            why=why,
            taxonomy=self._taxonomy.version,
        )

    def _kind(self, guess: "Guess", found: dict[str, list[Cue]]) -> Judged:
        """What is learnt; but words of dissatisfaction make a complaint, in doubt as the standard says."""
        told = [cue for code in DISPLEASED for cue in found.get(code, ())]
        if not told or guess.label == FeedbackKind.COMPLAINT:
            return _judged(guess)
        return Judged(FeedbackKind.COMPLAINT, max(1 - guess.confidence, UNDECIDED), distinct(told))

    def _product(self, text: str, guess: "Guess | None") -> Judged | None:
        """The product named most often, of equals the first of the taxonomy; what was learnt where none is named."""
        named = self._products.found(text)
        if named:
            code, cues = max(named.items(), key=lambda item: len(item[1]))
            share = len(cues) / sum(map(len, named.values()))
            return Judged(code, self._taxonomy.cue_confidence * share, distinct(cues))
        return _judged(guess) if guess and guess.confidence >= UNDECIDED else None

    def _severity(self, kind: Judged, found: dict[str, list[Cue]]) -> Judged:
        grave = [cue for code in self._taxonomy.high_severity for cue in found.get(code, ())]
        if grave:
            return Judged(Severity.HIGH, self._taxonomy.cue_confidence, distinct(grave))
        return Judged(self._taxonomy.severity[FeedbackKind(kind.code)], kind.confidence, kind.words)

    def _sentiment(self, kind: Judged, found: dict[str, list[Cue]]) -> Judged:
        for mood in (Mood.ANGRY, Mood.WORRIED, Mood.PLEASED):
            if cues := found.get(mood):
                return Judged(mood, self._taxonomy.cue_confidence, distinct(cues))
        if kind.code == FeedbackKind.PRAISE:
            return Judged(Mood.PLEASED, kind.confidence, kind.words)
        return Judged(Mood.NEUTRAL, UNDECIDED, ())

    def _urgency(self, severity: Judged, found: dict[str, list[Cue]]) -> Judged:
        if cues := found.get("urgent"):
            return Judged(Urgency.URGENT, self._taxonomy.cue_confidence, distinct(cues))
        if severity.code == Severity.HIGH:
            return Judged(Urgency.URGENT, severity.confidence, severity.words)
        return Judged(Urgency.NORMAL, self._taxonomy.cue_confidence, ())

    def _cue(self, code: str, found: dict[str, list[Cue]]) -> Judged | None:
        cues = found.get(code)
        return Judged(code, self._taxonomy.cue_confidence, distinct(cues)) if cues else None

    def _quality(self, cause: Judged | None) -> Judged | None:
        quality = self._taxonomy.causes[cause.code].quality if cause else None
        return Judged(quality, cause.confidence, cause.words) if cause and quality else None

    def _why(
        self, text: str, kind: Judged, cause: Judged | None, familiar: float, found: dict[str, list[Cue]]
    ) -> tuple[str, ...]:
        least, complaint = self._taxonomy.least_confidence, kind.code == FeedbackKind.COMPLAINT
        reasons = {
            Why.EMPTY: not any(character.isalnum() for character in text),
            Why.UNSURE_KIND: kind.confidence < least.kind,
            Why.UNSURE_CAUSE: cause is not None and complaint and cause.confidence < least.cause,
            Why.UNFAMILIAR: familiar < self._taxonomy.least_familiar,
            Why.CONTRADICTORY: "pleased" in found and any(code in found for code in DISPLEASED),
        }
        return tuple(reason for reason, holds in reasons.items() if holds)


def _judged(guess: "Guess") -> Judged:
    return Judged(guess.label, guess.confidence, guess.words)
