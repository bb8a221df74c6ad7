"""Figures of a text whatever its language's way of writing them, and what a percentage is said to be of."""

import re
from collections import Counter
from decimal import Decimal

_MEASURES = {
    "income": r"incomes?|revenues?|turnover|ingresos?|facturación|收入|营收",
    "profit": r"profits?|earnings|beneficios?|ganancias?|utilidad(?:es)?|利润|盈利|效益",
    "cost": r"costs?|expenses?|costes?|costos?|gastos?|成本|费用",
    "assets": r"assets?|activos?|资产",
    "deposits": r"deposits?|depósitos?|存款",
    "loans": r"loans?|préstamos?|贷款",
    "balance": r"balances?|saldos?|余额",
    "customers": r"customers?|clients?|clientes?|客户|顾客",
}
"""What banks measure in percent, in the words of each language."""
_PERCENT = re.compile(r"(\d+(?:[.,]\d+)?)\s?[%％]")
_AFTER = re.compile(r"\s*(?:of|de|del|的)?\s*(?:the|its|their|las?|los|el|sus?|all|todas?|todos)?\s*([^\W\d]+)")


def figures(text: str, language: str) -> Counter[Decimal]:
    """Every figure with how often it stands there: 200,000 is 200.000 in Spanish and 20万 in Chinese."""
    if language == "es":
        text = re.sub(r"\b\d{1,3}(?:[. \u00a0\u202f]\d{3})+\b", lambda found: re.sub(r"\D", "", found[0]), text)
        text = re.sub(r"(?<=\d),(?=\d)", ".", text)
    else:
        text = re.sub(r"(?<=\d),(?=\d{3}(?!\d))", "", text)
    found: Counter[Decimal] = Counter()
    for number, scale in re.findall(r"([0-9]+(?:\.[0-9]+)?)(\s*[万亿])?", text):
        found[Decimal(number).normalize() * {"": 1, "万": 10**4, "亿": 10**8}[scale.strip()]] += 1
    return found


def percentages(text: str) -> dict[Decimal, str | None]:
    """Each percentage with the measure that it is a share of (`80% of the income`), None where none is named."""
    found: dict[Decimal, str | None] = {}
    for match in _PERCENT.finditer(text):
        after = _AFTER.match(text, match.end())
        value = Decimal(match[1].replace(",", ".")).normalize()
        found.setdefault(value, _measure(after[1]) if after else None)
    return found


def _measure(word: str) -> str | None:
    return next((name for name, words in _MEASURES.items() if re.match(rf"(?:{words})", word, re.IGNORECASE)), None)
