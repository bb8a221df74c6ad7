"""Products, kinds, tiers and risk classes as people say them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.understanding.products import find_code, find_products, find_risk
from assistant.understanding.text import PlainText
from knowledge.crm.codes import CustomerKind, ProductKind, Tier
from knowledge.crm.tables import Product

PRODUCTS = [
    Product(id="P-TD12", name="Term deposit 12 months",
            names={"en": "Term deposit 12 months", "zh": "一年定期存款", "es": "Depósito a plazo a 12 meses"}),
    Product(id="P-F-BOND", name="Jinghe Pure Bond Fund",
            names={"en": "Jinghe Pure Bond Fund", "zh": "景和纯债基金", "es": "Fondo de renta fija Jinghe"}),
    Product(id="P-F-MIX", name="Yuanhang Balanced Fund",
            names={"en": "Yuanhang Balanced Fund", "zh": "远航平衡混合基金", "es": "Fondo mixto Yuanhang"}),
    Product(id="P-C-GOLD", name="Gold credit card",
            names={"en": "Gold credit card", "zh": "信用卡金卡", "es": "Tarjeta de crédito oro"}),
    Product(id="P-C-PLAT", name="Platinum credit card", names={"zh": "信用卡白金卡"}),
    Product(id="P-TD36", name="Term deposit 36 months", names={"zh": "三年定期存款"}),
    Product(id="P-OLD", name="Yuanhang Balanced Fund", names={"zh": "远航平衡一号"}),
]  # fmt: skip


def ids(question: str) -> list[tuple[str, ...]]:
    return [mention.ids for mention in find_products(PlainText.of(question), PRODUCTS)]


@pytest.mark.parametrize(
    "question, id",
    [
        ("Tell me about the Jinghe Pure Bond Fund", "P-F-BOND"),
        ("jinghe pure bond fund?", "P-F-BOND"),
        ("景和纯债基金的费率", "P-F-BOND"),
        ("景和純債基金的費率", "P-F-BOND"),
        ("el Fondo de Renta Fija Jinghe", "P-F-BOND"),
        ("¿qué interés da el deposito a plazo a 12 meses?", "P-TD12"),
        ("一年定期存款利率", "P-TD12"),
        ("P-TD12", "P-TD12"),
        ("terms of p-td12", "P-TD12"),
        ("the Jinghe Pure Bnod Fund", "P-F-BOND"),
        ("the 12-month term deposit", "P-TD12"),
        ("¿qué interés da el depósito a 12 meses?", "P-TD12"),
        ("la comisión del fondo mixto", "P-F-MIX"),
        ("what does the pure bond fund cost?", "P-F-BOND"),
        ("纯债基金的费率", "P-F-BOND"),
        ("gold card fee", "P-C-GOLD"),
        ("三年定期现在多少利率", "P-TD36"),
    ],
)
def test_a_product_is_found_by_name_in_any_language_or_by_id(question: str, id: str) -> None:
    assert ids(question) == [(id,)]


def test_two_products_of_one_name_both_come() -> None:
    assert [set(found) for found in ids("the Yuanhang Balanced Fund")] == [{"P-F-MIX", "P-OLD"}]


def test_several_products_come_in_order() -> None:
    assert ids("P-TD12 or Jinghe Pure Bond Fund") == [("P-TD12",), ("P-F-BOND",)]


@pytest.mark.parametrize(
    "question",
    [
        "Which funds do we sell?",
        "定期存款",
        "term deposits",
        "XP-TD12",
        "P-TD120",
        "",
        "bond",
        "funds",
        "credit card",
        "last 12 months",
    ],
)
def test_other_words_are_no_product(question: str) -> None:
    assert ids(question) == []


@pytest.mark.parametrize(
    "question, risk",
    [
        ("R2 products", "R2"),
        ("r5?", "R5"),
        ("风险等级R3的产品", "R3"),
        ("R6", None),
        ("R22", None),
        ("CR2", None),
        ("", None),
    ],
)
def test_risk_classes(question: str, risk: str | None) -> None:
    assert find_risk(PlainText.of(question).plain) == risk


@pytest.mark.parametrize(
    "vocabulary, codes, question, code",
    [
        ("tier", Tier, "my platinum clients", "platinum"),
        ("tier", Tier, "我的白金客户", "platinum"),
        ("tier", Tier, "clientes de banca privada", "private"),
        ("tier", Tier, "私人銀行客戶", "private"),
        ("customer_kind", CustomerKind, "my corporate clients", "company"),
        ("customer_kind", CustomerKind, "which companies bank with us", "company"),
        ("customer_kind", CustomerKind, "对公客户有哪些", "company"),
        ("customer_kind", CustomerKind, "mis empresas", "company"),
        ("customer_kind", CustomerKind, "organismos públicos", "public_body"),
        ("customer_kind", CustomerKind, "财政客户", "public_body"),
        ("customer_kind", CustomerKind, "个人客户", "person"),
        ("product_kind", ProductKind, "which funds do we have", "fund"),
        ("product_kind", ProductKind, "贵金属产品", "metal"),
        ("product_kind", ProductKind, "fondos", "fund"),
        ("product_kind", ProductKind, "préstamos", "loan"),
        ("product_kind", ProductKind, "定期产品", "term_deposit"),
        ("product_kind", ProductKind, "seguros", "insurance"),
        ("tier", Tier, "my customers", None),
        ("product_kind", ProductKind, "products", None),
    ],
)
def test_codes_are_found_by_what_people_call_them(
    vocabulary: str, codes: type[Tier], question: str, code: str | None
) -> None:
    assert find_code(PlainText.of(question).plain, vocabulary, list(codes)) == code


@given(st.text(max_size=200))
def test_no_text_is_too_strange(text: str) -> None:
    for mention in find_products(PlainText.of(text), PRODUCTS):
        assert 0 <= mention.start <= mention.end <= len(text)


STEADY = [
    Product(id="W90", name="稳健90天理财", kind="wealth",
            names={"en": "Steady 90 wealth product", "es": "Producto patrimonial Steady 90"}),
    Product(id="W180", name="稳健180天理财", kind="wealth",
            names={"en": "Steady 180 wealth product", "es": "Producto patrimonial Steady 180"}),
    Product(id="TECH", name="远航全球科技基金", kind="fund",
            names={"en": "Yuanhang Global Technology Fund", "es": "Fondo tecnológico global Yuanhang"}),
    Product(id="SHORT", name="景和短债基金", kind="fund", names={"en": "Jinghe Short Bond Fund"}),
    Product(id="PURE", name="景和纯债基金", kind="fund", names={"en": "Jinghe Pure Bond Fund"}),
    Product(id="PLAT", name="信用卡白金卡", kind="card", names={"en": "Platinum credit card"}),
]  # fmt: skip


@pytest.mark.parametrize(
    "question, meant",
    [
        ("difference between the 90 day and the 180 day steady product?", ["W90", "W180"]),
        ("compare Steady 90 and Steady 180", ["W90", "W180"]),
        ("稳健90天和稳健180天有什么区别", ["W90", "W180"]),
        ("¿en qué se diferencian el Steady de 90 días y el de 180?", ["W90", "W180"]),
        ("is the tech fund too risky", ["TECH"]),
        ("¿le va el fondo tecnológico?", ["TECH"]),
        ("科技基金呢", ["TECH"]),
        ("another 300 in the global one", ["TECH"]),
        ("pide otro millón en el tecnológico", ["TECH"]),
        ("the bond fund", []),
        ("the platinum one", []),
        ("deposits over the last 180 days", []),
        ("keep 90 customers out of Steady 180", ["W180"]),
    ],
)
def test_products_told_by_a_word_or_a_number_of_their_name(question: str, meant: list[str]) -> None:
    found = find_products(PlainText.of(question), STEADY)
    assert [id for mention in found for id in mention.ids] == meant
