"""One sentence held against the ledger, step by step: codes, names, days, figures, then what is left."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from assistant.grounding import bearing
from assistant.grounding.evidence import Evidence, Known, KnownDay
from assistant.grounding.known_names import KnownNames
from assistant.grounding.ledger import Ledger
from assistant.grounding.measures import SIGNED, base_of, families_of
from assistant.grounding.named import LedgerNames, Mention
from assistant.grounding.strangers import find_strangers, is_said
from assistant.grounding.written.claims import find_claims
from assistant.grounding.written.clauses import Group, Named, clause_at, clauses_of, groups_of, spoken_of
from assistant.grounding.written.codes import Code, Copied, find_codes
from assistant.grounding.written.days import Day, find_days
from assistant.grounding.written.lexicon import Lexicon
from assistant.grounding.written.quantities import Quantity, Unit, find_quantities
from assistant.understanding.text import PlainText

_MARKER = re.compile(r"^\s*(?:[-*+•·>#]+\s+|\(?\d{1,2}[.)、]\s*(?=\D)|\|)+")
_BARS = re.compile(r"[█▏▎▍▌▋▊▉]+|^[\s|:-]+$")
_TABULAR = re.compile(r"^\s*(?:\||[-*+•]\s)")
_DURATIONS = (Unit.DAYS, Unit.MONTHS, Unit.YEARS, Unit.HOURS, Unit.MINUTES, Unit.WORKING_DAYS)
_KINDS = {Unit.MONEY: "money", Unit.PERCENT: "percent", Unit.MULTIPLE: "multiple"} | dict.fromkeys(
    _DURATIONS, "duration"
)


@dataclass(frozen=True)
class Unsupported:
    """Something a sentence says that is on no Fact. `kind` is number, money, percent, date, customer, product ..."""

    written: str
    kind: str


class Statement:
    """A sentence being checked. `marks` and `unsupported` are what is found."""

    def __init__(
        self, text: PlainText, words: Lexicon, evidence: Evidence, names: LedgerNames, ledger: Ledger,
        known: KnownNames, question: str,
    ) -> None:  # fmt: skip
        self._whole = text
        self._left = text
        self._words, self._evidence, self._names = words, evidence, names
        self._ledger, self._known, self._question = ledger, known, question
        self._tabular = bool(_TABULAR.match(text.original))
        self._groups: dict[str, list[Group]] = {}
        self._clauses: list[tuple[int, int]] = []
        self._days: list[tuple[Day, list[KnownDay]]] = []
        self._figures: list[tuple[int, int]] = []
        self._found: list[Known] = []
        self.marks: list[tuple[int, int, str]] = []
        self.unsupported: list[Unsupported] = []

    def check(self) -> None:
        for pattern in (_MARKER, _BARS):
            self._blank((m.start(), m.end()) for m in pattern.finditer(self._left.original))
        codes = find_codes(self._left, self._words)
        for code in codes:
            self._check_code(code)
        self._quoted()
        mentions = self._names.find(self._left, self._words)
        self._blank((mention.start, mention.end) for mention in mentions)
        days = find_days(self._left, self._words, self._ledger.today)
        self._blank((ways[0].start, ways[0].end) for ways in days)
        quantities = find_quantities(self._left, self._words)
        self._arrange(mentions, days, quantities)
        self._check_mentions(mentions)
        self._check_days(days)
        self._check_quantities(quantities)
        self._blank((quantity.start, quantity.end) for quantity in quantities)
        self._check_strangers(bool(self._found))
        self._check_ordinals()
        self._check_rest()
        self._check_claims()

    def _blank(self, places: Iterable[tuple[int, int]]) -> None:
        self._left = self._left.without(list(places))

    def _written(self, start: int, end: int) -> str:
        return self._whole.original[start:end].strip()

    def _fail(self, start: int, end: int, kind: str) -> None:
        self.unsupported.append(Unsupported(self._written(start, end), kind))

    # -- what is copied ---------------------------------------------------------------------------------------------

    def _check_code(self, code: Code) -> None:
        mark = self._mark_of(code)
        if mark is None and code.kind in (Copied.NUMBER, Copied.TIME) and code.kind is Copied.NUMBER:
            return  # a long number that is copied from nowhere may be an amount
        if mark is None:
            self._fail(code.start, code.end, code.kind)
        elif mark:
            self.marks.append((code.start, code.end, mark))
        self._blank([(code.start, code.end)])

    def _mark_of(self, code: Code) -> str | None:
        """The fact or citation that a code is copied from; empty where it stands on the ledger without one."""
        ledger = self._ledger
        if code.kind is Copied.CITATION:
            if code.text.lstrip("^").isdigit():
                number = int(code.text.lstrip("^"))
                return ledger.citations[number - 1].id if 0 < number <= len(ledger.citations) else None
            return next((c.id for c in ledger.citations if c.id.lower() == code.text.lower()), None)
        if code.kind is Copied.PLACEHOLDER:
            return None
        bare = _bare(code.text)
        for fact in ledger.facts:
            if isinstance(fact.value, str) and bare in (_bare(fact.value), _bare(fact.text)):
                return fact.id
            if bare == _bare(fact.subject):
                return fact.id
        if any(bare == _bare(card.id) for card in ledger.products):
            return ""
        return "" if is_said(code.text, self._evidence.words) else None

    def _quoted(self) -> None:
        """Words of the ledger that hold digits, an address for example, are told as they stand."""
        for fact in self._ledger.facts:
            if not isinstance(fact.value, str) or fact.measure == "name" or not any(map(str.isdigit, fact.text)):
                continue
            for written in {fact.text, fact.value}:
                at = self._left.original.find(written) if len(written) > 3 else -1
                if at >= 0:
                    self.marks.append((at, at + len(written), fact.id))
                    self._blank([(at, at + len(written))])

    # -- names ------------------------------------------------------------------------------------------------------

    def _arrange(
        self, mentions: Sequence[Mention], days: Sequence[tuple[Day, ...]], quantities: Sequence[Quantity]
    ) -> None:
        """Cuts the sentence into clauses and finds who is named together."""
        plain = self._whole.plain
        taken = [(m.start, m.end) for m in mentions] + [(w[0].start, w[0].end) for w in days]
        taken += [(q.start, q.end) for q in quantities]
        for kind in ("customer", "product", "unit", "employee"):
            named = [Named(m.start, m.end, m.ids) for m in mentions if m.kind == kind]
            self._groups[kind] = groups_of(plain, named, self._words)
        within = [(g.start, g.end) for groups in self._groups.values() for g in groups]
        self._clauses = clauses_of(plain, taken + within, self._words)
        self._figures = [(q.start, q.end) for q in quantities]

    def _check_mentions(self, mentions: Sequence[Mention]) -> None:
        """A product, a branch or a colleague is named of a customer only where the ledger says so."""
        for mention in mentions:
            self.marks.append((mention.start, mention.end, mention.mark))
            if mention.kind == "customer":
                continue
            owners = self._evidence.owners_of_name(mention.ids, "customer")
            group = spoken_of(self._groups["customer"], self._clauses, mention.start)
            if owners and group and not any(name.ids & owners for name in group.names):
                self._fail(mention.start, mention.end, mention.kind)

    # -- days -------------------------------------------------------------------------------------------------------

    def _check_days(self, days: Sequence[tuple[Day, ...]]) -> None:
        today = self._ledger.today
        for ways in days:
            first = ways[0]
            if first.weekday is not None:
                beside = self._beside(first, days)
                if beside:
                    if not any(bearing.weekday_fits(first, way, today) for way in beside):
                        self._fail(first.start, first.end, "date")
                    continue
            if first.span == (today, today):
                self._days.append((first, [KnownDay("", today, "today", "")]))
                continue
            candidates = bearing.days_for(ways, self._evidence, today)
            mine = [known for known in candidates if self._is_of(known.mark, first.start)]
            if mine:
                self._days.append((first, candidates))
                self.marks.append((first.start, first.end, _best_day(mine).mark))
            else:
                self._fail(first.start, first.end, "date")

    def _beside(self, weekday: Day, days: Sequence[tuple[Day, ...]]) -> tuple[Day, ...]:
        """The day that a weekday stands beside."""
        for ways in days:
            other = ways[0]
            if other.weekday is None and other.day:
                between = self._whole.plain[min(weekday.end, other.end) : max(weekday.start, other.start)]
                if len(between) <= 5 and not re.search(r"\w{3}", between):
                    return ways
        return ()

    # -- figures ----------------------------------------------------------------------------------------------------

    def _check_quantities(self, quantities: Sequence[Quantity]) -> None:
        late: list[Quantity] = []
        for quantity in quantities:
            found = self._bear(quantity)
            if isinstance(found, Known):
                self._found.append(found)
                self.marks.append((quantity.start, quantity.end, found.mark))
            else:
                late.append(quantity)
        for quantity in late:
            third = bearing.computed(quantity, self._found)
            if third:
                self.marks.append((quantity.start, quantity.end, third.mark))
            else:
                self._fail(quantity.start, quantity.end, self._bear(quantity))  # type: ignore[arg-type]

    def _bear(self, quantity: Quantity) -> Known | str:
        """The figure of the ledger that bears a written one out, or what is wrong with it."""
        ways = [quantity, *([quantity.or_else] if quantity.or_else else [])]
        wrong = _KINDS.get(quantity.unit, "number")
        for way in ways:
            candidates = bearing.figures_for(way, self._evidence)
            candidates += list(bearing.derived(way, self._evidence, self._ledger.today))
            for kind, passes in (
                ("subject", self._fits_subject), ("sign", self._fits_sign), ("measure", self._fits_measure),
                ("date", self._fits_days),
            ):  # fmt: skip
                kept = [known for known in candidates if passes(way, known)]
                if candidates and not kept:
                    wrong = kind
                candidates = kept
            if candidates:
                return min(candidates, key=lambda known: (known.worded, known.measure == "window"))
        return wrong

    def _is_of(self, mark: str, at: int) -> bool:
        """Whether a fact is told of those whom the sentence speaks of at that place."""
        for kind, groups in self._groups.items():
            group = spoken_of(groups, self._clauses, at)
            if group is None:
                continue
            owners = self._evidence.owners(mark, kind)
            if owners and not any(name.ids & owners for name in group.names):
                return False
        return True

    def _fits_subject(self, quantity: Quantity, known: Known) -> bool:
        return self._is_of(known.mark, quantity.start)

    def _fits_sign(self, quantity: Quantity, known: Known) -> bool:
        """Whether the sign that is written, or the word of direction, is that of the fact."""
        way = self._direction(quantity.start, known.measure == "amount" or "_change" in known.measure)
        value = known.value
        if known.worded or known.unit in (Unit.DAYS, Unit.MONTHS, Unit.YEARS):
            return True
        if quantity.sign:
            return (value < 0) == (quantity.sign < 0)
        if not SIGNED.fullmatch(known.measure):
            return value >= 0 and self._agrees(way, known)
        if value < 0:
            lenient = known.measure == "amount" and not self._tabular
            return way < 0 or (lenient and way == 0)
        return way >= 0 or value == 0 or "contribution" in known.measure

    def _direction(self, at: int, moved: bool) -> int:
        """Which way the clause says it goes: 1 up or in, -1 down or out, 0 where it says neither or both."""
        begin, end = clause_at(self._clauses, at)
        clause = self._left.plain[begin:end]
        directions = self._words.directions
        up = bool(directions["up"].search(clause)) or (moved and bool(directions["in"].search(clause)))
        down = bool(directions["down"].search(clause)) or (moved and bool(directions["out"].search(clause)))
        return int(up) - int(down)

    def _agrees(self, way: int, known: Known) -> bool:
        """Whether what is said to have risen or fallen did so, as far as the ledger tells."""
        if way == 0:
            return True
        base = base_of(known.measure)
        for other in self._evidence.of(known.subject):
            if other.measure == f"{base}_change" and other.unit is known.unit:
                return (other.value > 0) == (way > 0)
        before = [o for o in self._evidence.of(known.subject) if o.measure == f"{base}_before" and o.unit is known.unit]
        now = [o for o in self._evidence.of(known.subject) if o.measure == base and o.unit is known.unit]
        if before and now and before[0].value != now[0].value:
            return (now[0].value > before[0].value) == (way > 0)
        return True

    def _fits_measure(self, quantity: Quantity, known: Known) -> bool:
        """Whether the measure that the clause names is the fact's."""
        families = families_of(known.measure)
        if not families or known.worded:
            return True
        named = self._measures_beside(quantity)
        return not named or bool(named & families)

    def _measures_beside(self, quantity: Quantity) -> frozenset[str]:
        """The measures that stand between the figure before and this one, else between this one and the end of its
        clause where no other figure follows."""
        begin, end = clause_at(self._clauses, quantity.start)
        plain = self._left.plain
        before = max([begin, *(place[1] for place in self._figures if place[1] <= quantity.start)])
        named = self._measures_in(plain[before : quantity.start])
        if named or any(quantity.end <= place[0] < end for place in self._figures):
            return named
        return self._measures_in(plain[quantity.end : end])

    def _measures_in(self, text: str) -> frozenset[str]:
        return frozenset(family for family, pattern in self._words.measures if pattern.search(text))

    def _fits_days(self, quantity: Quantity, known: Known) -> bool:
        """Whether the day that is said with a figure is one of those that stand beside it."""
        beside = self._evidence.days_beside(known.mark)
        if not beside or known.worded:
            return True
        clause = clause_at(self._clauses, quantity.start)
        said = [(day, found) for day, found in self._days if clause_at(self._clauses, day.start) == clause]
        if not said:
            return True
        return any(k.mark in beside or self._is_as_of(k, known) for _, found in said for k in found)

    def _is_as_of(self, day: KnownDay, known: Known) -> bool:
        fact = self._evidence.facts.get(known.mark)
        return fact is not None and day.day == fact.as_of

    # -- what is left -----------------------------------------------------------------------------------------------

    def _check_strangers(self, has_figures: bool) -> None:
        names = frozenset(self._names.whole)
        for stranger in find_strangers(self._left, self._words, self._known, self._evidence.words, names):
            asked = is_said(stranger.written, self._question)
            if not (asked and not has_figures):
                self._fail(stranger.start, stranger.end, stranger.bearer or "name")

    def _check_ordinals(self) -> None:
        """A place in a list is that of whom the sentence names, or at least a place that the list has."""
        words = self._words
        places = [(m.start(), m.end(), int(m[1])) for m in words.ordinal.finditer(self._left.plain)]
        for word, number in words.ordinals.items():
            places += [(m.start(), m.end(), number) for m in re.finditer(rf"(?<!\w){word}(?!\w)", self._left.plain)]
        if not words.spaced:
            places += _han_ordinals(self._left.plain)
        for start, end, number in places:
            group = spoken_of(self._groups["customer"], self._clauses, start)
            ids = frozenset().union(*(name.ids for name in group.names)) if group else frozenset()
            if not self._evidence.has_place(number, ids):
                self._fail(start, end, "ordinal")
        self._blank((start, end) for start, end, _ in places)

    def _check_rest(self) -> None:
        for match in re.finditer(r"\d[\d.,]*", self._left.plain):
            self._fail(match.start(), match.end(), "number")

    def _check_claims(self) -> None:
        for claim in find_claims(self._whole.plain, self._words):
            written = self._written(claim.start, claim.end)
            if not is_said(written, self._evidence.words):
                self._fail(claim.start, claim.end, claim.kind)


def _bare(text: str) -> str:
    return re.sub(r"[\s()-]", "", text).lower()


def _best_day(days: Sequence[KnownDay]) -> KnownDay:
    return min(days, key=lambda known: (known.measure == "as_of", bool(known.worded)))


def _han_ordinals(plain: str) -> list[tuple[int, int, int]]:
    digits = {character: value for value, character in enumerate("零一二三四五六七八九十")}
    found = []
    for match in re.finditer(r"第(\d{1,3}|[二三四五六七八九十])(?!季|章|条|次)", plain):
        number = int(match[1]) if match[1].isdigit() else digits[match[1]]
        if number > 1:
            found.append((match.start(), match.end(), number))
    return found
