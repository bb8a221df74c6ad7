"""The portrait, against the customer's row."""

import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.grounding.ledger import Ledger
from assistant.tools.desk import CustomerId
from assistant.tools.portrait import _age, portrait
from assistant.tools.tool import values_of
from knowledge.crm.tables import Customer
from prompts import FIGURE_MIDDLE, FIGURE_OPEN, render, word
from tests.assistant.conftest import Office
from tests.assistant.raw_bank import AS_OF, RawBank, listed, money

PLAIN = ("phone", "email", "city", "occupation", "education", "industry", "economic_nature", "owning_group",
         "credit_rating", "qualification_grade", "key_contact", "kind", "sex", "tier", "tolerance", "birth_date",
         "customer_since")  # fmt: skip
EXPECTED = {
    "person": {"phone", "email", "address", "region", "sex", "birth_date", "occupation", "education", "income",
               "tolerance", "manager_id"},
    "company": {"phone", "address", "region", "industry", "owning_group", "economic_nature", "credit_rating",
                "qualification_grade", "key_contact", "manager_id"},
    "public_body": {"phone", "address", "region", "industry", "economic_nature", "key_contact", "manager_id"},
}  # fmt: skip


def age(born: str, on: date) -> int:
    """Full years: how many birthdays have passed, by counting them as strings."""
    return on.year - int(born[:4]) - (1 if f"{on:%m-%d}" < born[5:] else 0)


@pytest.mark.parametrize("today", [AS_OF, date(2027, 2, 28), date(2024, 2, 29)], ids=str)
async def test_every_field_of_the_row_and_nothing_else(office: Office, raw: RawBank, today: date) -> None:
    for customer in raw.sample(10, seed=today.year):
        row = raw.customers[customer]
        result = await portrait(office.desk(today), CustomerId(customer))
        said = {trait.value.fact.measure: trait.value for trait in result.traits}
        for field in PLAIN:
            assert (str(said[field].value) if field in said else None) == (row[field] or None), (customer, field)
        assert (said["income"].value if "income" in said else None) == (
            money(row["income"]) if row["income"] is not None else None
        )
        assert (said["age"].value if "age" in said else None) == (
            age(row["birth_date"], today) if row["birth_date"] else None
        )
        names = {
            trait.value.fact.source: trait.value.value for trait in result.traits if trait.value.fact.measure == "name"
        }
        assert names == {
            f"unit/{row['branch_id']}": raw.one("SELECT name FROM unit WHERE id = ?", row["branch_id"]),
            f"employee/{row['manager_id']}": raw.one("SELECT name FROM employee WHERE id = ?", row["manager_id"]),
        }


@pytest.mark.parametrize("language", ["en", "zh", "es"])
async def test_interests_consents_and_what_is_missing(office: Office, raw: RawBank, language: str) -> None:
    for customer in raw.sample(10, seed=9):
        row = raw.customers[customer]
        result = await portrait(office.desk(language=language), CustomerId(customer))
        assert [figure.value for figure in result.interests] == listed(row["interests"])
        assert [figure.value for figure in result.consents] == listed(row["consents"])
        expected = EXPECTED[row["kind"]]
        assert {figure.value for figure in result.missing} == {field for field in expected if row[field] is None}
        for figure in result.missing:
            assert figure.text == word("field", str(figure.value), language)


async def test_an_assessment_lasts_a_year(office: Office, raw: RawBank) -> None:
    assessed = [row for row in raw.customers.values() if row["tolerance_assessed_on"]][:40]
    for row in assessed:
        on = date.fromisoformat(row["tolerance_assessed_on"])
        for today, expired in (
            (date.fromordinal(on.toordinal() + 365), False),
            (date.fromordinal(on.toordinal() + 366), True),
        ):
            result = await portrait(office.desk(today), CustomerId(row["id"]))
            assert result.assessed_on is not None
            assert (result.assessed_on.value, result.assessment_expired) == (on, expired)


async def test_a_contested_field_shows_what_every_system_says(office: Office, raw: RawBank) -> None:
    """Whoever shows one number only decides silently which system is right."""
    conflicts = raw.rows("SELECT * FROM conflict WHERE state = 'open'")
    assert {row["field"] for row in conflicts} >= {"phone", "address", "income"}
    for row in conflicts[:12]:
        desk = office.desk()
        result = await portrait(desk, CustomerId(row["customer_id"]))
        (trait,) = [trait for trait in result.traits if trait.value.fact.measure == row["field"]]
        said = {(str(c.value.value), c.system.value, str(c.as_of.value)) for c in trait.claims if c.as_of}
        assert said == {(c["value"], c["system"], c["as_of"]) for c in json.loads(row["claims"])}
        shown = render("portrait", "en", values_of(result))
        assert all(claim.value.mark in shown and claim.system.mark in shown for claim in trait.claims)
        assert f"{FIGURE_OPEN}{trait.value.mark}{FIGURE_MIDDLE}" not in shown


@given(born=st.dates(date(1900, 1, 1), date(2026, 12, 31)), today=st.dates(date(2026, 12, 31), date(2090, 1, 1)))
def test_the_age_is_that_of_the_last_birthday(born: date, today: date) -> None:
    figure = _age(Ledger("en", today), Customer(id="C1", birth_date=born), today)
    assert figure is not None
    assert figure.value == age(str(born), today)
