"""What may not be said: promised returns, unverified comparisons, pressure, another customer, in three languages."""

import pytest

from assistant.recommend.conduct import breaches, conduct_rules
from prompts import LANGUAGES, phrase, phrase_codes

FORBIDDEN = [
    ("promised_return", "This fund is guaranteed to pay 5 %."),
    ("promised_return", "There is no risk at all."),
    ("promised_return", "It is as safe as a deposit."),
    ("promised_return", "You will earn 6 % a year."),
    ("promised_return", "这款产品保本保收益"),
    ("promised_return", "這款產品穩賺不賠"),
    ("promised_return", "零风险，您放心"),
    ("promised_return", "Rentabilidad garantizada"),
    ("promised_return", "Es una inversión sin riesgo"),
    ("promised_return", "Ganará al menos un 5 %"),
    ("unverified_comparison", "It pays several times the bank rate of the same period."),
    ("unverified_comparison", "收益是同期存款利率的好几倍"),
    ("unverified_comparison", "比他行高很多"),
    ("unverified_comparison", "Paga tres veces más que un depósito"),
    ("unverified_comparison", "Es mejor que cualquier banco"),
    ("pressure", "Only today!"),
    ("pressure", "You have to decide now."),
    ("pressure", "名额有限，抓紧时间"),
    ("pressure", "Última oportunidad, dese prisa"),
]


@pytest.mark.parametrize("code, line", FORBIDDEN)
def test_it_is_caught(code: str, line: str) -> None:
    assert code in {breach.code for breach in breaches(line)}
    assert code in {breach.code for breach in breaches(line.upper())}


@pytest.mark.parametrize(
    "line",
    [
        "It is no deposit: you may get back less than you paid in.",
        "The benchmark is no promise.",
        "业绩比较基准不构成承诺，可能亏损本金。",
        "El índice de referencia no es una promesa.",
        "Ana, you have been with us since 2016.",
    ],
)
def test_what_is_honest_may_be_said(line: str) -> None:
    assert breaches(line, ["王建国", "James Carter"]) == []


@pytest.mark.parametrize("name, line", [("王建国", "像王建國一樣買"), ("James Carter", "Like mr JAMES CARTER did")])
def test_another_customer_is_not_named(name: str, line: str) -> None:
    assert [breach.code for breach in breaches(line, [name])] == ["another_customer"]


@pytest.mark.parametrize("book", ["talking_points", "needs", "suitability", "wealth_plan"])
def test_none_of_our_own_sentences_breaks_a_rule(book: str) -> None:
    for code in phrase_codes(book):
        for language in LANGUAGES:
            line = "".join(words + (f"<{name}>" if name else "") for words, name in phrase(book, code, language))
            assert breaches(line) == [], (code, language)


def test_every_rule_speaks_every_language() -> None:
    for code, rule in conduct_rules().rules.items():
        assert set(rule.patterns) == set(LANGUAGES), code
