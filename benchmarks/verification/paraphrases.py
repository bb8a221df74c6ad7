"""Re-words the templates' answers by rule: figures written otherwise, days in other forms, columns in another order,
other words. What comes out is as true as what went in."""

import random
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise

from babel.dates import format_date
from babel.numbers import format_decimal

from assistant.grounding.fact import Fact
from benchmarks.verification.scenes import AS_OF, Piece, Statement

SYNONYMS = {
    "en": {
        "holds": "has",
        "Rose": "Increased",
        "Fell": "Dropped",
        "fell": "dropped",
        "rose": "increased",
        "is on file": "is recorded",
        "are on file": "are recorded",
        "mature": "fall due",
        "matures": "falls due",
        "The last contact": "The most recent contact",
        "Balances as of": "All balances are as of",
        "Result": "Outcome",
        "Mood": "Customer's mood",
        "due": "to be done by",
        "received": "which came in on",
        "Largest amounts out": "Biggest outflows",
        "Deposits": "Deposit balance",
    },
    "zh": {
        "由": "从",
        "增加至": "上升到",
        "减少至": "下降到",
        "共有": "一共有",
        "最近一次": "最后一次",
        "余额截至": "以上余额截至",
        "客户情绪": "客户心情",
        "结果": "处理结果",
        "存款变动": "存款变化",
        "收到": "于当日收到",
    },
    "es": {
        "Subida": "Aumento",
        "Bajada": "Descenso",
        "Constan": "Hay registrados",
        "vencen": "llegan a vencimiento",
        "El último contacto": "El contacto más reciente",
        "Saldos a": "Todos los saldos son a",
        "Resultado": "Desenlace",
        "Próximo paso": "Siguiente paso",
        "Mayores salidas": "Salidas más grandes",
    },
}
WORDS = {
    "en": ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"],
    "es": ["cero", "uno", "dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve", "diez", "once", "doce"],
    "zh": ["零", "一", "两", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二"],
}
CURRENCY = {"en": "yuan", "es": "yuanes", "zh": "元"}
NEAR = timedelta(days=300)


def paraphrases(statement: Statement, language: str, draw: random.Random) -> Iterator[str]:
    """The statement as it stands, and three ways of saying the same."""
    yield _joined([piece.text for piece in statement.pieces], statement, language)
    for style in (_exact, _rounded):
        in_words = not statement.columns
        texts = [_said(piece, language, style(piece.fact, language, draw, in_words)) for piece in statement.pieces]
        yield _joined(texts, statement, language)
    texts = [_said(piece, language, _exact(piece.fact, language, draw, False)) for piece in statement.pieces]
    if statement.columns:
        yield _in_another_order(texts, statement, language, draw)


def _joined(texts: list[str], statement: Statement, language: str) -> str:
    if not statement.columns:
        return statement.lead + "".join(texts)
    return f"| {' | '.join(cell for _, cell in _cells(texts, statement))} |"


def _cells(texts: list[str], statement: Statement) -> list[tuple[str, str]]:
    begins = [at for _, at in statement.columns] + [len(texts)]
    cells = ["".join(texts[a:b]) for a, b in pairwise(begins)]
    return [(title, cell) for (title, _), cell in zip(statement.columns, cells, strict=True)]


def _in_another_order(texts: list[str], statement: Statement, language: str, draw: random.Random) -> str:
    """A table's row as a sentence, its columns shuffled."""
    cells = [(title, cell) for title, cell in _cells(texts, statement) if cell.strip() not in ("", "–")]
    draw.shuffle(cells)
    if language == "zh":
        return "，".join(f"{title}：{cell}" for title, cell in cells) + "。"
    return ", ".join(f"{title.lower() if title.strip() else title}: {cell}" for title, cell in cells) + "."


def _said(piece: Piece, language: str, written: str | None) -> str:
    if piece.fact is not None:
        return written or piece.text
    text = piece.text
    for word, other in SYNONYMS[language].items():
        text = text.replace(word, other)
    return text


def _exact(fact: Fact | None, language: str, draw: random.Random, in_words: bool) -> str | None:
    """The same value written otherwise."""
    match fact and fact.value:
        case date() as day:
            return draw.choice(_days(day, language))
        case Decimal() | int() as value if fact:
            return draw.choice(_figures(Decimal(value), fact, language, in_words))
        case str() if fact and fact.measure == "name" and " (" in fact.text and fact.source.startswith("customer"):
            return draw.choice([fact.text.partition(" (")[0], fact.text, str(fact.value)])
    return None


def _rounded(fact: Fact | None, language: str, draw: random.Random, in_words: bool) -> str | None:
    """An amount as people say it: 1.2 million, 120万; all else as `_exact` writes it."""
    if (
        fact
        and isinstance(fact.value, Decimal)
        and len(fact.unit) == 3
        and fact.unit.isupper()
        and abs(fact.value) >= 10_000
    ):
        return _round(fact.value, fact.unit, language)
    return _exact(fact, language, draw, in_words)


def _round(value: Decimal, currency: str, language: str) -> str:
    unit = CURRENCY[language] if currency == "CNY" else currency
    size, minus = abs(value), {"en": "minus ", "es": "menos ", "zh": "负"}[language] if value < 0 else ""
    if language == "zh":
        scale, word = (Decimal(10**8), "亿") if size >= 10**8 else (Decimal(10**4), "万")
        return f"{minus}{_number(size / scale, '0.01' if size >= 10**8 else '0.1', 'zh')}{word}{unit}"
    of = "de " if language == "es" else ""
    if size >= 10**6:
        word = "million" if language == "en" else "millones"
        return f"{minus}{_number(size / 10**6, '0.01', language)} {word} {of}{unit}"
    about = "about" if language == "en" else "unos"
    return f"{about} {minus}{_number(size.quantize(Decimal('1E3'), ROUND_HALF_UP), '1', language)} {unit}"


def _number(value: Decimal, places: str, language: str) -> str:
    return str(format_decimal(value.quantize(Decimal(places), ROUND_HALF_UP), locale=language))


def _figures(value: Decimal, fact: Fact, language: str, in_words: bool) -> list[str]:
    written = str(format_decimal(value, locale=language, decimal_quantization=False))
    if fact.unit == "percent":
        first = fact.text.removesuffix(" %")
        ways = {
            "en": [f"{first}%", f"{first} percent", f"{first} per cent"],
            "zh": [f"{first}%"],
            "es": [f"{first} %", f"{first}%", f"{first} por ciento"],
        }
        return ways[language]
    if len(fact.unit) == 3 and fact.unit.isupper():
        unit = CURRENCY[language] if fact.unit == "CNY" else fact.unit
        cents = str(format_decimal(value, format="#,##0.00", locale=language))
        return {
            "en": [f"{cents} {unit}", fact.text, f"{cents} {fact.unit}"],
            "zh": [f"{cents}{unit}", fact.text],
            "es": [f"{cents} {unit}", fact.text],
        }[language]
    if (
        in_words
        and fact.measure not in ("rank",)
        and 2 <= value < len(WORDS[language])
        and value == int(value)
        and fact.unit != "score"
    ):
        return [written, WORDS[language][int(value)]] if language != "zh" else [written]
    return [written]


def _days(day: date, language: str) -> list[str]:
    near = abs(day - AS_OF) < NEAR
    iso = day.isoformat()
    relative = {AS_OF - timedelta(days=1): 0, AS_OF: 1, AS_OF + timedelta(days=1): 2}.get(day)
    match language:
        case "en":
            ways = [format_date(day, "d MMMM yyyy", locale="en"), format_date(day, "MMMM d, yyyy", locale="en"), iso]
            ways += [format_date(day, "d MMMM", locale="en"), format_date(day, "MMM d", locale="en")] if near else []
            ways += [("yesterday", "today", "tomorrow")[relative]] if relative is not None else []
        case "es":
            ways = [format_date(day, "d 'de' MMMM 'de' yyyy", locale="es"), format_date(day, "dd/MM/yyyy", locale="es")]
            ways += [format_date(day, "d 'de' MMMM", locale="es")] if near else []
            ways += [("ayer", "hoy", "mañana")[relative]] if relative is not None else []
        case _:
            ways = [f"{day.year}年{day.month}月{day.day}日", iso, *([f"{day.month}月{day.day}日"] if near else [])]
            ways += [("昨天", "今天", "明天")[relative]] if relative is not None else []
    return ways
