"""Counts what is caught and what is refused, and tells lies from changes that leave a sentence true."""

import random
import time
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from assistant.grounding.fact import Fact
from assistant.grounding.sentences import Sentences
from assistant.grounding.verification import Verdict
from benchmarks.verification.mutations import Mutation, mutations
from benchmarks.verification.paraphrases import paraphrases
from benchmarks.verification.scenes import Bank, Scene, told_scenes, written_scenes


@dataclass
class Rates:
    """One set of sentences in one language. `seconds` is processor time."""

    faithful: int = 0
    refused: int = 0
    lies: Counter[str] = field(default_factory=Counter)
    missed: Counter[str] = field(default_factory=Counter)
    still_true: int = 0
    seconds: float = 0.0
    checks: int = 0
    wrongly_refused: list[tuple[str, str, Verdict]] = field(default_factory=list)
    not_caught: list[tuple[str, Mutation, Verdict]] = field(default_factory=list)

    @property
    def caught_share(self) -> float:
        told = self.lies.total()
        return 1 - self.missed.total() / told if told else 1.0

    @property
    def refused_share(self) -> float:
        return self.refused / self.faithful if self.faithful else 0.0


async def of_written(bank: Bank, path: Path, others: dict[str, list[str]], seed: int = 1) -> dict[str, Rates]:
    """The rates of the sentences in a file, by language."""
    rates: dict[str, Rates] = {}
    async for language, scene, sentences in written_scenes(bank, path):
        _count(rates.setdefault(language, Rates()), scene, language, sentences, others, random.Random(seed))
    return rates


async def of_told(bank: Bank, others: dict[str, list[str]], seed: int = 1, share: float = 1.0) -> dict[str, Rates]:
    """The rates of what the templates say, re-worded, by language; of a share of the statements."""
    rates: dict[str, Rates] = {}
    async for scene in told_scenes(bank):
        language, draw = scene.ledger.language, random.Random(f"{seed}{scene.name}")
        for statement in scene.statements:
            if draw.random() < share and any(piece.fact for piece in statement.pieces):
                sentences = [text for text in paraphrases(statement, language, draw) if text.strip()]
                _count(rates.setdefault(language, Rates()), scene, language, sentences, others, draw)
    return rates


def _count(
    rates: Rates,
    scene: Scene,
    language: str,
    sentences: Sequence[str],
    others: dict[str, list[str]],
    draw: random.Random,
) -> None:
    verifier = scene.verifier()
    verifier.check("")
    for sentence in dict.fromkeys(piece.strip() for text in sentences for piece in _cut(text)):
        verdict = _timed(rates, verifier.check, sentence)
        rates.faithful += 1
        if not verdict.holds:
            rates.refused += 1
            rates.wrongly_refused.append((scene.name, sentence, verdict))
            continue
        if _only_names(verdict, scene):
            continue
        for mutation in mutations(sentence, scene, language, others, draw):
            found = _timed(rates, verifier.check, mutation.text)
            if found.holds and leaves_true(verdict, found, mutation, scene):
                rates.still_true += 1
                continue
            rates.lies[mutation.kind] += 1
            if found.holds:
                rates.missed[mutation.kind] += 1
                rates.not_caught.append((scene.name, mutation, found))


def _only_names(verdict: Verdict, scene: Scene) -> bool:
    """Whether a sentence is nothing but a name, a heading: another name of the ledger in its place is no lie."""
    names = {fact.id for fact in scene.ledger.facts if fact.measure == "name"}
    left = list(verdict.sentence)
    for start, end, mark in verdict.marks:
        if mark in names:
            left[start:end] = " " * (end - start)
    return not any(letter.isalnum() for letter in left)


def _cut(text: str) -> list[str]:
    sentences = Sentences()
    return sentences.feed(text) + sentences.rest()


def _timed(rates: Rates, check: object, sentence: str) -> Verdict:
    start = time.process_time()
    verdict: Verdict = check(sentence)  # type: ignore[operator]
    rates.seconds += time.process_time() - start
    rates.checks += 1
    return verdict


