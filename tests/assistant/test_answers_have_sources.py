"""Every figure that is shown stands on the ledger, and its source is a row that says the same."""

import json
import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
import yaml
from borax.calendars.lunardate import LunarDate

from assistant.answer import Block, Chart, Heading, Line, Listing, Paragraph, Quote, Table
from assistant.care.campaign_rules import campaign_rules
from assistant.care.contact_limits import HoldReason
from assistant.feedback.deadline_rules import read_deadlines
from assistant.feedback.survey_rules import read_surveys
from assistant.feedback.taxonomy import read_taxonomy
from assistant.grounding.fact import Fact, FactValue
from assistant.recommend.rule_pack import read_pack
from assistant.recommend.target_list import target_rules
from assistant.recommend.wealth_plan import plan_rules
from assistant.tools.desk import Desk
from knowledge.crm.codes import SurveyKind
from knowledge.insight.parameters import read_parameters
from prompts import LANGUAGES
from tests.assistant.abilities import SAID, Asked, asked_of, asked_of_all
from tests.assistant.conftest import CLAUSE, Office, OfficeOf
from tests.assistant.raw_bank import AS_OF, MANAGERS, TOLD, RawBank, Row, days_between, listed, money

DIGIT = re.compile(r"\d")
CUSTOMERS = ["C000001", "C000004", "C000005", "C000006", "C000009", "C000010"]
QUESTIONS = [*asked_of_all(TOLD), *(asked for customer in CUSTOMERS for asked in asked_of(customer))]
RULES = Path(__file__).parents[2] / "assistant" / "care" / "contact_rhythm.yaml"
PLAN_FILE = (RULES.parents[1] / "recommend" / "wealth_plan.yaml").read_text(encoding="utf-8")

RULE_FILES = {
    "signal_rules": RULES.with_name("signals") / "rules.yaml",
    "attribution": RULES.with_name("attribution.yaml"),
    "contact_limits": RULES.with_name("contact_limits.yaml"),
}
KEYS = {
    "insight": ("customer_id", "metric", "as_of"), "insight_average": ("metric", "grouping", "of"),
    "insight_event": ("customer_id", "kind", "day", "source"), "insight_run": ("id",),
    "insight_result": ("kind", "subject_id", "unit_id", "metric"),
}  # fmt: skip
VALUES = {"insight": "value", "insight_average": "average", "insight_event": "amount", "insight_result": "value"}
HELD = ("insight", "insight_average", "insight_result")
"""Tables whose rows hold from a day until another."""


def lines_of(block: Block) -> Iterator[Line]:
    match block:
        case Table():
            yield from (cell for row in block.rows for cell in row)
        case Listing():
            yield from block.items
        case Chart():
            yield [point.figure for series in block.series for point in series.points]
        case Heading() | Paragraph() | Quote():
            yield block.line


def bare_words(blocks: list[Block]) -> Iterator[str]:
    """What an answer says of its own: no fact and no citation stands behind it."""
    for block in blocks:
        if isinstance(block, Table):
            yield from block.columns
        for line in lines_of(block):
            yield from (span.text for span in line if span.fact is None and span.citation is None)


def check_marks(blocks: list[Block], desk: Desk) -> None:
    facts = {fact.id: fact for fact in desk.ledger.facts}
    citations = {citation.id: citation for citation in desk.ledger.citations}
    spans = [span for block in blocks for line in lines_of(block) for span in line]
    for span in spans:
        if span.fact is not None:
            assert span.text == " ".join(facts[span.fact].text.splitlines()), span
        if span.citation is not None:
            citation = citations[span.citation]
            assert span.text in citation.quote or span.text == f"{citation.title}, {citation.section}"
    assert [text for text in bare_words(blocks) if DIGIT.search(text)] == []


def check_survey_rule(fact: Fact, version: str) -> None:
    """From how many answers on a score is told, or an end of a scale."""
    rules = read_surveys()
    assert version == rules.version
    ruled = rules if fact.subject == "survey" else rules.scales[SurveyKind(fact.subject)]
    assert fact.value == getattr(ruled, fact.measure)


def check_taxonomy(fact: Fact, version: str) -> None:
    assert version == read_taxonomy().version


RULED = {"surveys": check_survey_rule, "taxonomy": check_taxonomy}


