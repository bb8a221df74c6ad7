"""Personal data that a turn has read as facts, found again wherever they stand, names in their parts as well."""

import re
from collections.abc import Iterable, Iterator
from functools import cache

from assistant.grounding.fact import Fact
from assistant.grounding.personal.found import Found
from assistant.grounding.placeholders import Personal
from assistant.grounding.written.vocabulary import everyday_latin, everyday_words
from assistant.understanding.text import PlainText, Token, key_of
from knowledge.crm.names import HAN, NameForm, fold, name_keys
from prompts import LANGUAGES, verification

KINDS = {
    "phone": Personal.PHONE, "email": Personal.EMAIL, "address": Personal.ADDRESS, "birth_date": Personal.BIRTH_DATE,
    "key_contact": Personal.PERSON, "counterparty": Personal.PERSON, "detail": Personal.PERSON,
    "absorbed_name": Personal.PERSON, "absorbed_id": Personal.NUMBER,
}  # fmt: skip
"""Measures of facts that are personal, and how they are hidden."""
NUMBERS = ("customer", "account", "customer_identifier", "source_record")
"""Tables whose numbers are personal."""
NAMES = ("customer", "employee")
_IN_BRACKETS = re.compile(r"(.+?) \((.+)\)")
_TITLE = 14
"""Characters before a name in which its title stands."""
_FEWEST = 5
"""Characters of a plain number from which it is hidden wherever it stands."""


class Learnt:
    """The personal data of a conversation's facts. `names_nobody` are words that are no person's."""

    def __init__(self) -> None:
        self._kinds: dict[str, tuple[Personal, NameForm]] = {}
        self._begin: dict[str, int] = {}

    def learn(self, facts: Iterable[Fact]) -> bool:
        """Takes in what is personal among the facts; whether anything new was."""
        before = len(self._kinds)
        for fact in facts:
            kind = _kind_of(fact)
            if kind is None:
                continue
            for written in _forms(fact):
                if kind is Personal.PERSON and fact.measure == "name":
                    self._learn_name(written, fact)
                else:
                    self._add(fold(written), kind, NameForm.FULL)
        return len(self._kinds) > before

    def found_in(self, plain: PlainText) -> Iterator[Found]:
        """Where a text says any of it."""
        tokens = plain.tokens()
        for first, token in enumerate(tokens):
            for count in range(1, min(self._begin.get(token.text, 0), len(tokens) - first) + 1):
                span = tokens[first : first + count]
                known = self._kinds.get(key_of(span))
                if known and (known[1] is NameForm.FULL or _is_part(plain, span)):
                    yield Found(span[0].start, span[-1].end, known[0])

    def _learn_name(self, written: str, fact: Fact) -> None:
        kind = Personal.COMPANY if _is_company(written) else Personal.PERSON
        for key, form in name_keys(written, None).items():
            if form is NameForm.FULL or kind is Personal.PERSON or (HAN.match(key) and len(key) > 2):
                self._add(key, kind, form)

    def _add(self, key: str, kind: Personal, form: NameForm) -> None:
        tokens = PlainText.of(key).tokens()
        if not tokens or (key.isdigit() and len(key) < _FEWEST) or (form is NameForm.FULL and len(key) < 2):
            return
        if self._kinds.get(key, (kind, NameForm.PART))[1] is not NameForm.FULL:
            self._kinds[key] = (kind, form)
        self._begin[tokens[0].text] = max(self._begin.get(tokens[0].text, 0), len(tokens))


def _kind_of(fact: Fact) -> Personal | None:
    table = re.split(r"[/?]", fact.source)[0]
    if fact.measure == "name":
        return Personal.PERSON if table in NAMES else None
    if fact.measure in ("number", "id") and table in NUMBERS:
        return Personal.NUMBER
    if fact.measure in ("value", "previous") and table == "source_value":
        return _kind_of_value(str(fact.value))
    return KINDS.get(fact.measure)


def _kind_of_value(value: str) -> Personal | None:
    """What an earlier value of a file's field may be: only its shape tells."""
    if "@" in value:
        return Personal.EMAIL
    if len(re.sub(r"\D", "", value)) >= 7:
        return Personal.PHONE
    if re.search(r"\d", value) and len(value) > 4:
        return Personal.ADDRESS
    named = re.fullmatch(r"[\u3400-\u9fff]{2,4}|[A-ZÁÉÍÓÚÑ]\S+(?: [A-ZÁÉÍÓÚÑ]\S+){1,3}", value)
    return Personal.PERSON if named else None


def _forms(fact: Fact) -> Iterator[str]:
    """The value as stored, and as it is printed: "Wang Jianguo (王建国)" is two names; a day is written twice."""
    yield str(fact.value)
    match = _IN_BRACKETS.fullmatch(fact.text)
    yield match[1] if match and match[2] == str(fact.value) else fact.text


def _is_company(name: str) -> bool:
    folded = fold(name)
    return len(folded) > 4 if HAN.search(folded) else len(folded.split()) > 4 or "." in name


def _is_part(plain: PlainText, span: list[Token]) -> bool:
    """Whether a part of a name stands for its bearer: a surname with a title, a given name, a word with a capital."""
    start, end = span[0].start, span[-1].end
    if HAN.match(span[0].text):
        titled = any(plain.plain.startswith(title, end) for title in _titles("zh"))
        return titled or (end - start > 1 and plain.plain[start:end] not in everyday_words("zh"))
    if plain.original[start].isupper():
        return len(span) > 1 or span[0].text not in everyday_latin() or _is_titled(plain, start)
    return _is_titled(plain, start)


def _is_titled(plain: PlainText, start: int) -> bool:
    return _title_before().search(plain.plain[max(0, start - _TITLE) : start]) is not None


@cache
def _title_before() -> re.Pattern[str]:
    titles = [title for language in LANGUAGES if language != "zh" for title in _titles(language)]
    return re.compile(rf"(?<!\w)(?:{'|'.join(titles)})\.?\s$")


def _titles(language: str) -> list[str]:
    return list(verification(language)["titles"])
