"""Lies: a sentence with one thing in it changed."""

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass

from benchmarks.verification.scenes import Scene

KINDS = (
    "digit",
    "magnitude",
    "sign",
    "direction",
    "unit",
    "currency",
    "name",
    "date",
    "product",
    "percent",
    "word",
    "citation",
)


@dataclass(frozen=True)
class Mutation:
    """A changed sentence, what kind of change it is, and where."""

    text: str
    kind: str
    start: int
    end: int
    was: str


SWAPS: dict[str, dict[str, list[tuple[str, list[str]]]]] = {
    "en": {
        "magnitude": [(r"million", ["billion", "thousand"]), (r"thousand", ["million"])],
        "direction": [
            (r"\bfell\b|\bdropped\b", ["rose", "increased"]),
            (r"\brose\b|\bincreased\b", ["fell", "dropped"]),
            (r"\bFell\b|\bDropped\b", ["Rose"]),
            (r"\bRose\b|\bIncreased\b", ["Fell"]),
            (r"\bdrop\b", ["rise"]),
        ],
        "unit": [
            (r"(?<=[\w] )days?\b", ["months", "weeks"]),
            (r"(?<=\d )months?\b", ["days", "years"]),
            (r"\bhours\b", ["days"]),
            (r"(?<=\d)-month\b", ["-year", "-day"]),
        ],
        "currency": [(r"CN¥|(?<![A-Z])¥", ["€", "US$"]), (r"\byuan\b", ["euros", "dollars"]), (r"\bCNY\b", ["EUR"])],
        "date": [
            (
                r"\b(?:January|February|March|April|June|July|August|September|October|November|December)\b",
                ["January", "March", "May", "July", "August", "October", "December"],
            ),
            (r"\b(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\b", ["Jan", "Mar", "May", "Jul", "Oct", "Dec"]),
            (r"\byesterday\b", ["tomorrow", "today"]),
            (r"\btomorrow\b", ["yesterday", "today"]),
            (r"\bMonday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday\b", ["Monday", "Thursday"]),
            (r"\bNext month\b", ["Last month"]),
        ],
        "percent": [(r"(?<=\d)\s?(?:%|percent|per cent)", [" days", " customers"])],
        "word": [
            (
                r"\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)\b",
                ["two", "three", "five", "seven", "nine", "eleven", "thirteen"],
            )
        ],
    },
    "es": {
        "magnitude": [(r"\bmillones\b", ["mil", "mil millones"]), (r"\bmil\b", ["millones de"])],
        "direction": [
            (r"\bbajaron\b|\bcayeron\b", ["subieron"]),
            (r"\bsubieron\b", ["bajaron"]),
            (r"\bbajó\b", ["subió"]),
            (r"\bSubida\b|\bAumento\b", ["Bajada"]),
            (r"\bBajada\b|\bDescenso\b", ["Subida"]),
            (r"\bcaída es\b", ["subida es"]),
        ],
        "unit": [
            (r"(?<=[\w] )días?\b", ["meses", "semanas"]),
            (r"(?<=\d )meses\b", ["días", "años"]),
            (r"\bhoras\b", ["días"]),
        ],
        "currency": [(r"\byuanes\b", ["euros", "dólares"]), (r"\bCNY\b", ["EUR", "USD"])],
        "date": [
            (
                r"\b(?:enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre)\b",
                ["enero", "marzo", "mayo", "julio", "octubre", "diciembre"],
            ),
            (r"\b(?:ene|feb|mar|abr|may|jun|jul|ago|sept|oct|nov|dic)\b", ["ene", "mar", "jul", "oct", "dic"]),
            (r"\b[Aa]yer\b", ["mañana", "hoy"]),
            (r"\bmañana\b", ["ayer", "hoy"]),
        ],
        "percent": [(r"(?<=\d)\s?(?:%|por ciento)", [" días", " clientes"])],
        "word": [
            (
                r"\b(?:dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|once|doce)\b",
                ["dos", "tres", "cinco", "siete", "nueve", "once", "trece"],
            )
        ],
    },
    "zh": {
        "magnitude": [(r"(?<=[\d多])万", ["亿", "千"]), (r"亿", ["万"])],
        "direction": [("减少|下降|降", ["增加"]), ("增加|上升|升", ["减少"])],
        "unit": [
            ("(?<=[\\d一二三四五六七八九十])天", ["个月", "周"]),
            ("个月", ["天", "年"]),
            ("小时", ["天"]),
            ("(?<=\\d)岁", ["个月"]),
        ],
        "currency": [("(?<=[\\d万亿])元", ["美元", "欧元"]), ("¥", ["€", "US$"])],
        "date": [
            ("(?<!\\d)(?:[1-9]|1[0-2])月(?=\\d)", ["1月", "3月", "7月", "10月", "12月"]),
            ("昨天", ["明天", "今天"]),
            ("明天", ["昨天", "今天"]),
            ("周三", ["周一"]),
        ],
        "percent": [("(?<=\\d)\\s?%", ["天", "位客户"])],
        "word": [("[两三四五六七八九](?=[个位名家笔件项次条份成])", ["两", "三", "五", "七", "九"])],
    },
}