class Sources:
    """Looks a fact up where it says that it comes from."""

    def __init__(self, raw: RawBank, today: date) -> None:
        self.raw = raw
        self.today = today
        self.tables = raw.tables()

    def check(self, fact: Fact, language: str) -> None:
        table, slash, key = fact.source.partition("/")
        if fact.source == "period":
            assert isinstance(fact.value, date)
        elif fact.source == "asked":
            assert fact.value in SAID
        elif table == "parameters":
            version, _, currency = key.split("/")
            parameters = read_parameters()
            assert (parameters.version, parameters.exchange[currency]) == (version, fact.value) or fact.unit == "text"
        elif table == "contact_rhythm":
            version, tier = key.split("/")
            rules = yaml.safe_load(RULES.read_text(encoding="utf-8"))
            assert (rules["version"], rules["days"][tier]) == (version, fact.value)
        elif table == "deadlines":
            rules = read_deadlines()
            assert key == f"{rules.code}/{rules.version}"
            assert isinstance(fact.value, date) or fact.value == key.replace("/", " ")
        elif table in RULED:
            RULED[table](fact, key)
        elif table == "rules":
            pack = read_pack(key.split("/")[0])
            assert key == f"{pack.code}/{pack.version}"
            assert fact.value == pack.version or str(fact.value) in pack.model_dump_json()
        elif table == "wealth_plan":
            assert key == plan_rules().version
            assert str(fact.value) in [plan_rules().version, "unrated"] or str(fact.value) in PLAN_FILE
        elif table == "campaigns" and slash:
            assert (key, fact.value) == (f"rules/{campaign_rules().version}", getattr(campaign_rules(), fact.measure))
        elif table == "target_list" and slash:
            assert (key, fact.value) == (f"rules/{target_rules().version}", target_rules().most)
        elif table in RULE_FILES:
            version, code = key.split("/")
            rules = yaml.safe_load(RULE_FILES[table].read_text(encoding="utf-8"))
            assert (rules["version"], code) == (version, fact.value)
            assert code in rules.get("rules", [*HoldReason])
        elif table == "passage":
            assert key == CLAUSE.id
            assert fact.value == getattr(CLAUSE, fact.measure)
        elif table == "balance" and slash:
            account, month = key.split("/")
            stored = self.raw.one('SELECT "end" FROM balance WHERE account_id = ? AND month = ?', account, month)
            assert fact.value == money(stored), fact
            assert str(fact.as_of) == month
        elif table == "product_score" and slash:
            (row,) = self.raw.rows(f'SELECT * FROM "{table}" WHERE customer_id = ? AND product_id = ?', *key.split("/"))
            stored = row[fact.measure]
            assert fact.value == (stored if fact.measure == "members" else Decimal(stored) / 10_000)
        elif table == "campaign_group" and slash:
            (row,) = self.raw.rows("SELECT * FROM campaign_group WHERE campaign_id = ? AND name = ?", *key.split("/"))
            stored = row[fact.measure.removeprefix("whole_")]
            assert fact.value == (money(stored) if isinstance(fact.value, Decimal) else stored), fact
        elif slash and table.startswith("insight"):
            self.check_measure(fact, table, key)
        elif slash:
            rows = self.raw.rows(f'SELECT * FROM "{table}" WHERE id = ?', key)
            assert len(rows) == 1, fact
            assert same(fact.value, self.stored(table, rows[0], fact, language)), fact
        else:
            assert re.split(r"\?", fact.source)[0] in self.tables, fact

    def check_measure(self, fact: Fact, table: str, key: str) -> None:
        """What a run found: a value to the hundredth or the tenth of a percent, a code, a reason or an event."""
        row = self.measure(table, key)
        assert row is not None, fact
        if step := fact.source.partition("?rounded_to=")[2]:
            assert abs(Decimal(str(fact.value)) - Decimal(row["average"]) / 10_000) <= Decimal(step) / 2, fact
            assert Decimal(str(fact.value)) % Decimal(step) == 0, fact
        elif isinstance(fact.value, Decimal | int):
            said = row["customers"] if fact.measure.endswith("_customers") else row[VALUES[table]]
            stored = Decimal(said) if fact.measure.endswith("_customers") else Decimal(said) / 10_000
            assert fact.value == stored.quantize(Decimal("0.1" if fact.unit == "percent" else "0.01")), fact
        elif isinstance(fact.value, date):
            assert str(fact.value) == row["as_of" if table == "insight_run" else "day"], fact
        elif table == "insight":
            assert fact.value in {row["label"], *json.loads(row["reasons"])}, fact
        else:
            assert fact.value in {row["kind"], row["detail"]}, fact

    def measure(self, table: str, key: str) -> Row | None:
        """The row as it stood on the day asked for, or since the day that the key names."""
        names, parts = KEYS[table], key.partition("?rounded_to=")[0].split("/")
        if table == "insight_average":
            parts = [*parts[:2], "/".join(parts[2:])]
        where = " AND ".join(f'"{name}" = ?' for name in names[: len(parts)])
        held = f" AND as_of <= '{self.today}' AND (until IS NULL OR until > '{self.today}')"
        since = len(parts) == 3 and table == "insight"
        rows = self.raw.rows(
            f'SELECT * FROM "{table}" WHERE {where}{held if table in HELD and not since else ""}', *parts
        )
        return rows[0] if len(rows) == 1 else None

    def stored(self, table: str, row: Row, fact: Fact, language: str) -> object:
        """What the row says of a measure: a column, or what follows from one."""
        match table, fact.measure:
            case _, "id":
                return str(row["id"])
            case "customer", "age":
                born = row["birth_date"]
                return self.today.year - int(born[:4]) - (f"{self.today:%m-%d}" < born[5:])
            case "customer", "turns":
                return {n - int(row["birth_date"][:4]) for n in (self.today.year, self.today.year + 1)}
            case "customer", "birthday":
                born = row["birth_date"][5:]
                return {f"{year}-{born}" for year in (self.today.year, self.today.year + 1)}
            case "customer", "lunar_birthday":
                born = LunarDate.from_solar(date.fromisoformat(row["birth_date"]))
                kept = LunarDate.from_solar(date.fromisoformat(str(fact.value)))
                short = (kept.day, born.day) == (29, 30)
                return fact.value if kept.month == born.month and (short or kept.day == born.day) else None
            case "contact", "quote":
                return fact.value if str(fact.value) in row["content"] else None
            case "customer", "interest" | "consent":
                return set(listed(row[f"{fact.measure}s"]))
            case "conflict", "value" | "found_on":
                return row[fact.measure]
            case "conflict", measure:
                claims = json.loads(row["claims"])
                return {claim["value" if measure == row["field"] else measure] for claim in claims}
            case "source_value", "previous" | "value" if row["field"] == "income":
                return Decimal(row[fact.measure])
            case "customer", "missing":
                return {field for field, value in row.items() if value is None}
            case "customer" | "product" | "feedback" | "campaign", "number":
                return row["id"]
            case "contact", "days_since_contact":
                return days_between(row["at"], self.today)
            case "product", "description":
                return json.loads(row["descriptions"])[language]
            case "account", "granted_on":
                return row["opened_on"]
            case "feedback", "received_on":
                return row["received_at"]
        value = row[fact.measure]
        if fact.unit == "percent":
            return Decimal(value) / 10_000
        return money(value) if isinstance(fact.value, Decimal) else value


