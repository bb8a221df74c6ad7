"""Days of a phrase: which day of what it speaks of they are, and the condition that they put on it."""

from datetime import date

from assistant.understanding.days import moved
from assistant.understanding.selection.atoms import Piece
from assistant.understanding.selection.comparing import on_days
from assistant.understanding.selection.phrases import Phrase
from assistant.understanding.selection.quantities import AGE, DURATIONS, Range
from knowledge.query import FIELDS, MAIN_DAY, Condition, Operator, Subject

DAYS_OF_EVENTS = {
    "contacted": "contacted_on", "visited": "contacted_on", "called": "contacted_on", "matures": "matures_on",
    "opened": "opened_on", "joined": "customer_since", "born": "birth_date", "received": "received_on",
    "resolved": "resolved_on", "assessed": "tolerance_assessed_on",
}  # fmt: skip
PASSING = (Subject.CONTACTS, Subject.TRANSACTIONS, Subject.FEEDBACK)
"""What happens on a day: nothing for three months means none since."""


def day_name(phrase: Phrase, about: Subject) -> str:
    """The day that a phrase speaks of; else the main one of its thing."""
    event = next((event for event in phrase.events() if event in DAYS_OF_EVENTS), None)
    return DAYS_OF_EVENTS[event] if event else MAIN_DAY[phrase.owner or about]


def day_of(name: str, phrase: Phrase, about: Subject, today: date) -> Condition | None:
    """The condition that the days or the duration of a phrase put on that day. "Not contacted for 90 days" turns the
    phrase round: it is about a contact since then, which there is not."""
    negated = phrase.negated and FIELDS[name].about in (about, Subject.CUSTOMERS)
    for atom in phrase.atoms:
        if atom.piece in (Piece.PERIOD, Piece.YEARS):
            return None if _lies_ahead(name, atom.value, today) else on_days(name, atom.value, negated)
        if atom.piece is Piece.RANGE and atom.value.unit in (*DURATIONS, AGE):
            return _ago(name, atom.value, phrase, today)
    return None


def _lies_ahead(name: str, days: tuple[date | None, date | None], today: date) -> bool:
    """Whether days lie ahead, where only what has been is asked about: "resolved within 10 days"."""
    ahead = days[0] is not None and days[0] >= today and (days[1] is None or days[1] > today)
    return ahead and FIELDS[name].about in PASSING


def _ago(name: str, found: Range, phrase: Phrase, today: date) -> Condition | None:
    number = found.least if found.least is not None else found.most
    begin = moved(today, -int(number or 0), "year" if found.unit == AGE else found.unit)
    if begin is None:
        return None
    longer = found.most is None
    if FIELDS[name].about in PASSING:
        phrase.negated = phrase.negated or longer
        return Condition(field=name, operator=Operator.SINCE, values=(str(begin),))
    return Condition(field=name, operator=Operator.UNTIL if longer else Operator.SINCE, values=(str(begin),))
