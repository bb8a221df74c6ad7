"""The Ledger: everything one turn may rest on. Tools put Facts on it; an answer can only print those."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_FLOOR, Decimal

from assistant.answer import Citation, ProductCard, ProposalCard
from assistant.grounding import figures
from assistant.grounding.fact import Fact, FactValue
from assistant.grounding.rows import Row, rows_of
from knowledge.crm.tables import Customer, Employee, Product, Unit
from knowledge.library.passage import Passage
from prompts import word

TENTH = Decimal("0.1")


@dataclass(frozen=True)
class Figure:
    """A Fact in a tool's result: it prints as its text and compares as its value."""

    fact: Fact

    @property
    def mark(self) -> str:
        return self.fact.id

    @property
    def text(self) -> str:
        return self.fact.text

    @property
    def value(self) -> FactValue:
        return self.fact.value


@dataclass(frozen=True)
class Quotation:
    """A citation in a tool's result: it prints as the clause's title and section, or as words of it."""

    citation: Citation
    text: str

    @property
    def mark(self) -> str:
        return self.citation.id


class Ledger:
    """The Facts, citations, customers and products of one turn, in the asker's language."""

    def __init__(self, language: str, today: date) -> None:
        self.language = language
        self.today = today
        self.facts: list[Fact] = []
        self.citations: list[Citation] = []
        self.customers: list[str] = []
        self.products: list[ProductCard] = []
        self.proposals: list[ProposalCard] = []
        self.rows: list[Row] = []
        self._seen: dict[tuple[str, str, str, str], Figure] = {}

    def forget(self) -> None:
        """Empties it: for an answer that begins anew, after nothing of the first attempt was said."""
        for kept in (self.facts, self.citations, self.customers, self.products, self._seen):
            kept.clear()

    def money(
        self, subject: str, measure: str, value: Decimal, currency: str, source: str, as_of: date | None = None
    ) -> Figure:
        return self._put(
            subject, measure, value, currency, source, as_of, figures.money(value, currency, self.language)
        )

    def number(
        self, subject: str, measure: str, value: int | Decimal, unit: str, source: str, as_of: date | None = None
    ) -> Figure:
        """`unit` says what is counted: count, days, months."""
        return self._put(subject, measure, value, unit, source, as_of, figures.number(value, self.language))

    def percent(self, subject: str, measure: str, value: Decimal, source: str, as_of: date | None = None) -> Figure:
        return self._put(subject, measure, value, "percent", source, as_of, figures.percent(value, self.language))

    def points(self, subject: str, measure: str, value: Decimal, source: str, *, beside_others: bool = False) -> Figure:
        """A difference of shares in percentage points; as the number alone where another beside it says of what."""
        text = figures.points(value, self.language, bare=beside_others)
        return self._put(subject, measure, value, "points", source, None, text)

    def probability(self, subject: str, measure: str, value: Decimal, source: str) -> Figure:
        """A probability in percent, printed rounded down to a tenth: nearly certain must not read as certain."""
        printed = figures.percent(value.quantize(TENTH, ROUND_FLOOR), self.language)
        return self._put(subject, measure, value, "percent", source, None, printed)

    def day(self, subject: str, measure: str, value: date, source: str) -> Figure:
        return self._put(subject, measure, value, "date", source, None, figures.day(value, self.language))

    def words(self, subject: str, measure: str, value: str, source: str, as_of: date | None = None) -> Figure:
        """Words as they stand in the store: a name, a note, a phone number."""
        return self._put(subject, measure, value, "text", source, as_of, value)

    def code(self, subject: str, measure: str, vocabulary: str, value: str, source: str) -> Figure:
        """A stored code, printed as the asker's language says it."""
        return self._put(subject, measure, value, "text", source, None, word(vocabulary, value, self.language))

    def label(self, field: str, vocabulary: str = "field") -> str:
        """The name of a field, a rule or the like as the asker's language says it; a label is no Fact."""
        return word(vocabulary, field, self.language)

    def customer(self, customer: Customer) -> Figure:
        """The customer's name; puts the customer on the list of those this answer is about."""
        if customer.id not in self.customers:
            self.customers.append(customer.id)
        name = customer.name
        if customer.name_latin and customer.name_latin != name and self.language != "zh":
            name = f"{customer.name_latin} ({customer.name})"
        return self._put(customer.id, "name", customer.name, "text", f"customer/{customer.id}", None, name)

    def product(self, product: Product) -> Figure:
        name = self._name(product)
        if all(card.id != product.id for card in self.products):
            self.products.append(ProductCard(id=product.id, name=name))
        return self._put(product.id, "name", product.name, "text", f"product/{product.id}", None, name)

    def judge(self, product: str, verdict: str, reasons: Sequence[str]) -> None:
        """Notes on the card of a product that is on the ledger what checking it against a customer came to."""
        self._amend(product, {"verdict": verdict, "reasons": list(reasons)})

    def talk(self, product: str, lines: Sequence[str]) -> None:
        """Notes on the card of a product what can be said of it."""
        self._amend(product, {"talking_points": list(lines)})

    def _amend(self, product: str, noted: dict[str, object]) -> None:
        self.products = [card.model_copy(update=noted) if card.id == product else card for card in self.products]

    def unit(self, unit: Unit) -> Figure:
        return self._put(unit.id, "name", unit.name, "text", f"unit/{unit.id}", None, self._name(unit))

    def employee(self, employee: Employee) -> Figure:
        return self._put(employee.id, "name", employee.name, "text", f"employee/{employee.id}", None, employee.name)

    def relate(self, result: object) -> None:
        """Takes note of which facts stand together in a tool's result, so that a figure is not said of another row."""
        self.rows.extend(rows_of(result))

    def cite(self, passage: Passage) -> Quotation:
        """The clause by its title and section; puts its wording on the list of citations."""
        citation = next((c for c in self.citations if c.id == passage.id), None)
        if citation is None:
            citation = Citation(
                id=passage.id,
                document=passage.document_id,
                title=passage.title,
                section=passage.section,
                quote=passage.text,
                valid_from=passage.valid_from.isoformat() if passage.valid_from else None,
                valid_until=passage.valid_until.isoformat() if passage.valid_until else None,
            )
            self.citations.append(citation)
        return Quotation(citation, f"{citation.title}, {citation.section}")

    def quote(self, passage: Passage, words: str) -> Quotation:
        """Words of the clause, as they stand in it."""
        return Quotation(self.cite(passage).citation, words)

    def _name(self, named: Product | Unit) -> str:
        return named.names.get(self.language) or named.name

    def _put(
        self, subject: str, measure: str, value: FactValue, unit: str, source: str, as_of: date | None, text: str
    ) -> Figure:
        key = (subject, measure, source, str(value))
        if key not in self._seen:
            fact = Fact(
                id=f"f{len(self.facts) + 1}",
                subject=subject,
                measure=measure,
                value=value,
                unit=unit,
                as_of=as_of or self.today,
                source=source,
                text=text,
            )
            self.facts.append(fact)
            self._seen[key] = Figure(fact)
        return self._seen[key]
