"""A sentence is sent only if all it says in figures, days, names and citations is on the ledger."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import numpy as np
import pytest

from assistant.grounding.known_names import Bearer, KnownNames
from assistant.grounding.ledger import Figure, Ledger
from assistant.grounding.verification import Verifier
from knowledge.crm.names import fold
from knowledge.crm.tables import Customer, Product
from knowledge.library.passage import Passage

TODAY = date(2026, 11, 20)
CLAUSE = Passage(
    id="response-times.en/2.1",
    document_id="response-times.en",
    title="Response times",
    section="2.1 Complaints",
    text="An urgent complaint is answered within 2 hours.",
    language="en",
    audience="internal",
    kind="standard",
    version="1.0",
    valid_from=None,
    valid_until=None,
)
KNOWN = KnownNames(
    np.sort(np.fromiter(map(hash, [fold("Pedro Quintana"), fold("李明天"), fold("孙丽萍")]), np.int64)),
    {fold("Blue Saver Plus"): Bearer.PRODUCT, fold("North Branch"): Bearer.BRANCH, fold("Magda Zeis"): Bearer.EMPLOYEE},
)


@dataclass(frozen=True)
class Line:
    name: Figure
    product: Figure
    balance: Figure
    matures_on: Figure
    rate: Figure


@dataclass(frozen=True)
class Result:
    lines: list[Line]
    customers: Figure
    start: Figure
    end: Figure


@dataclass(frozen=True)
class Changes:
    name: Figure
    before: Figure
    after: Figure
    change: Figure
    percent: Figure
    days: Figure
    phone: Figure
    note: Figure


CUSTOMERS = {
    "C1": ("王建国", "Wang Jianguo", "P1", "Blue Saver", "300000", date(2026, 12, 25), "1.45", "13900001234"),
    "C2": ("María García López", None, "P2", "Green Fund", "1234567.89", date(2027, 3, 1), "4.5", "612345678"),
}


def ledger_of(language: str) -> Ledger:
    """Two customers with a deposit and a fund; the deposits of the first fell, those of the second rose."""
    ledger = Ledger(language, TODAY)
    lines = []
    for id, (name, latin, product, product_name, balance, day, rate, _) in CUSTOMERS.items():
        lines.append(
            Line(
                ledger.customer(Customer(id=id, kind="person", name=name, name_latin=latin, currency="CNY")),
                ledger.product(Product(id=product, kind="fund", name=product_name, names={}, currency="CNY")),
                ledger.money(f"A{id}", "balance", Decimal(balance), "CNY", f"balance/A{id}/2026-11-20"),
                ledger.day(f"A{id}", "matures_on", day, f"account/A{id}"),
                ledger.percent(f"A{id}", "rate", Decimal(rate), f"account/A{id}"),
            )
        )
    count = ledger.number("customers", "count", 152, "count", "customer?all")
    period = [ledger.day("all", end, day, "period") for end, day in (("from", date(2026, 8, 1)), ("to", TODAY))]
    ledger.relate(Result(lines, count, *period))
    for line, change in zip(lines, ("-198836.40", "50000"), strict=True):
        _add_changes(ledger, line.name, Decimal(change))
    ledger.cite(CLAUSE)
    return ledger


def _add_changes(ledger: Ledger, name: Figure, change: Decimal) -> None:
    id, source = name.fact.subject, f"balance?customer={name.fact.subject}"
    before = Decimal("577882.58") if change < 0 else Decimal(710_000)
    phone = CUSTOMERS[id][-1]
    ledger.relate(
        Changes(
            name,
            ledger.money(id, "deposits_before", before, "CNY", source),
            ledger.money(id, "deposits_after", before + change, "CNY", source),
            ledger.money(id, "deposits_change", change, "CNY", source),
            ledger.percent(id, "deposits_change_percent", round(change / before * 100, 1), source),
            ledger.number(id, "days_since_contact", 24 if change < 0 else 40, "days", f"contact?customer={id}"),
            ledger.words(id, "phone", phone, f"customer/{id}"),
            ledger.words(f"K{id}", "content", f"客户取款45万元，用于开饭店。电话{phone}。", f"contact/K{id}"),
        )
    )


def wrong(language: str, sentence: str, question: str = "") -> list[str]:
    return [found.kind for found in Verifier(ledger_of(language), KNOWN, question).check(sentence).unsupported]


@pytest.mark.parametrize(
    "language, sentence",
    [
        ("en", "Wang Jianguo has 300,000 yuan in the Blue Saver until 25 December 2026."),
        ("en", "María García López holds about 1.23 million yuan in the Green Fund, at 4.5 %."),
        ("en", "Wang Jianguo's deposits fell by CN¥198,836.40, or 34.4 %, from CN¥577,882.58 to CN¥379,046.18."),
        ("en", "His deposit matures in 35 days, on Friday, 25 December."),
        ("en", "152 customers were looked at between 1 August and 20 November 2026."),
        ("en", "Mr Wang withdrew 450,000 yuan to open a restaurant."),
        ("en", "An urgent complaint is answered within two hours [response-times.en/2.1]."),
        ("en", "Both together hold CN¥1,534,567.89."),
        ("en", "Would you like me to set a reminder?"),
        ("zh", "王建国的30万元将于12月25日到期，利率1.45%。"),
        ("zh", "María García López持有约123.5万元，另外存款增加5万元。"),
        ("zh", "王先生24天前来过，取款45万元。"),
        ("es", "Wang Jianguo tiene 300.000 yuanes hasta el 25 de diciembre de 2026."),
        ("es", "La señora García tiene 1,23 millones de yuanes al 4,5 %."),
        ("es", "Los depósitos de Wang Jianguo bajaron 198.836,40 CNY, un 34,4 %."),
    ],
)
def test_what_the_ledger_bears_out_holds(language: str, sentence: str) -> None:
    assert wrong(language, sentence) == []


@pytest.mark.parametrize(
    "language, sentence, kind",
    [
        ("en", "Wang Jianguo has 310,000 yuan in the Blue Saver.", "money"),
        ("en", "Wang Jianguo has 300,000 euros in the Blue Saver.", "money"),
        ("en", "Wang Jianguo has 300 million yuan in the Blue Saver.", "money"),
        ("en", "Wang Jianguo has 1,234,567.89 yuan.", "subject"),
        ("en", "Wang Jianguo holds the Green Fund.", "product"),
        ("en", "The Green Fund pays 1.45 %.", "subject"),
        ("en", "Wang Jianguo's deposits rose by CN¥198,836.40.", "sign"),
        ("en", "Wang Jianguo's deposits fell from CN¥379,046.18 to CN¥577,882.58.", "direction"),
        ("en", "Wang Jianguo's deposits rose.", "direction"),
        ("en", "The last contact with Wang Jianguo was 24 months ago.", "duration"),
        ("en", "The last contact with Wang Jianguo was 40 days ago.", "subject"),
        ("en", "His deposit matures on 26 December.", "date"),
        ("en", "His deposit matures on Monday, 25 December.", "date"),
        ("en", "Wang Jianguo's 300,000 yuan mature on 1 March 2027.", "date"),
        ("en", "Wang Jianghua has 300,000 yuan.", "name"),
        ("en", "Pedro Quintana has 300,000 yuan.", "customer"),
        ("en", "Zebulon Quackenbush called.", "name"),
        ("en", "Ask Magda Zeis about it.", "employee"),
        ("en", "The Blue Saver Plus has 300,000 yuan in it.", "product"),
        ("en", "Call 13900001235.", "number"),
        ("en", "Call María García López on 13900001234.", "subject"),
        ("en", "See [response-times.en/2.2].", "citation"),
        ("en", "See [PERSON_3].", "placeholder"),
        ("en", "Write to wang@bank.example.", "email"),
        ("en", "He is the third on the list.", "ordinal"),
        ("en", "153 customers were looked at.", "number"),
        ("en", "The fund pays a guaranteed return.", "promise"),
        ("en", "The Green Fund is perfect for him.", "suitability"),
        ("en", "He is creditworthy.", "credit"),
        ("en", "It is the safest fund of all.", "superlative"),
        ("en", "I recommend the Green Fund to him.", "recommendation"),
        ("zh", "王建国的31万元将于12月25日到期。", "money"),
        ("zh", "王建华的30万元将于12月25日到期。", "name"),
        ("zh", "李明天持有30万元。", "customer"),
        ("zh", "王建国的存款增加了198,836.40元。", "sign"),
        ("zh", "王建国的30万美元将于12月25日到期。", "money"),
        ("zh", "这只基金保证收益，稳赚不赔。", "promise"),
        ("zh", "这个产品很适合她。", "suitability"),
        ("es", "Wang Jianguo tiene 300.000 euros.", "money"),
        ("es", "Los depósitos de Wang Jianguo subieron 198.836,40 CNY.", "sign"),
        ("es", "El fondo tiene una rentabilidad garantizada.", "promise"),
        ("es", "El Green Fund es ideal para ella.", "suitability"),
    ],
)
def test_what_is_not_on_the_ledger_fails(language: str, sentence: str, kind: str) -> None:
    assert kind in wrong(language, sentence)


@pytest.mark.parametrize(
    "language, sentence",
    [
        ("en", "The benchmark is not a promise of return."),
        ("en", "There is no guarantee that it will rise."),
        ("zh", "业绩基准不代表收益承诺。"),
        ("es", "No es una promesa de rentabilidad."),
    ],
)
def test_a_claim_that_is_denied_is_none(language: str, sentence: str) -> None:
    assert wrong(language, sentence) == []


@pytest.mark.parametrize(
    "sentence, holds",
    [
        ("about 1.2 million yuan", True),
        ("1.23 million yuan", True),
        ("over 1.2 million yuan", True),
        ("almost 1.24 million yuan", True),
        ("CN¥1,234,568", True),
        ("about 1.3 million yuan", False),
        ("1.25 million yuan", False),
        ("1,234,000 yuan", False),
        ("about 2 million yuan", False),
        ("over 1.3 million yuan", False),
        ("CN¥1,234,567.98", False),
    ],
)
def test_rounding_is_allowed_as_it_is_said(sentence: str, holds: bool) -> None:
    assert (wrong("en", f"María García López has {sentence}.") == []) is holds


def test_of_several_customers_each_has_to_have_the_figure_that_is_said_of_them() -> None:
    assert wrong("en", "Wang Jianguo has CN¥300,000 and María García López has CN¥1,234,567.89.") == []
    swapped = wrong("en", "Wang Jianguo has CN¥1,234,567.89 and María García López has CN¥300,000.")
    assert swapped == ["subject", "subject"]
    assert "money" in wrong("en", "Wang Jianguo and María García López both have CN¥300,000.") or wrong(
        "en", "Wang Jianguo and María García López both have CN¥300,000."
    )


def test_she_is_who_was_named_last() -> None:
    verifier = Verifier(ledger_of("en"), KNOWN, "")
    assert verifier.check("María García López is next.").holds
    assert verifier.check("She has CN¥1,234,567.89.").holds
    assert not verifier.check("She has CN¥300,000 on her account.").holds
    assert verifier.check("Wang Jianguo is next.").holds
    assert verifier.check("He has CN¥300,000.").holds


def test_a_list_speaks_of_whom_its_heading_names() -> None:
    verifier = Verifier(ledger_of("en"), KNOWN, "")
    assert verifier.check("## Wang Jianguo\n").holds
    assert verifier.check("- Balance: CN¥300,000.00\n").holds
    assert not verifier.check("- Balance: CN¥1,234,567.89\n").holds


def test_facts_that_come_later_count_from_then_on() -> None:
    ledger = ledger_of("en")
    verifier = Verifier(ledger, KNOWN, "")
    assert not verifier.check("The fee is CN¥77.70.").holds
    ledger.money("P1", "fee", Decimal("77.70"), "CNY", "product/P1")
    assert verifier.check("The fee is CN¥77.70.").holds


def test_marks_lead_to_the_facts_and_citations() -> None:
    ledger = ledger_of("en")
    sentence = "Wang Jianguo has 300,000 yuan; see [response-times.en/2.1]."
    facts = {fact.id: fact for fact in ledger.facts}
    marks = {sentence[a:b]: mark for a, b, mark in Verifier(ledger, KNOWN, "").check(sentence).marks}
    assert facts[marks["Wang Jianguo"]].subject == "C1"
    assert facts[marks["300,000 yuan"]].measure == "balance"
    assert marks["response-times.en/2.1"] == "response-times.en/2.1"


def test_the_question_lends_a_bound_and_a_name_but_no_figure() -> None:
    asked = "Which of my customers have over 800,000 yuan, and what about Zebulon Quackenbush in the last six months?"
    assert wrong("en", "No customer has over 800,000 yuan.", asked) == []
    assert wrong("en", "I know nothing of Zebulon Quackenbush.", asked) == []
    assert wrong("en", "Nothing came in over the last six months.", asked) == []
    assert wrong("en", "Wang Jianguo has over 800,000 yuan.", asked) != []
    assert wrong("en", "Zebulon Quackenbush has 300,000 yuan.", asked) != []


def test_a_note_may_be_quoted_word_for_word() -> None:
    assert wrong("en", "> 客户取款45万元，用于开饭店。") == []
    assert wrong("en", "> 客户取款46万元，用于开饭店。") != []


@dataclass(frozen=True)
class Effect:
    treated: Figure
    control: Figure
    uplift: Figure
    low: Figure


def wrong_of_campaign(language: str, sentence: str) -> list[str]:
    """Of the addressed 26.5 % took it, of the held out 16.7 %: 9.8 percentage points more, between -8.1 and more."""
    ledger = Ledger(language, TODAY)
    shares = [ledger.percent(f"M/{name}", "conversion", Decimal(share), "campaign_target?campaign=M")
              for name, share in (("treated", "26.5"), ("control", "16.7"))]  # fmt: skip
    points = [ledger.points("M", measure, Decimal(value), "campaign_target?campaign=M")
              for measure, value in (("uplift", "9.8"), ("uplift_low", "-8.1"))]  # fmt: skip
    ledger.relate(Effect(*shares, *points))
    return [found.kind for found in Verifier(ledger, KNOWN, "").check(sentence).unsupported]


@pytest.mark.parametrize(
    "language, sentence, kinds",
    [
        ("en", "The campaign brought 9.8 percentage points more.", []),
        ("en", "The campaign brought 9.8 pp more, at least -8.1 pp.", []),
        ("en", "26.5 % took it against 16.7 %, which is 9.8 percentage points more.", []),
        ("en", "The campaign brought 9.8 % more.", ["percent"]),
        ("en", "26.5 percentage points took it.", ["percent"]),
        ("en", "26.5 % took it against 16.7 %, which is 9.9 percentage points more.", ["percent"]),
        ("zh", "活动带来9.8个百分点的提升。", []),
        ("zh", "活动带来9.8%的提升。", ["percent"]),
        ("es", "La campaña aportó 9,8 puntos porcentuales.", []),
        ("es", "La campaña aportó un 9,8 %.", ["percent"]),
    ],
)
def test_percentage_points_are_no_percent(language: str, sentence: str, kinds: list[str]) -> None:
    assert wrong_of_campaign(language, sentence) == kinds