def same(said: FactValue, stored: object) -> bool:
    if isinstance(stored, set):
        return str(said) in {str(one) for one in stored}
    if isinstance(said, date):
        return str(said) == str(stored)[:10]
    return said == stored


@pytest.mark.parametrize("asked", QUESTIONS, ids=str)
async def test_nothing_is_shown_without_its_source(office: Office, raw: RawBank, asked: Asked) -> None:
    sources = Sources(raw, AS_OF)
    for language in LANGUAGES:
        desk = office.desk(language=language)
        check_marks(await asked.blocks(desk), desk)
        for fact in desk.ledger.facts:
            sources.check(fact, language)
        assert len({fact.id for fact in desk.ledger.facts}) == len(desk.ledger.facts)


@pytest.mark.parametrize("asked", QUESTIONS, ids=str)
async def test_the_figures_are_the_same_in_every_language(office: Office, asked: Asked) -> None:
    said = []
    for language in LANGUAGES:
        desk = office.desk(language=language)
        blocks = await asked.blocks(desk)
        facts = {
            (f.subject, f.measure, f.value if f.measure != "description" else "", f.unit, f.as_of, f.source)
            for f in desk.ledger.facts
        }
        shown = {span.fact for block in blocks for line in lines_of(block) for span in line if span.fact}
        said.append((facts, shown, desk.ledger.customers, [card.id for card in desk.ledger.products]))
        assert len(blocks) > 0
    assert said[0] == said[1] == said[2]


@pytest.mark.parametrize("today", [date(2026, 3, 1), date(2024, 11, 15), date(2027, 2, 28)], ids=str)
async def test_so_it_is_on_other_days(office_of: OfficeOf, raw: RawBank, today: date) -> None:
    office = await office_of(MANAGERS[0])
    sources = Sources(raw, today)
    for asked in [*asked_of_all(TOLD), *asked_of("C000001")]:
        desk = office.desk(today)
        check_marks(await asked.blocks(desk), desk)
        for fact in desk.ledger.facts:
            if fact.measure not in ("turns", "birthday", "lunar_birthday"):
                sources.check(fact, "en")