def leaves_true(before: Verdict, after: Verdict, mutation: Mutation, scene: Scene) -> bool:
    """Whether a change left the sentence true, although it reads otherwise.

    So it is where every figure, day and name that the change touches rests on the same fact still (another way to write
    it, or a bound that holds as well), or on another fact that says the same kind of thing of the same subject: equal
    measure and unit, of one customer (product, branch). A change of a name is harmless where each figure of the
    sentence has the same value for the one that is named now.
    """
    facts = {fact.id: fact for fact in scene.ledger.facts}
    touched = [
        mark for mark in after.marks if mark[0] < max(mutation.end, mutation.start + 1) and mark[1] > mutation.start
    ]
    if not touched:
        return False
    shift = len(mutation.text) - len(before.sentence)
    if any(facts[mark].measure == "name" for _, _, mark in touched if mark in facts):
        return _same_verdict(before, after, facts, scene) or _same_for_both(before, after, facts, shift, mutation)
    for start, _, mark in touched:
        was = [old for a, b, old in before.marks if a <= start < b or a == start]
        if not was or not all(mark == old or _alike(facts.get(mark), facts.get(old), scene) for old in was):
            return False
    return True


def _same_verdict(before: Verdict, after: Verdict, facts: dict[str, Fact], scene: Scene) -> bool:
    """Whether the sentence says nothing but whether a product suits, and the other product came out alike."""
    found = {card.id: card.verdict for card in scene.ledger.products}
    subjects = [{facts[mark].subject for _, _, mark in one.marks if mark in facts} for one in (before, after)]
    verdicts = [{found.get(subject) for subject in each} for each in subjects]
    return all(len(each) == 1 and None not in each for each in verdicts) and verdicts[0] == verdicts[1]


def _same_for_both(before: Verdict, after: Verdict, facts: dict[str, Fact], shift: int, mutation: Mutation) -> bool:
    """Whether every figure stands for another fact now that says the same of another."""
    moved = {(a if a < mutation.start else a - shift): mark for a, _, mark in after.marks}
    figures = [(a, mark) for a, _, mark in before.marks if mark in facts and facts[mark].measure != "name"]
    pairs = [(facts[mark], facts.get(moved.get(a, ""))) for a, mark in figures]
    return bool(pairs) and all(
        new is not None and (new.measure, new.unit, new.value) == (old.measure, old.unit, old.value)
        for old, new in pairs
    )


def _alike(new: Fact | None, old: Fact | None, scene: Scene) -> bool:
    if new is None or old is None or (new.measure, new.unit) != (old.measure, old.unit):
        return False
    if new.subject == old.subject:
        return True
    rows = scene.ledger.rows
    names = {f.id for f in scene.ledger.facts if f.measure == "name" and f.source.startswith("customer/")}

    def owners(fact: Fact) -> set[str]:
        found: set[str] = set()
        for row in rows:
            if fact.id in row.facts:
                found |= next((set(each.facts) & names for each in row.upwards() if set(each.facts) & names), set())
        return found

    return bool(owners(new) & owners(old)) or (not owners(new) and not owners(old))


async def names_by_kind(bank: Bank) -> dict[str, list[str]]:
    """Names of the store, for putting in another's place."""
    from sqlalchemy import select

    from knowledge.crm.tables import Customer, Employee, Product, Unit

    customers = await bank.reader.scalars(select(Customer).order_by(Customer.id).limit(300))
    products = await bank.reader.scalars(select(Product))
    units = await bank.reader.scalars(select(Unit))
    return {
        "customer": [name for c in customers for name in (c.name, c.name_latin) if name],
        "employee": [e.name for e in await bank.reader.scalars(select(Employee))],
        "product": [name for p in products for name in {p.name, *p.names.values()}],
        "unit": [name for u in units for name in {u.name, *u.names.values()}],
    }


Source = AsyncIterator[tuple[str, Scene, list[str]]]
