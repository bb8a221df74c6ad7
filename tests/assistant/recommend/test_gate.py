"""The gate: nobody but it makes something recommendable, and only of what suits, within the scope."""

import ast
import copy
import pickle
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import select

import assistant.recommend.gate as gate_module
from assistant.errors import UnknownCustomer
from assistant.recommend.gate import Gate, Recommendable
from assistant.recommend.rule_pack import Verdict, read_pack
from knowledge.crm.money import Money
from knowledge.crm.tables import Product
from tests.assistant.conftest import Office, OfficeOf
from tests.assistant.raw_bank import MANAGERS, RawBank

ROOT = Path(__file__).parents[3]
ORTEGA, WANG, CARTER, ZHANG = "C000007", "C000001", "C000005", "C000002"


async def catalogue(office: Office) -> list[Product]:
    return list(await office.reader.scalars(select(Product).order_by(Product.id)))


async def test_what_is_not_allowed_is_not_recommendable(office: Office, raw: RawBank) -> None:
    products = await catalogue(office)
    gate = office.desk().gate
    seen = dict.fromkeys(Verdict, 0)
    for customer in raw.sample(40, seed=3):
        for one in await gate.assessed(customer, products):
            seen[one.assessment.verdict] += 1
            assert (one.recommendable is None) == (one.assessment.verdict is Verdict.NOT_ALLOWED)
            if one.recommendable:
                assert (one.recommendable.customer_id, one.recommendable.product) == (customer, one.product)
    assert all(seen.values())


async def test_only_the_gate_makes_one(office: Office) -> None:
    products = await catalogue(office)
    found = await office.desk().gate.assessed(WANG, products)
    [one] = [each for each in found if each.product.id == "P-W-180"]
    assert one.recommendable
    with pytest.raises(TypeError):
        Recommendable(WANG, one.product, one.assessment, object())
    with pytest.raises(TypeError):
        replace(one.recommendable, seal=None, product=products[0])
    for copying in (copy.copy, copy.deepcopy, pickle.dumps):
        with pytest.raises(TypeError):
            copying(one.recommendable)
    [refused] = [each for each in found if each.product.id == "P-F-GROWTH"]
    with pytest.raises(TypeError):
        Recommendable(WANG, refused.product, refused.assessment, gate_module._SEAL)


def test_no_other_module_touches_the_seal_or_makes_one() -> None:
    makers = []
    for path in sorted((ROOT / "assistant").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            named = getattr(node, "id", getattr(node, "attr", getattr(node, "name", None)))
            called = isinstance(node, ast.Call) and getattr(node.func, "id", None) == "Recommendable"
            if named == "_SEAL" or called:
                makers.append(path.name)
    assert set(makers) == {"gate.py"}


async def test_who_is_out_of_scope_has_no_verdict(office_of: OfficeOf, raw: RawBank) -> None:
    office = await office_of(MANAGERS[0])
    own = sorted(raw.seen_by(MANAGERS[0]))[0]
    other = sorted(set(raw.customers) - raw.seen_by(MANAGERS[0]))[0]
    products = await catalogue(office)
    for customer in (other, "C999999"):
        with pytest.raises(UnknownCustomer):
            await office.desk().gate.assessed(customer, products)
    assert set(await office.desk().gate.assessed_for([own, other], products)) == {own}


async def test_many_at_once_are_judged_as_one_by_one(office: Office, raw: RawBank) -> None:
    products, customers = await catalogue(office), raw.sample(25, seed=9)
    together = await office.desk().gate.assessed_for(customers, products)
    for customer in customers:
        alone = await office.desk().gate.assessed(customer, products)
        assert [one.assessment for one in together[customer]] == [one.assessment for one in alone]


async def test_what_is_known_of_a_customer_is_what_the_rows_say(office: Office, raw: RawBank) -> None:
    for customer in raw.sample(30, seed=5):
        found = await office.desk().gate.circumstances(customer)
        row = raw.customers[customer]
        deposits = raw.rows(
            """SELECT a.kind, a.currency, (SELECT b."end" FROM balance b WHERE b.account_id = a.id
               AND b.month <= '2026-11-20' ORDER BY b.month DESC LIMIT 1) AS stands FROM account a
               WHERE a.customer_id = ? AND a.kind IN ('deposit', 'term_deposit') AND a.closed_on IS NULL
               AND a.opened_on <= '2026-11-20'""",
            customer,
        )
        rates = {"CNY": Decimal(1), "USD": Decimal("7.10"), "EUR": Decimal("7.80")}
        total = sum((Decimal(d["stands"] or 0) / 100 * rates[d["currency"]] for d in deposits), Decimal(0))
        assert abs(found.holdings.deposits - total) < Decimal("0.05")
        made = raw.rows("SELECT * FROM risk_assessment WHERE customer_id = ? ORDER BY at", customer)
        assert [a.tolerance for a in found.suitable.assessments] == [m["tolerance"] for m in made]
        if made:
            assert made[-1]["tolerance"] == row["tolerance"]
            assert made[-1]["at"][:10] == row["tolerance_assessed_on"]


async def test_the_told_cases(office: Office) -> None:
    """Ortega (C1, expired) and the growth fund (R4); Carter, whose pay stopped, and whose assessment ran out."""
    products = {product.id: product for product in await catalogue(office)}
    gate = office.desk().gate
    [growth] = await gate.assessed(ORTEGA, [products["P-F-GROWTH"]])
    assert {r.code.value for r in growth.assessment.reasons} >= {"assessment_expired"}
    [deposit] = await gate.assessed(ORTEGA, [products["P-TD12"]])
    assert deposit.recommendable
    [balanced] = await gate.assessed(CARTER, [products["P-F-MIX"]])
    assert balanced.recommendable is None
    [wealth] = await gate.assessed(WANG, [products["P-W-STRUCT"]])
    assert wealth.assessment.reasons[0].code.value == "risk_above_tolerance"
    assert wealth.assessment.reasons[0].values == {"rating": "R3", "tolerance": "C2"}


async def test_another_day_another_verdict(office: Office) -> None:
    products = [product for product in await catalogue(office) if product.id == "P-F-SHORT"]
    verdicts = [
        (await office.desk(today=day).gate.assessed(WANG, products))[0].assessment.verdict
        for day in (date(2026, 11, 20), date(2027, 4, 24), date(2027, 4, 25))
    ]
    assert verdicts[0] is not Verdict.NOT_ALLOWED
    assert verdicts[2] is Verdict.NOT_ALLOWED


async def test_an_amount_counts(office: Office) -> None:
    products = [product for product in await catalogue(office) if product.id == "P-F-SHORT"]
    gate = office.desk().gate
    [small] = await gate.assessed(WANG, products, Money(Decimal(1_000), "CNY"))
    [huge] = await gate.assessed(WANG, products, Money(Decimal(50_000_000), "CNY"))
    assert small.recommendable
    assert huge.recommendable is None


async def test_another_pack_judges_otherwise(office: Office) -> None:
    products = await catalogue(office)
    desk = office.desk()
    european = Gate(desk.reader, desk.ledger, read_pack("eu"))
    judged = {(one.assessment.pack, one.assessment.version) for one in await european.assessed(WANG, products)}
    assert judged == {("eu", "1.0")}
