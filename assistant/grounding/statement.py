"""One sentence held against the ledger, step by step: what is copied, names, days, figures, then what is left."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from assistant.grounding.copied import Copies
from assistant.grounding.evidence import LABEL, NAMED, Evidence
from assistant.grounding.known_names import KnownNames
from assistant.grounding.ledger import Ledger
from assistant.grounding.named import LedgerNames, Mention
from assistant.grounding.question import Question
from assistant.grounding.said_days import SaidDays
from assistant.grounding.said_figures import SaidFigures
from assistant.grounding.strangers import find_strangers, is_said
from assistant.grounding.trends import Trends
from assistant.grounding.verdicts import said_verdicts
from assistant.grounding.whose import Whose, spoken
from assistant.grounding.written.claims import find_claims
from assistant.grounding.written.clauses import Named
from assistant.grounding.written.days import find_days
from assistant.grounding.written.layout import Layout
from assistant.grounding.written.lexicon import Lexicon
from assistant.grounding.written.ordinals import find_ordinals
from assistant.grounding.written.quantities import find_quantities
from assistant.understanding.text import PlainText
from knowledge.crm.names import HAN

_MARKER = re.compile(r"^\s*(?:[-*+•·>#]+\s+|\(?\d{1,2}[.)、]\s*(?=\D)|\|)+")
_BARS = re.compile(r"[█▏▎▍▌▋▊▉]+|^[\s|:-]+$")
_QUOTED = re.compile(r"^[\s>*\"'“‘«「『-]+|[\s*\"'”’»」』]+$")
QUOTED, QUOTED_HAN = 16, 8
"""Characters from which a sentence that stands in a note or a clause as it is counts as a quotation."""


@dataclass(frozen=True)
class Unsupported:
    """Something a sentence says that is on no Fact. `kind` is number, money, percent, date, customer, product ..."""

    written: str
    kind: str


@dataclass(frozen=True)
class Grounds:
    """What sentences are held against: the ledger, what it bears out, what rose or fell, its names, the store's
    names, and the question."""

    ledger: Ledger
    evidence: Evidence
    trends: Trends
    names: LedgerNames
    known: KnownNames
    question: Question
    words: Lexicon


class Statement:
    """A sentence that is checked. `marks` and `unsupported` are what is found, `customers` whom it names last."""

    def __init__(self, text: PlainText, grounds: Grounds, before: frozenset[str] = frozenset()) -> None:
        """`before` are the customers whom the sentence speaks of where it names none itself."""
        self._whole = text
        self._grounds = grounds
        self._before = before
        self.customers: frozenset[str] = frozenset()
        self.marks: list[tuple[int, int, str]] = []
        self.unsupported: list[Unsupported] = []
        if not self._is_quotation():
            self._check()

    def _is_quotation(self) -> bool:
        """Whether the whole sentence stands in a note or a clause, word for word."""
        bare = _QUOTED.sub("", self._whole.original)
        mark = len(bare) >= (QUOTED_HAN if HAN.search(bare) else QUOTED) and self._grounds.evidence.quoted(bare)
        if mark:
            at = self._whole.original.find(bare)
            self.marks.append((at, at + len(bare), mark))
        return bool(mark)

    def _check(self) -> None:
        grounds, words, today = self._grounds, self._grounds.words, self._grounds.ledger.today
        marks = [m.span() for p in (_MARKER, _BARS) for m in p.finditer(self._whole.original)]
        scales = [m.span() for m in words.scale.finditer(self._whole.plain)]
        bare = self._whole.without([*marks, *scales])
        copies = Copies(bare, grounds.names.find(bare, words), words, grounds.ledger, grounds.evidence)
        mentions = copies.mentions
        nameless = copies.left.without([(mention.start, mention.end) for mention in mentions])
        days = find_days(nameless, words, today)
        dayless = nameless.without([(ways[0].start, ways[0].end) for ways in days])
        figures = find_quantities(dayless, words)
        left = dayless.without([(figure.start, figure.end) for figure in figures])
        named = {kind: [Named(m.start, m.end, m.ids) for m in mentions if m.kind == kind] for kind in NAMED}
        named[LABEL] = list(self._labels())
        if named["customer"]:
            self.customers = named["customer"][-1].ids
        elif self._before:
            named["customer"] = [Named(0, 0, self._before)]
        layout = Layout.of(self._whole, left, words, named, days, figures)
        whose = Whose(layout, grounds.evidence)
        self._check_copies(copies, whose)
        self._check_mentions(mentions, layout)
        said_days = SaidDays(layout, grounds.evidence, today, whose, copies.found)
        said_figures = SaidFigures(layout, said_days, grounds.evidence, today, whose, copies.found)
        self.marks += said_days.marks + said_figures.marks
        self._fail_all((day.start, day.end, "date") for day in said_days.wrong)
        self._fail_all(
            (f.start, f.end, wrong) for f, wrong in said_figures.wrong if not grounds.question.asks(f, layout)
        )
        self._fail_all(grounds.trends.wrong_in(layout))
        judges = bool(words.suited.search(self._whole.plain))
        self._check_strangers(copies.left, mentions, bool(said_figures.borne) or judges)
        self._check_rest(left, layout)

    def _fail_all(self, wrong: Iterable[tuple[int, int, str]]) -> None:
        for start, end, kind in wrong:
            self.unsupported.append(Unsupported(self._whole.original[start:end].strip(), kind))

    def _labels(self) -> Iterator[Named]:
        """Where items of lists are named that have no name but words."""
        for label, ids in self._grounds.evidence.labels.items():
            pattern = re.escape(label) if HAN.search(label) else rf"(?<!\w){re.escape(label)}(?!\w)"
            for match in re.finditer(pattern, self._whole.plain):
                yield Named(match.start(), match.end(), ids)

    def _check_copies(self, copies: Copies, whose: Whose) -> None:
        """A number or an address is told of whom the sentence speaks."""
        self._fail_all(copies.wrong)
        for copy in copies.found:
            mine = [mark for mark in copy.marks if whose.fits(mark, copy.start)]
            if mine:
                self.marks.append((copy.start, copy.end, mine[0]))
            elif copy.marks:
                self._fail_all([(copy.start, copy.end, "subject")])

    def _check_mentions(self, mentions: Sequence[Mention], layout: Layout) -> None:
        """A product, a branch or a colleague is named of a customer only where the ledger says so."""
        for mention in mentions:
            self.marks.append((mention.start, mention.end, mention.mark))
            if mention.kind == "customer":
                continue
            owners = self._grounds.evidence.owners_of_name(mention.ids, "customer")
            group = layout.spoken_of("customer", mention.start)
            if owners and group and not owners & spoken(group):
                self._fail_all([(mention.start, mention.end, mention.kind)])

    def _check_strangers(self, left: PlainText, mentions: Sequence[Mention], has_figures: bool) -> None:
        """A name that is not on the ledger. One that only the question says is told of nothing that is a figure, or
        of what suits."""
        grounds = self._grounds
        for stranger in find_strangers(
            self._whole, left, mentions, grounds.words, grounds.known, grounds.evidence.words, grounds.names.whole
        ):
            if stranger.only_with_figures and not has_figures:
                continue
            if has_figures or not is_said(stranger.written, grounds.question.words):
                self._fail_all([(stranger.start, stranger.end, stranger.bearer or "name")])

    def _check_rest(self, left: PlainText, layout: Layout) -> None:
        """Places in a list, digits that are none of all this, and claims that no figure proves."""
        words, evidence = self._grounds.words, self._grounds.evidence
        ordinals = list(find_ordinals(left.plain, words))
        for ordinal in ordinals:
            if not evidence.has_place(ordinal.number, spoken(layout.spoken_of("customer", ordinal.start))):
                self._fail_all([(ordinal.start, ordinal.end, "ordinal")])
        rest = left.without([(ordinal.start, ordinal.end) for ordinal in ordinals])
        self._fail_all((*match.span(), "number") for match in re.finditer(r"\d[\d.,]*", rest.plain))
        verdicts = list(said_verdicts(layout, self._grounds.ledger))
        self._fail_all((start, end, "suitability") for start, end, holds in verdicts if not holds)
        for claim in find_claims(self._whole.plain, words):
            if any(holds and claim.start < end and claim.end > start for start, end, holds in verdicts):
                continue
            if not is_said(self._whole.original[claim.start : claim.end], evidence.words):
                self._fail_all([(claim.start, claim.end, claim.kind)])
