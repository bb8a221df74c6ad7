"""Furniture of a page: menus, link lists, bylines, comment counters, reference lists."""

import re
from collections.abc import Sequence

from knowledge.library.formats.block import Block

SHORT = 100
"""Weight (a Chinese character counts three) up to which a line can be furniture."""

_DATE = r"(?:\d{4}\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4})"
_LABEL = re.compile(
    r"^[\W\d]*(?:时间|時間|日期|发布\w{0,4}|發布\w{0,4}|作者|单位|單位|来源|來源|编辑|編輯|责任编辑|身份证\w{0,2}|"
    r"关键词|關鍵詞|关键字|中图分类号|文献标识码|文章编号|网络出版\w{0,4}|浏览\w{0,3}|阅读\w{0,3}|标签|點擊\w{0,3}|"
    r"keywords?|key words|posted(?: on| by)?|published(?: on| by)?|updated(?: on)?|written by|by|authors?|source|tags?|"
    r"filed under|categor(?:y|ies)|palabras clave|publicado(?: el| por)?|autor(?:es)?|por|fuente|fecha|etiquetas|"
    r"(?:china )?library classification number|document (?:identification|identifier|number)\w*|doi|issn|isbn)"
    r"\s*[:：].*$",
    re.IGNORECASE,
)
_CODES = re.compile(
    r"classification number|clasificación de (?:la )?biblioteca|中图分类号|document identification", re.I
)
_PHRASE = re.compile(
    r"^\W*(?:\d+ (?:thoughts? on|comments?|replies|responses to|comentarios?)\b.*|leave a (?:reply|comment).*|"
    r"(?:share|tweet|print|e-?mail) (?:this|on|to)\b.*|(?:read|view|load|show) (?:more|less|next).*|"
    r"(?:back to top|next|previous|home|log ?in|sign (?:in|up)|subscribe|search|menu|skip to \w+)|"
    r"(?:all rights reserved|copyright|©).*|you may also like.*|advertisement|sponsored|"
    r"(?:lo )?(?:encontré|visto|sacado) (?:en|de) internet\W*|compartir(?: en)?\b.*|leer más.*|ver más.*|"
    r"deja un comentario.*|"
    r"todos los derechos reservados.*|publicidad|inicio|"
    r"(?:i )?(?:found|saw|got) (?:it|this)? ?(?:on the (?:internet|web)|online)\W*|"
    r".{0,40}我要投稿|点赞.*|收藏|分享到.*|上一[篇页].*|下一[篇页].*|返回\w{0,4}|查看更多.*|阅读全文.*|版权所有.*|"
    r"[\W\d]*\(?整期优先\)?.*|(?:page|página|第)\s*\d+\s*(?:of|de|页)?\s*\d*\W*)$",
    re.IGNORECASE,
)
_LIST_TITLE = re.compile(
    r"(?:相关|相關|推荐|推薦|热门|熱門|猜你喜欢|延伸)(?:文章|阅读|閱讀|内容|链接|推荐)?\s*[:：]?\s*$|"
    r"^\W*(?:related|recommended|popular|recent|more) (?:articles?|posts?|stories|reading|links?|from)\b.{0,40}$|"
    r"^\W*(?:see also|further reading|artículos? relacionados?|entradas? relacionadas?|te puede interesar|lo más leído|"
    r"también te puede|enlaces de interés)\b.{0,40}$",
    re.IGNORECASE,
)
_REFERENCES_TITLE = re.compile(
    r"^\W*(?:参考文献|參考文獻|references|bibliography|works cited|referencias|bibliografía)\W*$", re.I
)
_REFERENCE = re.compile(r"^\s*(?:\[\d+\]|\d+[.)])|\[[DJMNCPRSZ](?:/OL)?\]|\b(?:19|20)\d\d\b")
_DATED_LINK = re.compile(rf"(?:{_DATE}|\d{{1,2}}-\d{{1,2}})\s*$")
_SENTENCE_END = re.compile(r"[.。!！?？;；:：]\W*$")


def without_furniture(blocks: Sequence[Block]) -> list[Block]:
    kept = _without_lists(blocks)
    kept = [block for block in kept if block.table or not is_furniture(block)]
    return _without_front(kept)


def is_furniture(block: Block) -> bool:
    """Whether a short block is a byline, a counter, a button's words or a lone date."""
    text = block.text
    if _CODES.search(text) and _weight(text) < 3 * SHORT:
        return True
    if _LABEL.match(text) and _weight(text) < 3 * SHORT and text.count("。") + text.count(". ") < 2:
        return True
    if block.link_share > 0.8 and _weight(text) < SHORT and not _SENTENCE_END.search(text):
        return True
    if _weight(text) > SHORT:
        return False
    bare = re.sub(_DATE, "", text)
    return bool(_PHRASE.match(text)) or not re.search(r"[^\W\d_]{2,}|[\u3400-\u9fff]", bare)


def _without_lists(blocks: Sequence[Block]) -> list[Block]:
    """Drops titles like "Related articles" or "References" with the short lines that follow them, and runs of
    dated links wherever they stand."""
    kept: list[Block] = []
    dropping: re.Pattern[str] | None = None
    for position, block in enumerate(blocks):
        short = _weight(block.text) <= SHORT and not block.table
        if short and (_LIST_TITLE.search(block.text) or _REFERENCES_TITLE.match(block.text)):
            dropping = _REFERENCES_TITLE if _REFERENCES_TITLE.match(block.text) else _LIST_TITLE
            continue
        if dropping is _REFERENCES_TITLE and not block.level and _REFERENCE.search(block.text):
            continue
        if dropping is _LIST_TITLE and short and not block.level and not re.search(r"[。！？]$", block.text):
            continue
        dropping = None
        if not _in_link_run(blocks, position):
            kept.append(block)
    return kept


def _in_link_run(blocks: Sequence[Block], position: int) -> bool:
    """Whether four neighbours, this one among them, are short lines that end in a date, or are all links."""

    def is_link(index: int) -> bool:
        if not 0 <= index < len(blocks):
            return False
        block = blocks[index]
        linked = bool(_DATED_LINK.search(block.text)) or block.link_share > 0.8
        return linked and _weight(block.text) <= SHORT and not block.table

    return any(all(is_link(start + n) for n in range(4)) for start in range(position - 3, position + 1))


def _without_front(blocks: list[Block]) -> list[Block]:
    """Of the short lines before the first paragraph only the title stays: the others are names and captions."""
    if any(block.level > 1 or (block.level and n) for n, block in enumerate(blocks)):
        return blocks
    first = next((n for n, block in enumerate(blocks) if block.table or _weight(block.text) > SHORT), len(blocks))
    front = blocks[:first]
    if first == len(blocks) or not front:
        return blocks
    numbered = next(
        (n for n, block in enumerate(front) if re.match(r"^[\d一二三四五六七八九十]+[、.，,]", block.text)), first
    )
    captions = [b for b in front[:numbered] if not _SENTENCE_END.search(b.text)]
    titles = [b for b in captions if _weight(b.text) >= 12] or captions
    body = [b for b in front[:numbered] if b not in captions] + front[numbered:] + blocks[first:]
    if not titles:
        return body
    title = Block(titles[0].text, level=1)
    return [title, *(block for block in body if block.text != title.text)]


def _weight(text: str) -> int:
    return sum(3 if ord(c) > 0x2E80 else 1 for c in text)
