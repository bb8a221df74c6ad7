"""Personal data that show by their pattern: e-mail addresses, phones, identity and account numbers, addresses.

Numbers with check digits are recognised by python-stdnum, phones of many countries by phonenumbers.
"""

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from types import ModuleType

import phonenumbers
from stdnum import iban, luhn
from stdnum.cn import ric
from stdnum.cz import rc
from stdnum.es import cif, dni, nie
from stdnum.gb import nhs
from stdnum.mx import curp, rfc
from stdnum.us import ssn

from assistant.grounding.personal.found import Found
from assistant.grounding.placeholders import Personal

REGIONS = ("CN", "ES", "MX", "US", "GB")
"""Countries whose phones are recognised without their country code; with it, those of every country are."""
_EMAIL = re.compile(r"[A-Za-z0-9_.+%-]+@[\w-]+(?:\.[\w-]+)+")
_IBAN = re.compile(r"(?<![A-Za-z0-9])[A-Z]{2}\d{2}(?:[ -]?[A-Z0-9]{2,4}){3,8}(?![A-Za-z0-9])", re.IGNORECASE)
_CARD = re.compile(r"(?<![\w.,])\d(?:[ -]?\d){12,18}(?![\w]|[.,]\d)", re.ASCII)
_NUMBER = re.compile(r"(?<![\w.,@-])[A-Za-z]{0,4}\d[\dA-Za-z/-]{6,20}(?![\w@]|[.,]\d)", re.ASCII)
_DIGITS = re.compile(r"\d")
_FEWEST_DIGITS, _MOST_DIGITS = 7, 15
_PHONE = re.compile(
    r"(?<![\w.,¥€$£-])(?:\+\d{1,3}[ .-]?)?(?:\(\d{1,5}\)[ -]?)?\d(?:[ -]?\d){5,13}(?![\w]|[.,:/]\d|-\d)"
    r"|(?<![\w.,¥€$£-])\d{2,4}(?:\.\d{2,4}){2,4}(?![\w]|[.,]\d)",
    re.ASCII,
)
_DAY_LIKE = re.compile(r"\d{4}[- ]\d{1,2}[- ]\d{1,2}|\d{1,2}[. ]\d{1,2}[. ]\d{4}")
_HAN_ADDRESS = re.compile(
    r"(?:[\u4e00-\u9fff]{2,9}(?:省|自治区|市|区|县|镇|乡|街道))*"
    r"[\u4e00-\u9fff]{1,10}?(?:大道|大街|路|街|巷|弄|胡同|道|村|新村)[\dA-Za-z一二三四五六七八九十百东西南北中-]{0,6}"
    r"\d+号?(?:院|楼|幢|栋|座|单元|层|室|号|房|[\d-])*(?:号|室|楼|房|栋|单元)"
)
_HAN_LEAD = re.compile(r".*?(?:住在|位于|地址[是为]?|搬到|搬至|寄到|寄往|送到)(?=..)")
_STREET = (
    r"(?:Street|St|Road|Rd|Avenue|Ave|Lane|Ln|Drive|Dr|Square|Sq|Court|Ct|Place|Pl|Boulevard|Blvd|Way|Terrace|Close"
    r"|Crescent|Row)"
)
_LATIN_ADDRESS = re.compile(
    rf"\b\d{{1,5}}[A-Za-z]?,? (?:[A-Z][\w'’]+ ){{1,4}}{_STREET}\b\.?(?:,? (?:Apt|Flat|Suite|Unit|No)\.? ?\w+)?"
)
_CALLE = (
    r"(?:[Cc]alle|C/|[Aa]venida|Avda\.?|Av\.|[Pp]laza|Pza\.?|[Pp]aseo|P\.º|[Rr]onda|[Cc]amino|[Tt]raves[ií]a"
    r"|[Gg]lorieta|[Cc]arretera)"
)
_SPANISH_ADDRESS = re.compile(
    rf"{_CALLE}(?: (?:de|del|la|las|los|el|y))* [A-ZÁÉÍÓÚÑ][\w'’]*(?: (?:de|del|la|las|los|el|y|[A-ZÁÉÍÓÚÑ][\w'’]*))*"
    r",? (?:n\.?[ºo°]?\.? ?)?\d{1,4}(?:[ ,]+(?:\d{1,2}\.?[ºª°]|bajo|piso|puerta|esc\.?|portal)[ \w.ºª°]{0,12})?"
)


def found_by_pattern(text: str) -> Iterator[Found]:
    """The personal data in a text that show by their pattern."""
    for match in _EMAIL.finditer(text):
        yield Found(match.start(), match.end(), Personal.EMAIL)
    for pattern in (_HAN_ADDRESS, _LATIN_ADDRESS, _SPANISH_ADDRESS):
        for match in pattern.finditer(text):
            lead = _HAN_LEAD.match(match[0])
            yield Found(match.start() + (lead.end() if lead else 0), match.end(), Personal.ADDRESS)
    if len(_DIGITS.findall(text)) < _FEWEST_DIGITS:
        return
    for match in _IBAN.finditer(text):
        if iban.is_valid(match[0], check_country=False):
            yield Found(match.start(), match.end(), Personal.NUMBER)
    for match in _CARD.finditer(text):
        if luhn.is_valid(re.sub(r"[ -]", "", match[0])):
            yield Found(match.start(), match.end(), Personal.NUMBER)
    for match in _NUMBER.finditer(text):
        if any(kind.is_valid(match[0]) for kind in _identity_numbers()):
            yield Found(match.start(), match.end(), Personal.NUMBER)
    yield from _phones(text)


@cache
def _identity_numbers() -> tuple[ModuleType, ...]:
    """Kinds of numbers with a check digit, or a fixed shape that little else has."""
    return (ric, dni, nie, cif, curp, rfc, ssn, rc, nhs)


def _phones(text: str) -> Iterator[Found]:
    for match in _PHONE.finditer(text):
        digits = len(_DIGITS.findall(match[0]))
        if _FEWEST_DIGITS <= digits <= _MOST_DIGITS and not _DAY_LIKE.fullmatch(match[0]) and _is_phone(match[0]):
            yield Found(match.start(), match.end(), Personal.PHONE)


@lru_cache(maxsize=5_000)
def _is_phone(written: str) -> bool:
    """Whether it is a phone of one of the countries, or with its country code of any."""
    for region in (None,) if written.startswith("+") else REGIONS:
        try:
            if phonenumbers.is_valid_number(phonenumbers.parse(written, region)):
                return True
        except phonenumbers.NumberParseException:
            return False
    return False
