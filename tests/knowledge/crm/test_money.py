"""Money is exact, in Python and in the database's own sums."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, func, select
from sqlalchemy.exc import StatementError

from knowledge.crm.money import Amount, Rate
from knowledge.crm.store import CrmStore
from knowledge.crm.tables import Account, Balance, Customer, Product

hundredths = st.integers(min_value=-(10**15), max_value=10**15).map(lambda whole: Decimal(whole).scaleb(-2))
DAY = date(2026, 10, 31)
same_store = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


async def _keep(store: CrmStore, amounts: list[Decimal]) -> None:
    async with store.writing() as session:
        for table in (Balance, Account, Customer):
            await session.execute(delete(table))
        session.add(Customer(id="c", kind="person", name="c", currency="EUR"))
        await session.flush()
        for number, amount in enumerate(amounts):
            row = {"id": f"a{number}", "customer_id": "c", "kind": "deposit", "number": "1", "currency": "EUR"}
            session.add(Account(**row, opened_on=DAY, state="active"))
            await session.flush()
            session.add(Balance(account_id=f"a{number}", month=DAY, end=amount, average=amount))


@given(amounts=st.lists(hundredths, min_size=1, max_size=6))
@same_store
async def test_amounts_come_back_as_they_went_in_and_add_up(store: CrmStore, amounts: list[Decimal]) -> None:
    await _keep(store, amounts)
    async with store.auditing() as session:
        kept = (await session.scalars(select(Balance.end).order_by(Balance.account_id))).all()
        total = (await session.scalars(select(func.sum(Balance.end)))).one()
    assert list(kept) == amounts
    assert total == sum(amounts)
    assert total.as_tuple().exponent == -2


async def test_amounts_are_compared_as_money(store: CrmStore) -> None:
    await _keep(store, [Decimal("9.99"), Decimal("10.00"), Decimal("100.01")])
    async with store.auditing() as session:
        assert (await session.scalars(select(func.count()).where(Balance.end >= Decimal("10")))).one() == 2
        assert (await session.scalars(select(func.count()).where(Balance.end > 0))).one() == 3


@pytest.mark.parametrize("amount", [Decimal("0.001"), Decimal("1E-3"), Decimal("NaN"), Decimal("Infinity"), 0.1])
async def test_what_is_no_exact_amount_is_refused(store: CrmStore, amount: Decimal) -> None:
    with pytest.raises((StatementError, ValueError, TypeError, ArithmeticError)):
        await _keep(store, [amount])
    async with store.auditing() as session:
        assert (await session.scalars(select(func.count()).select_from(Balance))).one() == 0


async def test_rates_are_exact(store: CrmStore) -> None:
    async with store.writing() as session:
        session.add(Product(id="p", kind="loan", name="p", currency="EUR", rate=Decimal("3.1415")))
    async with store.auditing() as session:
        assert (await session.scalars(select(Product.rate))).one() == Decimal("3.1415")


@pytest.mark.parametrize("kind", [Amount(), Rate()])
def test_nothing_stays_nothing(kind: Amount | Rate) -> None:
    assert kind.process_bind_param(None, None) is None  # type: ignore[arg-type]
    assert kind.process_result_value(None, None) is None  # type: ignore[arg-type]
