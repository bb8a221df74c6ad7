"""The rules as SQL: they find what cannot be right, leave alone what can, and agree with the check at entry."""

import sqlite3
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import case, select
from sqlalchemy.dialects import sqlite

from knowledge.crm.store import bulk_engine
from knowledge.crm.tables import Customer
from knowledge.quality.entry import is_email, is_phone
from knowledge.quality.rules import CHECKED, rules
from tests.knowledge.quality.bank import TODAY, filled

YEAR = timedelta(days=365)
BROKEN: list[tuple[dict[str, Any], set[tuple[str, str]]]] = [
    ({}, set()),
    ({"phone": "+86 (138) 0000-1111"}, set()),
    ({"phone": "ask her mother"}, {("phone", "phone_malformed")}),
    ({"phone": "123456"}, {("phone", "phone_malformed")}),
    ({"phone": "1" * 16}, {("phone", "phone_malformed")}),
    ({"email": "ana at mail.example"}, {("email", "email_malformed")}),
    ({"email": "a@b@c.example"}, {("email", "email_malformed")}),
    ({"sex": "X"}, {("sex", "unknown_code")}),
    ({"birth_date": TODAY}, {("customer_since", "before_birth")}),
    ({"birth_date": TODAY + timedelta(days=1)}, {("birth_date", "in_future"), ("customer_since", "before_birth")}),
    ({"birth_date": date(1899, 1, 1)}, {("birth_date", "too_long_ago")}),
    ({"income": 0}, {("income", "unlikely_income")}),
    ({"income": 0, "kind": "company"}, set()),
    ({"income": 100_000_001}, {("income", "unlikely_income")}),
    ({"tolerance": "C9"}, {("tolerance", "unknown_code")}),
    ({"tolerance_assessed_on": None}, {("tolerance", "undated")}),
    ({"tolerance_assessed_on": TODAY - YEAR}, set()),
    ({"tolerance_assessed_on": TODAY - YEAR - timedelta(days=1)}, {("tolerance", "expired")}),
    ({"tolerance": None, "tolerance_assessed_on": None}, set()),
    ({"tier": "diamond"}, {("tier", "unknown_code")}),
    ({"customer_since": TODAY + timedelta(days=1)}, {("customer_since", "in_future")}),
    ({"closed_on": date(2009, 1, 1)}, {("closed_on", "before_start")}),
    (dict.fromkeys(CHECKED), set()),
]


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> str:
    made = f"sqlite:///{tmp_path_factory.mktemp('rules')}/crm.sqlite"
    filled(made, *(given for given, _ in BROKEN))
    return made


@pytest.mark.parametrize("number", range(len(BROKEN)), ids=lambda number: str(BROKEN[number][0])[:60])
def test_what_cannot_be_right_is_found_and_nothing_else(url: str, number: int) -> None:
    checks, engine = rules(Customer, TODAY), bulk_engine(url)
    with engine.connect() as connection:
        row = connection.execute(
            select(*(case((rule.broken, 1), else_=0) for rule in checks)).where(Customer.id == f"C{number + 1}")
        ).one()
    engine.dispose()
    assert {(rule.field, rule.code) for rule, hit in zip(checks, row, strict=True) if hit} == BROKEN[number][1]
    assert {rule.field for rule in checks} == set(CHECKED)


def broken(field: str, code: str, value: str) -> bool:
    """What the SQL of a rule says of a value, without a store."""
    (rule,) = [rule for rule in rules(Customer, TODAY) if (rule.field, rule.code) == (field, code)]
    statement = str(
        select(case((rule.broken, 1), else_=0)).compile(
            dialect=sqlite.dialect(), compile_kwargs={"literal_binds": True}
        )
    )
    with sqlite3.connect(":memory:") as connection:
        connection.execute(f"CREATE TABLE customer ({field} TEXT)")
        connection.execute("INSERT INTO customer VALUES (?)", (value,))
        (hit,) = connection.execute(statement).fetchone()
    connection.close()
    return bool(hit)


@settings(deadline=None)
@given(st.text("0123456789 +-().x/,é", max_size=22))
def test_a_phone_that_is_taken_at_entry_is_sound_later(text: str) -> None:
    assert broken("phone", "phone_malformed", text) is not is_phone(text)


@settings(deadline=None)
@given(st.text("ab@. -é", max_size=12))
def test_an_e_mail_that_is_taken_at_entry_is_sound_later(text: str) -> None:
    if is_email(text):
        assert not broken("email", "email_malformed", text)


@pytest.mark.parametrize("text", ["a", "@b.c", "a@b", "a @b.c", "a@b.", "a@.b", "a@b@c.d"])
def test_an_e_mail_that_is_none_is_neither_taken_nor_sound(text: str) -> None:
    assert not is_email(text)
    assert broken("email", "email_malformed", text)
