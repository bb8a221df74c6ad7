"""What a message tells of the future: what a customer promised for a day, and that a deposit is going to end."""

import re
from collections.abc import Sequence
from datetime import date
from functools import cache

from assistant.understanding.periods import Tendency, find_periods
from assistant.understanding.telling import Step, errand_of
from assistant.understanding.text import PlainText
from prompts import LANGUAGES, note_words

LONGEST_PROMISE = 200
_CLAUSE_END = re.compile(r"[，。；;!！?？\n]|[.,](?!\d)|\b(?:and|but|y|pero)\b", re.IGNORECASE)
"""Where one thing that is told ends and the next begins; the point or comma of a number is none."""

_HAN_GAP = re.compile(r"(?<=[\u3400-\u9fff])\s+(?=[\u3400-\u9fff])")


def promise_of(told: str, today: date) -> Step | None:
    """The first clause in which somebody is to do something on a day to come, as it was written, and that day."""
    for clause in _clauses(told):
        if not any(pattern.search(clause) for pattern in _patterns("promise")):
            continue
        coming = [
            mention.period.end
            for mention in find_periods(PlainText.of(clause).plain, today, Tendency.FUTURE)
            if mention.period.end > today
        ]
        if coming:
            return Step(clause[:LONGEST_PROMISE].strip(), coming[-1])
    return None


def tells_of_maturity(told: str) -> bool:
    """Whether it is said that a deposit or an investment ends."""
    return any(pattern.search(told) for pattern in _patterns("deposit_ends"))


def day_told(told: str, step: Step | None, today: date) -> date:
    """The day of what has been: the one that is named outside the step to come, else today."""
    rest = told.replace(step.words, " ") if step else told
    been = [m.period.start for m in find_periods(PlainText.of(rest).plain, today, Tendency.PAST)]
    return next((day for day in been if day <= today), today)


def title_of(step: Step, today: date) -> str:
    """A step as the title of a task: without its day, and without the gap that the day leaves between characters."""
    return _HAN_GAP.sub("", errand_of(step.words, today))


def _clauses(told: str) -> list[str]:
    return [clause.strip() for clause in _CLAUSE_END.split(told) if clause.strip()]


@cache
def _patterns(name: str) -> Sequence[re.Pattern[str]]:
    return [re.compile(text, re.IGNORECASE) for language in LANGUAGES for text in note_words(language)[name]]
