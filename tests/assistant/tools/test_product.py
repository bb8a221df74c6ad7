"""Products and their terms, against the rows."""

import json
from datetime import date
from decimal import Decimal

import pytest

from assistant.errors import UnknownProduct
from assistant.tools.desk import ProductId, Risk
from assistant.tools.product import product
from assistant.tools.product_list import product_list
from knowledge.crm.codes import ProductKind
from tests.assistant.conftest import Office, OfficeOf
from tests.assistant.raw_bank import AS_OF, SERVICE_DESK, RawBank, Row, money


def on_sale(row: Row, today: date) -> bool:
    return (row["on_sale_from"] or "0") <= str(today) <= (row["on_sale_until"] or "9")


@pytest.mark.parametrize("language", ["en", "zh", "es"])
async def test_every_term_of_every_product(office: Office, raw: RawBank, language: str) -> None:
    for row in raw.rows("SELECT * FROM product"):
        result = await product(office.desk(language=language), ProductId(row["id"]))
        said = {trait.value.fact.measure: trait.value.value for trait in result.terms}
        stored = {
            "number": row["id"],
            "kind": row["kind"],
            "risk": row["risk"],
            "issuer_risk": row["issuer_risk"] if row["issuer_risk"] != row["risk"] else None,
            "investor_class": row["investor_class"],
            "rate": Decimal(row["rate"]) / 10_000 if row["rate"] is not None else None,
            "term_months": row["term_months"],
            "minimum": money(row["minimum"]) if row["minimum"] is not None else None,
            "fee": Decimal(row["fee"]) / 10_000 if row["fee"] is not None else None,
            "issuer": row["issuer"],
            "on_sale_from": date.fromisoformat(row["on_sale_from"]) if row["on_sale_from"] else None,
            "on_sale_until": date.fromisoformat(row["on_sale_until"]) if row["on_sale_until"] else None,
        }
        assert said == {field: value for field, value in stored.items() if value is not None}
        assert (result.description.value if result.description else None) == json.loads(row["descriptions"]).get(
            language
        )
        assert result.name.text == (json.loads(row["names"]).get(language) or row["name"])
        assert result.on_sale == on_sale(row, AS_OF)
        invests = row["kind"] in ("fund", "wealth", "insurance", "metal")
        assert result.benchmark_only == (invests and row["rate"] is not None)


WANTED = [(None, None), (ProductKind.FUND, None), (None, Risk("R2")), (ProductKind.WEALTH, Risk("R3"))]


@pytest.mark.parametrize("today", [AS_OF, date(2026, 2, 24), date(2026, 2, 25), date(2019, 1, 1)], ids=str)
@pytest.mark.parametrize("kind, risk", WANTED)
async def test_those_on_sale_on_the_day(
    office: Office, raw: RawBank, today: date, kind: ProductKind | None, risk: Risk | None
) -> None:
    rows = raw.rows("SELECT * FROM product")
    expected = {
        row["id"] for row in rows if on_sale(row, today) and kind in (None, row["kind"]) and risk in (None, row["risk"])
    }
    result = await product_list(office.desk(today), kind, risk)
    assert {line.name.fact.subject for line in result.products} == expected
    assert result.count.value == len(expected)


async def test_the_service_desk_may_see_products_and_an_unknown_one_is_refused(office_of: OfficeOf) -> None:
    office = await office_of(SERVICE_DESK)
    assert (await product(office.desk(), ProductId("P-TD12"))).name.value
    with pytest.raises(UnknownProduct):
        await product(office.desk(), ProductId("P-NONE"))