def mutations(
    text: str, scene: Scene, language: str, others: dict[str, list[str]], draw: random.Random
) -> Iterator[Mutation]:
    """One change of each kind that the sentence allows for. `others` are names of the store by kind."""
    yield from _digits(text, draw)
    for kind, swaps in SWAPS[language].items():
        places = [(match, choices) for pattern, choices in swaps for match in re.finditer(pattern, text)]
        if places:
            match, choices = draw.choice(places)
            fit = [choice for choice in choices if choice.lower() != match[0].strip().lower()]
            if fit:
                yield _changed(text, match.start(), match.end(), draw.choice(fit), kind)
    yield from _scaled(text, draw)
    yield from _signed(text)
    yield from _renamed(text, scene, others, draw)
    yield from _cited(text)


def _changed(text: str, start: int, end: int, by: str, kind: str) -> Mutation:
    return Mutation(text[:start] + by + text[end:], kind, start, start + len(by), text[start:end])


def _digits(text: str, draw: random.Random) -> Iterator[Mutation]:
    """Two digits of the sentence, each changed to another."""
    places = [match.start() for match in re.finditer(r"\d", text)]
    for at in draw.sample(places, min(2, len(places))):
        kind = "percent" if re.match(r"[\d.,]*\s?(?:%|percent|per cent|por ciento)", text[at:]) else "digit"
        yield _changed(text, at, at + 1, draw.choice([d for d in "0123456789" if d != text[at]]), kind)


def _scaled(text: str, draw: random.Random) -> Iterator[Mutation]:
    """A nought added to or taken from the whole part of a figure."""
    places = list(re.finditer(r"(?<![\w.,:/-])\d[\d.,]*\d(?=\s?(?:yuan|CNY|元|万|%|$|[ 。，,|]))", text))
    if places:
        match = draw.choice(places)
        by = match[0][:-1] if match[0].endswith("0") and match[0][-2] not in ".," else match[0] + "0"
        if not re.search(r"[.,]\d{0,3}$", match[0]):
            yield _changed(text, match.start(), match.end(), by, "magnitude")


def _signed(text: str) -> Iterator[Mutation]:
    minus = re.search(r"[-−](?=(?:CN)?¥|\d[\d.,]*\s(?:CNY|yuan))|minus (?=[\dC¥])|menos (?=\d)|负(?=[\d¥])", text)
    if minus:
        yield _changed(text, minus.start(), minus.end(), "", "sign")
        return
    plain = re.search(r"(?<![-\w])(?:CN¥|¥)?\d[\d,.]{5,}", text)
    if plain:
        yield _changed(text, plain.start(), plain.start(), "-", "sign")


def _renamed(text: str, scene: Scene, others: dict[str, list[str]], draw: random.Random) -> Iterator[Mutation]:
    """A name changed to another one on the ledger, to another one of the store, or to nobody's."""
    for kind in ("customer", "employee", "product", "unit"):
        here = [fact for fact in scene.ledger.facts if fact.measure == "name" and fact.source.startswith(f"{kind}/")]
        found = [
            (text.find(form), form) for fact in here for form in _forms(fact.text, str(fact.value)) if form in text
        ]
        if not found:
            continue
        at, form = max(found, key=lambda place: len(place[1]))
        alike = [name for name in others[kind] if _is_han(name) == _is_han(form) and name not in text]
        there = [
            other
            for fact in here
            for other in _forms(fact.text, str(fact.value))
            if other not in text and _is_han(other) == _is_han(form) and other not in form and form not in other
        ]
        for choices in (there, alike):
            if choices:
                label = "product" if kind == "product" else "name"
                yield _changed(text, at, at + len(form), draw.choice(choices), label)
        if kind in ("customer", "employee"):
            yield _changed(text, at, at + len(form), _misspelt(form, draw), "name")


def _forms(text: str, value: str) -> list[str]:
    return [form for form in {text.partition(" (")[0], value, text} if len(form) > 1]


def _is_han(name: str) -> bool:
    return re.search(r"[\u3400-\u9fff]", name) is not None


def _misspelt(name: str, draw: random.Random) -> str:
    """A name that is not quite the name: one character or one word of it changed."""
    if not name.isascii() and re.match(r"[\u3400-\u9fff]", name):
        return name[:-1] + draw.choice([c for c in "华明芳强静波" if c != name[-1]])
    words = name.split(" ")
    words[-1] = draw.choice(
        [word for word in ("Quackenbush", "Delacroix", "Ferreiro", "Holloway") if word != words[-1]]
    )
    return " ".join(words)


def _cited(text: str) -> Iterator[Mutation]:
    match = re.search(r"[\w-]+\.(?:en|zh|es)/[\d.]+\d", text)
    if match:
        yield _changed(text, match.end() - 1, match.end(), "7", "citation")
