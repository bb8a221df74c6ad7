"""Phrases as conditions of a query: on the rows asked about, on their customer, on what the customer has."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from assistant.understanding.selection.atoms import Atom, Piece
from assistant.understanding.selection.comparing import compared, is_age, on_days
from assistant.understanding.selection.dating import DAYS_OF_EVENTS, day_name, day_of
from assistant.understanding.selection.kinds import CHANNELS
from assistant.understanding.selection.phrases import Phrase
from assistant.understanding.selection.possessions import with_holding
from assistant.understanding.selection.quantities import AGE, COUNT, DURATIONS, MONEY, PERCENT, Range
from assistant.understanding.selection.values import Values, fields_meant
from knowledge.crm.codes import DEBT_KINDS, OPEN_FEEDBACK, FeedbackState
from knowledge.query import FIELDS, MAIN_DAY, Condition, Holding, Operator, Subject

CHANNELS_OF_EVENTS = {"visited": "visit", "called": "phone"}
PLACES = ("city", "region", "branch", "manager", "owning_group", "credit_rating")
"""Of which field a value is meant to be where several have it, the likeliest first."""


@dataclass
class Filters:
    """What the phrases of a question say. `about` is what its rows are; `unused` are pieces that say nothing here,
    `kinds` the kinds of accounts that are asked for."""

    about: Subject
    today: date
    values: Values
    beside: Sequence[Atom]
    conditions: list[Condition] = field(default_factory=list)
    holdings: list[Holding] = field(default_factory=list)
    unused: list[Atom] = field(default_factory=list)
    kinds: set[str] = field(default_factory=set)

    @property
    def where(self) -> tuple[Condition | Holding, ...]:
        return (*self.conditions, *self.holdings)

    def take(self, phrases: Sequence[Phrase]) -> None:
        heads = [p for p in phrases if not p.governed and p.names() & {"product_kind", "product"}]
        if self.about is Subject.ACCOUNTS:
            self.kinds = {kind for phrase in heads for kind in phrase.kinds()}
        for phrase in phrases:
            before = len(self.where)
            if phrase.owner is Subject.CUSTOMERS:
                self._of_customer(phrase)
            elif phrase.owner is None:
                self._of_nothing(phrase)
            else:
                self._of_thing(phrase, own=phrase.owner is self.about and not self._is_had(phrase, heads))
            if phrase.joint is not None and phrase.either and 0 < before < len(self.where) and not phrase.negated:
                # Conditions hold together: an alternative between two fields is none that a query can say.
                self.unused.append(phrase.joint)

    def _is_had(self, phrase: Phrase, heads: Sequence[Phrase]) -> bool:
        """Whether it is something that the customer of the rows has, where the rows themselves are of that kind."""
        return phrase.governed and bool(phrase.names() & {"product_kind", "product"}) and bool(heads)

    # --- customers ----------------------------------------------------------------------------------------------

    def _of_customer(self, phrase: Phrase) -> None:
        figure = next((a for a in phrase.atoms if a.piece is Piece.FIGURE), None)
        event = next((a for a in phrase.atoms if a.piece is Piece.EVENT), None)
        ranges = [a for a in phrase.atoms if a.piece is Piece.RANGE]
        if figure is not None:
            self._figure(phrase, figure, ranges)
        elif event is not None:
            self._event_of_customer(phrase, event)
        else:
            for atom in phrase.atoms:
                self._trait(atom, phrase)

    def _trait(self, atom: Atom, phrase: Phrase) -> None:
        match atom.piece:
            case Piece.TERM if atom.value[0] != "channel":
                name, codes = atom.value
                self._own(Condition(field=name, values=codes, negated=phrase.negated), phrase)
            case Piece.VALUE:
                self._place(atom, phrase)
            case Piece.RANGE if atom.value.unit == AGE or is_age(atom.value):
                self._own(compared("age", atom.value, phrase.negated), phrase)
            case _:
                self.unused.append(atom)

    def _place(self, atom: Atom, phrase: Phrase) -> None:
        found = fields_meant(atom.value)
        said = [word.value for word in self.beside if _near(word, atom)]
        name = next((n for n in said if n in found), None) or next((n for n in PLACES if n in found), next(iter(found)))
        values = found[name]
        if name == "manager" and "contacted_by" in said and self._by_whom(values, phrase):
            return
        if name == "branch" and self.about is Subject.FEEDBACK:
            name = "handling_branch"
        self._own(Condition(field=name, values=values, negated=phrase.negated), phrase)

    def _by_whom(self, values: tuple[str, ...], phrase: Phrase) -> bool:
        """Whether an employee is who made the contact: "not contacted by Jiang Lan"."""
        made = Condition(field="contacted_by", values=values)
        if self.about is Subject.CONTACTS:
            self._own(made, phrase)
            return True
        last = self.holdings[-1] if self.holdings else None
        if last is None or last.has is not Subject.CONTACTS:
            return False
        self.holdings[-1] = last.model_copy(update={"where": (*last.where, made)})
        return True

    def _figure(self, phrase: Phrase, figure: Atom, ranges: Sequence[Atom]) -> None:
        name = figure.value
        unit = {"money": MONEY, "percent": PERCENT}.get(FIELDS[name].kind.value, COUNT)
        fitting = next((r for r in ranges if r.value.unit == unit or (name == "age" and _says_age(r))), None)
        if fitting is not None:
            self._own(compared(name, fitting.value, phrase.negated), phrase)
        elif name != "product_kinds":
            self.unused.append(figure)
        self.unused += [r for r in ranges if r is not fitting]

    def _event_of_customer(self, phrase: Phrase, event: Atom) -> None:
        if event.value == "agreed":
            channels = tuple(c for a in phrase.atoms if a.piece is Piece.TERM for c in a.value[1])
            if channels:
                self._own(Condition(field="consent", values=channels, negated=phrase.negated), phrase)
            else:
                self.unused.append(event)
            return
        name = (
            "opened_on" if event.value == "joined" and self.about is Subject.ACCOUNTS else DAYS_OF_EVENTS[event.value]
        )
        day = day_of(name, phrase, self.about, self.today)
        if day is None:
            self.unused.append(event)
        else:
            self._own(day, phrase)

    def _own(self, condition: Condition, phrase: Phrase) -> None:
        """On the row or its customer; further values of the same field are alternatives."""
        for at, other in enumerate(self.conditions):
            alike = other.field == condition.field and other.operator is condition.operator is Operator.IS
            if alike and other.negated == condition.negated:
                values = tuple(dict.fromkeys((*other.values, *condition.values)))
                self.conditions[at] = other.model_copy(update={"values": values})
                return
        self.conditions.append(condition)

    # --- accounts, bookings, contacts, cases --------------------------------------------------------------------

    def _of_thing(self, phrase: Phrase, *, own: bool) -> None:
        assert phrase.owner is not None
        if own and phrase.negated and phrase.names() == {"feedback_state"}:
            phrase.atoms = [_unresolved(atom) for atom in phrase.atoms]
            phrase.negated = False
        inner, least = self._conditions(phrase, negated=phrase.negated and own)
        if own:
            for condition in inner:
                self._own(condition, phrase)
            if least:
                self.unused += [a for a in phrase.atoms if a.piece is Piece.RANGE and a.value.unit == COUNT]
        elif inner or phrase.events() or least or any(a.piece is Piece.SUBJECT for a in phrase.atoms):
            self.holdings = with_holding(self.holdings, phrase, inner, least)

    def _conditions(self, phrase: Phrase, *, negated: bool) -> tuple[list[Condition], Range | None]:
        """The conditions of a phrase, and of how many it speaks."""
        found: list[Condition] = []
        number: Range | None = None
        dated = False
        for atom in phrase.atoms:
            match atom.piece:
                case Piece.TERM if atom.value[0] == "channel" and phrase.owner not in CHANNELS:
                    self.unused.append(atom)
                case Piece.TERM:
                    name, codes = atom.value
                    name = CHANNELS[phrase.owner or self.about] if name == "channel" else name
                    _add(found, Condition(field=name, values=codes, negated=negated))
                case Piece.EVENT if atom.value in CHANNELS_OF_EVENTS:
                    channel = CHANNELS_OF_EVENTS[atom.value]
                    _add(found, Condition(field="contact_channel", values=(channel,), negated=negated))
                case Piece.RANGE if atom.value.unit == COUNT:
                    number = atom.value
                case Piece.PERIOD | Piece.YEARS | Piece.RANGE if not dated and _says_days(atom):
                    day = day_of(day_name(phrase, self.about), phrase, self.about, self.today)
                    dated = day is not None
                    found += [day] if day is not None else []
                    self.unused += [] if day is not None else [atom]
                case Piece.RANGE if atom.value.unit in (MONEY, PERCENT):
                    found.append(compared(self._sized(phrase, atom.value), atom.value, negated))
                case Piece.VALUE if phrase.owner is Subject.CONTACTS:
                    pass
                case Piece.RANGE | Piece.PERIOD | Piece.YEARS:
                    self.unused.append(atom)
        return found, number

    def _sized(self, phrase: Phrase, found: Range) -> str:
        """What a number measures: what was granted, the limit of a card, what lies on an account, what was booked."""
        if phrase.owner is Subject.TRANSACTIONS:
            return "booking_amount"
        if found.unit == PERCENT:
            return "rate"
        said = next((a.value for a in phrase.atoms if a.piece is Piece.FIGURE), None)
        if said in ("balance", "instalment"):
            return str(said)
        kinds = phrase.kinds() or self.kinds
        lent = "account_state" in phrase.names() and not kinds
        return "amount" if lent or (kinds and kinds <= set(DEBT_KINDS)) else "balance"

    def _of_nothing(self, phrase: Phrase) -> None:
        """Numbers and days beside nothing: of the rows themselves, where those have such a thing."""
        for atom in phrase.atoms:
            match atom.piece:
                case Piece.RANGE if self.about is Subject.CUSTOMERS and is_age(atom.value):
                    self._own(compared("age", atom.value, phrase.negated), phrase)
                case Piece.RANGE if atom.value.unit == MONEY and self.about is Subject.TRANSACTIONS:
                    self._own(compared("booking_amount", atom.value, phrase.negated), phrase)
                case Piece.RANGE if atom.value.unit == MONEY and self.about is Subject.ACCOUNTS:
                    self._own(compared(self._sized(phrase, atom.value), atom.value, phrase.negated), phrase)
                case Piece.PERIOD | Piece.YEARS if self.about is not Subject.CUSTOMERS:
                    self._own(on_days(MAIN_DAY[self.about], atom.value, phrase.negated), phrase)
                case Piece.TERM if self.about in CHANNELS and self.about is not Subject.CUSTOMERS:
                    self._own(
                        Condition(field=CHANNELS[self.about], values=atom.value[1], negated=phrase.negated), phrase
                    )
                case _:
                    self.unused.append(atom)


def _add(found: list[Condition], condition: Condition) -> None:
    for at, other in enumerate(found):
        if other.field == condition.field:
            found[at] = other.model_copy(update={"values": tuple(dict.fromkeys((*other.values, *condition.values)))})
            return
    found.append(condition)


def _unresolved(atom: Atom) -> Atom:
    """What is not resolved is open."""
    done = tuple(state.value for state in (FeedbackState.RESOLVED, FeedbackState.CLOSED))
    resolved = atom.piece is Piece.TERM and atom.value == ("feedback_state", done)
    return replace(atom, value=("feedback_state", tuple(OPEN_FEEDBACK))) if resolved else atom


def _says_days(atom: Atom) -> bool:
    return atom.piece is not Piece.RANGE or atom.value.unit in DURATIONS


def _says_age(atom: Atom) -> bool:
    return atom.value.unit == AGE or is_age(atom.value)


def _near(word: Atom, value: Atom) -> bool:
    """Whether a word like "branch" stands right beside a value."""
    return 0 <= value.start - word.end <= 4 or 0 <= word.start - value.end <= 2
