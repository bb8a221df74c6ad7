"""Hygiene: what a page brings along that is not knowledge is left out before anything is indexed.

`tidy` repairs characters and is safe for every document. `clean` judges as well: it is for files
without front matter, which nobody has curated. Its rules are general: they look at the form of a
line, never at a particular source.
"""

import html
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace

from knowledge.library.formats.block import Block
from knowledge.library.furniture import without_furniture
from knowledge.library.personal import without_personal_numbers
from knowledge.library.repetition import without_repetition

_HTML_NAMES = (
    "a abbr article aside b big blockquote body br button center code dd del details dfn div dl dt em embed fieldset "
    "figure font footer form h1 h2 h3 h4 h5 h6 head header hr html i iframe img input ins kbd label legend li link "
    "main mark meta nav noscript object ol option p param pre q rp rt ruby s samp script section select small source "
    "span strong style sub summary sup svg table tbody td textarea tfoot th thead title tr tt u ul var video wbr xmp"
).replace(" ", "|")
_TAG = re.compile(rf"</?(?:{_HTML_NAMES})(?:\s[^<>]*)?/?>|<!--.*?-->|<!doctype[^>]*>", re.IGNORECASE | re.DOTALL)
_INVISIBLE = re.compile("[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_HAN = "\u3400-\u9fff"
_FOREIGN_IN_LATIN = re.compile(f"[{_HAN}][{_HAN}\\d\\s,.;:!?，。；：！？、“”‘’（）《》\"'()—…]{{6,}}")
_FOREIGN_IN_HAN = re.compile(r"(?:[A-Za-z][A-Za-z'’-]*[\s,;:]+){11,}[A-Za-z][A-Za-z'’-]*[.!?]?")
_MISDECODED = re.compile(f"[{_HAN}]\\?[{_HAN}]|\\?[{_HAN}]{{2}}|[\u2488-\u249b\ufffd]|[ÃÂâ][\u0080-\u00bf€™œ]")
_SENTENCES = re.compile(r"(?<=[。！？；])|(?<=[.!?])\s+")
_STRAY_WORDS = re.compile(r"(?<=[a-zà-ÿ)\"”][.!?])\s+[A-ZÀ-Ý]\w*(?:\s[a-zà-ÿ]+){0,2}$")
_SENTENCE_END = re.compile(r"[.。!！?？…:：;；][\"'”’»)）\]】]*$")


def tidy(blocks: Sequence[Block]) -> list[Block]:
    """Without markup remains, invisible characters and personal numbers; spaces in order."""
    result = []
    for block in blocks:
        lines = [_plain(line) for line in block.text.split("\n")]
        text = "\n".join(line for line in lines if line)
        if text:
            result.append(replace(block, text=without_personal_numbers(text)))
    return result


def clean(blocks: Sequence[Block]) -> list[Block]:
    """What is left for knowledge of an uncurated page."""
    kept = tidy(blocks)
    kept = without_furniture(kept)
    kept = [block if block.table else replace(block, text=_repaired(block.text)) for block in kept]
    kept = without_repetition([block for block in kept if re.search(r"\w", block.text)])
    return _without_torn_end(kept)


def _plain(line: str) -> str:
    line = _mended_encoding(line)
    line = html.unescape(_TAG.sub(" ", line)) if "<" in line or "&" in line else line
    line = _INVISIBLE.sub("", unicodedata.normalize("NFC", _TAG.sub(" ", line)))
    line = " ".join(line.split())
    return "" if re.fullmatch(r"(?:\d+[.)]\s*)*", line) and not line.isdigit() else line


def _repaired(text: str) -> str:
    """Mends what can be mended, and drops the sentences that cannot be read."""
    text = _numbering(text)
    text = re.sub(r"(?<=[a-zà-ÿ]) -(?=[a-zà-ÿ])", "-", text)
    text = re.sub(f"(?<=[{_HAN}])['.](?=[{_HAN}])", "", text)
    text = re.sub(r"\b(\w+(?:\s+\w+){2,11})[,;]?\s+\1\b", r"\1", text)
    text = _without_foreign_runs(text)
    if _MISDECODED.search(text):
        text = "".join(
            _joined(part) for part in _SENTENCES.split(text) if part and not _MISDECODED.search(part)
        ).strip()
    text = " ".join(text.split())
    return _STRAY_WORDS.sub("", text) if len(text) > 100 else text


def _joined(sentence: str) -> str:
    return sentence if sentence[-1] in "。！？；" else sentence + " "


def _numbering(text: str) -> str:
    """`2. 1 Strengthening` is 2.1; `(1 (1 1 (1 1 ) Theme` is (1); a lost number leaves no point behind."""
    text = re.sub(r"^(\d{1,2})\.\s(\d{1,2})(?=\s)", r"\1.\2", text)
    text = re.sub(r"^[（(](\d{1,2})(?:[\s()（）]+\d{1,2}){2,}[\s()（）]+(?=\w)", r"(\1) ", text)
    return re.sub(r"^[.,;:。，、；：)）\]】]+\s*", "", text)


def _mended_encoding(text: str) -> str:
    """UTF-8 that was once read as Windows-1252 (`Ã©`) is read again."""
    if not re.search(r"[ÃÂâ][\u0080-\u00bf€™œ“”]", text):
        return text
    for encoding in ("cp1252", "latin-1"):
        try:
            return text.encode(encoding).decode("utf-8")
        except UnicodeError:
            continue  # the text holds characters of another source: tried otherwise, or left for judgement
    return text


def _without_foreign_runs(text: str) -> str:
    """A sentence of another script inside a paragraph is a remain of another text; names and terms stay."""
    han = len(re.findall(f"[{_HAN}]", text))
    letters = len(re.findall(r"[A-Za-zÀ-ÿ]", text))
    if not han or not letters:
        return text
    if han * 3 < letters:
        return _FOREIGN_IN_LATIN.sub(" ", text)
    return _FOREIGN_IN_HAN.sub("", text) if letters < han else text


def _without_torn_end(blocks: list[Block]) -> list[Block]:
    """A page cut off in the middle of a sentence ends with the last whole one."""
    kept = list(blocks)
    while kept and not kept[-1].table:
        last = kept[-1]
        if last.level == 0 and _SENTENCE_END.search(last.text):
            break
        sentences = _SENTENCES.split(last.text)
        whole = last.text[: len(last.text) - len(sentences[-1])].rstrip() if len(sentences) > 1 else ""
        kept.pop()
        if re.sub(r"[^\w]|\d", "", whole) and len(whole) > 20:
            kept.append(replace(last, text=whole))
            break
        if last.level == 0 and len(last.text) > 200:
            break
    return kept if kept else list(blocks)
