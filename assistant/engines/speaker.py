"""Says what a model says as far as it holds: each sentence is checked against the ledger before it is sent."""

import re
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing

from assistant.engines.endpoint import MOST_TOKENS, Ended, Heard, Line
from assistant.engines.page import Page, PageEvent
from assistant.errors import ModelFailed
from assistant.grounding.placeholders import LIKE
from assistant.grounding.sentences import Sentences
from assistant.grounding.verification import Unsupported, Verdict, Verifier
from assistant.model_call import Message, ModelFailure
from assistant.understanding.text import PlainText
from knowledge.crm.names import HAN
from prompts import instruction

_MARKUP = re.compile(r"^\s*(?:```|[\[{|#>]|</?\w)|\"\w+\"\s*:|</?(?:tool|function|data|think)\w*>")
"""Code, calls written as text, tables and headings: whatever is no sentence."""
_WORD = re.compile(r"[^\W\d_]{2,}")
_HAN_RUN = re.compile(f"{HAN.pattern}+")
NO_SENTENCE = "no sentence"
_QUOTED = 80


class Shown:
    """What the asker sees anyway: the words of an answer, and the facts that the question itself brings."""

    def __init__(self, text: str, given: frozenset[str]) -> None:
        self._letters = _letters(text)
        self._given = given

    def is_added_to_by(self, verdict: Verdict) -> bool:
        """Whether a sentence rests on more than what was given, and is not only copied."""
        rests = {mark for _, _, mark in verdict.marks} - self._given
        return bool(rests) and _letters(verdict.sentence) not in self._letters


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, PlainText.of(text).plain))


class Speaker:
    """One turn's speaker. `said` is what was sent, `dropped` what did not hold even the second time, `unsaid` how many
    sentences were left out because they add nothing to what is `shown` anyway."""

    def __init__(self, line: Line, verifier: Verifier, page: Page, language: str, shown: Shown | None = None) -> None:
        self._verifier = verifier
        self._page = page
        self._language = language
        self._shown = shown
        self.unsaid = 0
        self.line = line
        self.said: list[Verdict] = []
        self.dropped: list[Verdict] = []
        self.refused: Verdict | None = None
        self._sentences = Sentences()
        self._is_second = False

    @property
    def used(self) -> frozenset[str]:
        """The facts and citations that what was said rests on."""
        return frozenset(mark for verdict in self.said for _, _, mark in verdict.marks)

    @property
    def text(self) -> str:
        return "".join(verdict.sentence for verdict in self.said)

    async def say(self, messages: Sequence[Message], most_tokens: int = MOST_TOKENS) -> AsyncGenerator[PageEvent]:
        """Asks the model, and passes on what holds.

        Raises ModelFailed as the line does; what was sent until then stays, and `close` is still to be called.
        """
        async with aclosing(self.line.ask(messages, most_tokens=most_tokens)) as heard:
            async for piece in heard:
                for event in self.hear(piece):
                    yield event
                if self.refused:
                    break
        async for event in self.anew():
            yield event

    def hear(self, heard: Heard) -> list[PageEvent]:
        """The events of what holds in a further piece. The first sentence that does not hold is `refused`, and nothing
        after it is heard; the second time, each that does not is left out."""
        if isinstance(heard, str):
            finished = self._sentences.feed(heard)
        elif isinstance(heard, Ended):
            finished = self._sentences.rest()[: -1 if heard.cut else None]
        else:
            finished = []
        events: list[PageEvent] = []
        for sentence in finished:
            verdict = self._verdict(sentence)
            if verdict is None or self.refused:
                continue
            if verdict.holds:
                self.said.append(verdict)
                events += self._page.take(verdict)
            elif _is_sentence(verdict) and not self._is_second:
                self.refused = verdict
            else:
                self.dropped.append(verdict)
        return events

    async def anew(self) -> AsyncGenerator[PageEvent]:
        """Where a sentence was refused: has the model go on from what was said, told what no source bears out."""
        if self.refused is None:
            return
        written = ", ".join(dict.fromkeys(unsupported.written for unsupported in self.refused.unsupported))
        again = instruction("again", self._language, {"written": written})
        so_far = {"role": "assistant", "content": self.text + self.refused.sentence}
        messages = [*self.line.messages, so_far, {"role": "user", "content": again}]
        self.refused, self._is_second, self._sentences = None, True, Sentences()
        async with aclosing(self.line.ask(messages)) as heard:
            async for piece in heard:
                for event in self.hear(piece):
                    yield event

    def close(self) -> Sequence[PageEvent]:
        """The end of the page."""
        return self._page.close()

    def check(self) -> None:
        """Raises ModelFailed if what came was nothing or no sentence. One that rests on nothing is no failure."""
        unsupported = [verdict for verdict in self.dropped if _is_sentence(verdict)]
        if not (self.said or self.unsaid or unsupported):
            reason = ModelFailure.NONSENSE if self.dropped else ModelFailure.EMPTY
            raise ModelFailed(reason=reason, detail=f"{len(self.dropped)} pieces that are no sentence")

    def _verdict(self, sentence: str) -> Verdict | None:
        """What is to be thought of a sentence; nothing if it need not be said."""
        if not any(map(str.isalnum, sentence)) or any(sentence.strip() == v.sentence.strip() for v in self.said):
            return None
        if _MARKUP.search(sentence) or LIKE.search(sentence) or not _in(self._language, sentence):
            return Verdict(sentence, (), (Unsupported(sentence.strip()[:_QUOTED], NO_SENTENCE),))
        verdict = self._verifier.check(sentence)
        if verdict.holds and self._shown and not self._shown.is_added_to_by(verdict):
            self.unsaid += 1
            return None
        return verdict


def _is_sentence(verdict: Verdict) -> bool:
    """Whether it is for what it says that a sentence does not hold, and not for being none."""
    return any(unsupported.kind != NO_SENTENCE for unsupported in verdict.unsupported)


def _in(language: str, sentence: str) -> bool:
    """Whether a sentence may be in that language, by its script; names may be in any."""
    if language == "zh":
        return bool(HAN.search(sentence))
    return len(_WORD.findall(_HAN_RUN.sub(" ", sentence))) >= 2 or not HAN.search(sentence)
