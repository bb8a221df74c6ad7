"""Does it suit, and why (not): verdicts with sentences, clauses, alternatives and the next assessment."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
import yaml

from assistant.errors import UnknownCustomer, UnknownProduct
from assistant.recommend.rule_pack import pack_codes, read_pack
from assistant.tools.desk import CustomerId, ProductId, Risk
from assistant.tools.suitability import Suitability, suitability
from knowledge.crm.codes import ProductKind
from tests.assistant.conftest import Office, OfficeOf
from tests.assistant.raw_bank import MANAGERS, RawBank

DOCUMENTS = Path(__file__).parents[3] / "knowledge" / "documents"
WANG, ORTEGA = CustomerId("C000001"), CustomerId("C000007")


async def of(office: Office, customer: CustomerId, product: str, language: str = "en") -> Suitability:
    return await suitability(office.desk(language=language), customer, ProductId(product))


@pytest.mark.parametrize(
    "language, sentence",
    [
        ("en", "The product's risk (R3) is above the customer's tolerance (C2)."),
        ("zh", "产品风险等级（R3）高于客户风险承受能力（C2）。"),
        ("es", "El riesgo del producto (R3) supera la tolerancia del cliente (C2)."),
    ],
)
async def test_a_refusal_says_why_with_its_clause(office: Office, language: str, sentence: str) -> None:
    desk = office.desk(language=language)
    result = await suitability(desk, WANG, ProductId("P-W-STRUCT"))
    [verdict] = result.verdicts
    assert verdict.reasons[0].text == sentence
    assert [clause.citation.document for clause in verdict.clauses] == [f"suitability-rules.{language}"] * len(
        verdict.clauses
    )
    assert "2.3 Clause" in [clause.citation.section for clause in verdict.clauses]
    [card] = [card for card in desk.ledger.products if card.id == "P-W-STRUCT"]
    assert (card.verdict, card.reasons[0]) == ("not_allowed", sentence)


async def test_what_suits_instead_suits(office: Office) -> None:
    result = await of(office, WANG, "P-W-STRUCT")
    assert result.alternatives
    for product in result.alternatives:
        again = await of(office, WANG, product.fact.subject)
        assert again.verdicts[0].verdict.startswith("suits")
        assert again.alternatives == []


async def test_an_expired_assessment_says_when_it_may_be_repeated(office: Office) -> None:
    result = await of(office, ORTEGA, "P-W-180")
    assert result.verdicts[0].reasons[0].text.startswith("The risk assessment of ")
    assert result.assessable_on
    assert result.assessable_on.value == date(2026, 11, 20)
    assert (await of(office, WANG, "P-W-180")).assessable_on is None


async def test_those_of_a_kind_or_class_that_are_on_sale(office: Office, raw: RawBank) -> None:
    found = await suitability(office.desk(), WANG, kind=ProductKind.FUND)
    funds = {row["id"] for row in raw.rows("SELECT id FROM product WHERE kind = 'fund'")}
    assert {verdict.product.fact.subject for verdict in found.verdicts} == funds
    risky = await suitability(office.desk(), WANG, risk=Risk("R5"))
    assert {verdict.verdict for verdict in risky.verdicts} == {"does not suit"}
    assert all(len(verdict.reasons) == 1 for verdict in risky.verdicts)


async def test_an_amount_is_looked_at(office: Office) -> None:
    desk = office.desk()
    found = await suitability(desk, WANG, ProductId("P-W-180"), amount=Decimal(5_000))
    assert "below the minimum" in found.verdicts[0].reasons[0].text


async def test_nobody_out_of_scope_and_no_unknown_product(office_of: OfficeOf, raw: RawBank) -> None:
    office = await office_of(MANAGERS[0])
    other = CustomerId(sorted(set(raw.customers) - raw.seen_by(MANAGERS[0]))[0])
    with pytest.raises(UnknownCustomer):
        await suitability(office.desk(), other, ProductId("P-W-180"))
    with pytest.raises(UnknownProduct):
        await suitability(office.desk(), WANG, ProductId("P-NONE"))


@pytest.mark.parametrize("code", pack_codes())
@pytest.mark.parametrize("language", ["en", "zh", "es"])
def test_a_pack_follows_the_standard_that_it_names(code: str, language: str) -> None:
    """Its version is the standard's, and every clause it names is there."""
    pack = read_pack(code)
    if pack.standard is None:
        return
    text = (DOCUMENTS / f"{pack.standard}.{language}.md").read_text(encoding="utf-8")
    head = yaml.safe_load(text.split("---")[1])
    assert head["version"] == pack.version
    for clause in pack.clauses.values():
        assert f"\n### {clause} " in text, clause
