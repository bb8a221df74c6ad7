"""Loans and how debt changed, against the rows and the payments."""

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal

import pytest

from assistant.grounding.ledger import Figure
from assistant.tools.desk import CustomerId, Period
from assistant.tools.loan_changes import PAYMENTS_SHOWN, loan_changes
from assistant.tools.loans import loans
from tests.assistant.conftest import Office
from tests.assistant.raw_bank import AS_OF, DEBTS, RawBank, money
from tests.assistant.tools.test_deposit_changes import check_arithmetic


def borrowers(raw: RawBank, count: int) -> list[str]:
    """Customers with a loan in every state that loans are in, and told ones."""
    by_state: dict[str, list[str]] = defaultdict(list)
    for row in raw.accounts:
        if row["kind"] == "loan":
            by_state[row["state"]].append(row["customer_id"])
    return [customer for owners in by_state.values() for customer in owners[:count]] + ["C000005", "C000009"]


def value(figure: Figure | None) -> object:
    return figure.value if figure else None


@pytest.mark.parametrize("today", [AS_OF, date(2026, 2, 1), date(2024, 6, 30)], ids=str)
async def test_every_loan_with_its_terms(office: Office, raw: RawBank, today: date) -> None:
    for customer in borrowers(raw, 4):
        result = await loans(office.desk(today), CustomerId(customer))
        rows = [r for r in raw.by_owner[customer] if r["kind"] == "loan" and r["opened_on"] <= str(today)]
        assert {line.number.value for line in result.loans} == {row["number"] for row in rows}
        granted = [str(line.granted_on.value) for line in result.loans]
        assert granted == sorted((row["opened_on"] for row in rows), reverse=True)
        by_number = {row["number"]: row for row in rows}
        for line in result.loans:
            row = by_number[line.number.value]
            balance = raw.balance(row["id"], today)
            assert value(line.outstanding) == (money(balance[0]) if balance else None)
            assert value(line.principal) == (money(row["credit_limit"]) if row["credit_limit"] is not None else None)
            assert value(line.instalment) == (money(row["instalment"]) if row["instalment"] is not None else None)
            assert value(line.rate) == (Decimal(row["rate"]) / 10_000 if row["rate"] is not None else None)
            assert str(value(line.matures_on)) == str(row["matures_on"])
            ended_since = row["closed_on"] is not None and row["closed_on"] > str(today)
            assert value(line.state) == (None if ended_since else row["state"])


@pytest.mark.parametrize(
    "period",
    [
        Period(date(2026, 8, 1), AS_OF),
        Period(date(2026, 3, 1), date(2026, 8, 31)),
        Period(date(2025, 3, 10), date(2026, 1, 5)),
    ],
    ids=lambda p: str(p.start),
)
async def test_debt_at_both_ends_and_the_payments(office: Office, raw: RawBank, period: Period) -> None:
    for customer in borrowers(raw, 3):
        result = await loan_changes(office.desk(), CustomerId(customer), period)
        before, after = (debt(raw, customer, day) for day in (period.start - timedelta(days=1), period.end))
        assert {change.after.fact.unit for change in result.changes} == set(before) | set(after)
        for change in result.changes:
            check_arithmetic(change)
            currency = change.after.fact.unit
            assert change.before.value == money(before.get(currency, 0))
            assert change.after.value == money(after.get(currency, 0))
        payments = raw.rows(
            'SELECT t.amount FROM "transaction" t JOIN account a ON a.id = t.account_id WHERE a.customer_id = ?'
            " AND t.kind = 'loan_payment' AND t.amount < 0 AND booked_on BETWEEN ? AND ?"
            " ORDER BY booked_on DESC, t.id LIMIT ?",
            customer, str(period.start), str(period.end), PAYMENTS_SHOWN,
        )  # fmt: skip
        assert [line.amount.value for line in result.payments] == [money(row["amount"]) for row in payments]


def debt(raw: RawBank, customer: str, on: date) -> dict[str, int]:
    sums: dict[str, int] = defaultdict(int)
    for row in raw.by_owner[customer]:
        balance = raw.balance(row["id"], on)
        if row["kind"] in DEBTS and balance:
            sums[row["currency"]] += balance[0]
    return dict(sums)


async def test_who_owed_nothing_has_no_change(office: Office, raw: RawBank) -> None:
    without = next(id for id in raw.customers if not any(row["kind"] in DEBTS for row in raw.by_owner[id]))
    result = await loan_changes(office.desk(), CustomerId(without))
    assert (result.changes, result.payments) == ([], [])
    assert (await loans(office.desk(), CustomerId(without))).loans == []
