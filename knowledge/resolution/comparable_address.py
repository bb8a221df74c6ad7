"""An address as a set of tokens that can be compared across spellings and scripts."""

import re

from knowledge.crm.names import HAN
from knowledge.resolution.plain_text import plain
from knowledge.resolution.romanisation import spelled, syllables

_NOTHING = """
省 市 区 县 镇 乡 村 路 街 道 大 号 室 栋 楼 幢 座 层 单 元 巷 弄 段 第
sheng shi qu xian zhen lu jie dao da dadao hao dong lou zhuang ceng dan yuan xiang nong duan di
road rd street st avenue ave lane no number room building bldg floor unit district city province flat apt in of the
calle c av avda avenida plaza paseo camino numero n piso puerta de del la el los las y
"""
SAYS_NOTHING = frozenset(_NOTHING.split())
"""What most addresses say, in characters, in pinyin and in Latin languages."""
PIECE = re.compile(r"\d+|[^\W\d]+")


def address_tokens(address: str | None) -> list[str]:
    """The sorted distinct tokens of an address: numbers, words, syllables of pinyin; nothing that every address has."""
    tokens: set[str] = set()
    for piece in PIECE.findall(plain(address)):
        if piece.isdigit():
            tokens.add(piece)
        elif HAN.search(piece):
            tokens.update(spelled(character) for character in piece if character not in SAYS_NOTHING)
        elif piece not in SAYS_NOTHING:
            tokens.update(each for each in syllables(piece) if each not in SAYS_NOTHING)
    return sorted(tokens)


def place_key(city: str | None) -> str | None:
    """A city's name without the word for city, in pinyin where it is in characters: 上海市 is "shanghai"."""
    folded = "".join(plain(city).split())
    bare = re.sub(r"(省|市|自治州|地区|县|区|city|shi)$", "", folded) or folded
    return "".join(spelled(character) for character in bare) or None
