"""Hygiene: what a page brings along is not knowledge; what it says stays."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.library.document import Document, read_document
from knowledge.library.formats.block import Block
from knowledge.library.hygiene import clean, tidy
from knowledge.library.personal import without_personal_numbers

ARTICLES = Path(__file__).parents[4] / "shared" / "data" / "articles"


def texts(*paragraphs: str) -> list[str]:
    return [block.text for block in clean([Block(paragraph) for paragraph in paragraphs])]


LONG = "A customer who waits is told how long it will take, and why, before the time that was promised has passed by."
LATER = "The branch head reads the list of open cases every morning and decides who is to finish which of them today."
HAN = "客户的投诉由受理人登记,并在当日转交负责人,任何人不得要求客户改换渠道或者改日再来。"
HAN_LATER = "支行行长每日查看未结案件,决定由谁在当日办结,并将结果告知客户本人。"


def test_remains_of_html_go_and_comparisons_stay() -> None:
    assert texts('<tt id="5x"><source id="5x"></source></tt>', f"<p>{LONG}&nbsp;</p>", LATER) == [LONG, LATER]
    assert texts(f"{LONG} Amounts < 50 and > 20 count.") == [f"{LONG} Amounts < 50 and > 20 count."]
    assert texts("1.", "  2. <xmp></xmp>", LONG) == [LONG]


def test_bylines_and_counters_go() -> None:
    assert texts("客户投诉管理", "时间:2024-10-31 02:26:43 客户关系 我要投稿", HAN, HAN_LATER)[1:] == [HAN, HAN_LATER]
    assert texts("3 comments on “Waiting”", "Posted by: Ann", "2026-03-01", LONG, LATER, "Leave a reply") == [
        LONG,
        LATER,
    ]
    assert texts("Esperas", "Publicado el: 3/4/2026", LONG, LATER, "Visto en internet.")[1:] == [LONG, LATER]


def test_a_clause_that_begins_like_a_byline_stays() -> None:
    clause = (
        "Source: every value carries the system it comes from. Without a source it is not used. "
        "The steward asks for it within two days, and the value waits until then."
    )
    assert texts(LONG, clause, LATER) == [LONG, clause, LATER]


def test_lists_of_other_articles_go() -> None:
    links = ["客户关系的管理08-15", "客户关系管理05-11", "什么是客户关系08-02", "客户关系的流程08-21", "心得07-01"]
    assert texts(HAN, HAN_LATER, "【投诉】相关文章:", *links) == [HAN, HAN_LATER]
    assert texts(HAN, *links, HAN_LATER) == [HAN, HAN_LATER]
    assert texts(LONG, LATER, "Related articles", "How to wait", "Ten ways to queue") == [LONG, LATER]


def test_lists_of_sources_go() -> None:
    assert texts(HAN, HAN_LATER, "参考文献", "[1]李明.客户关系研究[D].某大学,2020.", "[2]王芳.投诉[J].银行,2018.") == [
        HAN,
        HAN_LATER,
    ]


def test_a_menu_of_links_goes() -> None:
    menu = [Block(f"Section {n}", link_share=1.0) for n in range(6)]
    assert [block.text for block in clean([*menu, Block(LONG), Block(LATER)])] == [LONG, LATER]


def test_text_that_stands_twice_is_kept_once_and_in_paragraphs() -> None:
    paragraphs = [
        LONG,
        "Calls are answered by a person, who gives the name of the branch and their own before all else.",
        LATER,
    ]
    lump = " ".join(paragraphs)
    assert texts(lump, *paragraphs) == paragraphs
    assert texts(*paragraphs, *paragraphs) == paragraphs
    assert texts(LONG.replace("who waits is told", "who waits is told who waits is told")) == [LONG]


def test_short_rules_that_repeat_are_all_kept() -> None:
    assert [block.text for block in clean([Block("Gold: 5 days."), Block("Gold: 5 days."), Block(LONG)])][-3:] == [
        "Gold: 5 days.",
        "Gold: 5 days.",
        LONG,
    ]


def test_sentences_of_another_text_inside_a_paragraph_go_and_terms_stay() -> None:
    mixed = f"{LONG} 在该客户生日那天,她通过电话送去祝福,客户非常感动。后来, {LATER}"
    assert texts(mixed) == [f"{LONG} {LATER}"]
    assert texts(f"{HAN}CRM(Customer Relationship Management)系统记录全部联系。") == [
        f"{HAN}CRM(Customer Relationship Management)系统记录全部联系。"
    ]
    assert texts(
        "The address is 先生 or 女士, with the surname before it, in every letter and every call that is made."
    ) == ["The address is 先生 or 女士, with the surname before it, in every letter and every call that is made."]


def test_a_bilingual_page_keeps_both_languages() -> None:
    assert texts(LONG, HAN, LATER, HAN_LATER) == [LONG, HAN, LATER, HAN_LATER]


def test_sentences_that_cannot_be_read_go() -> None:
    assert texts(f"{HAN}资料?蛻粜畔⒎稚⒌闹苯咏Y果是服务无法满足需求。{HAN_LATER}") == [HAN + HAN_LATER]
    assert texts("La reclamaciÃ³n se contesta en quince dÃ­as, salvo que la ley fije otro plazo mÃ¡s corto.") == [
        "La reclamación se contesta en quince días, salvo que la ley fije otro plazo más corto."
    ]


def test_a_torn_end_is_cut_back_to_the_last_whole_sentence() -> None:
    assert texts(LONG, f"{LATER} On the next day the list is") == [LONG, LATER]
    assert texts(LONG, LATER, "(4) On -site Q") == [LONG, LATER]


def test_broken_numbering_is_mended() -> None:
    assert texts(LONG, "2. 1 " + LATER)[1] == "2.1 " + LATER
    assert texts(LONG, "(1 (1 1 (1 1 ) Theme: " + LATER)[1] == "(1) Theme: " + LATER
    assert texts(LONG, ". " + LATER)[1] == LATER


@pytest.mark.parametrize(
    "number",
    [
        "370983198908170529",
        "12345678Z",
        "X1234567L",
        "4111 1111 1111 1111",
        "ES91 2100 0418 4502 0005 1332",
        "13812345678",
    ],
)
def test_numbers_of_persons_are_removed_everywhere(number: str) -> None:
    assert number not in without_personal_numbers(f"The customer ({number}) called.")
    assert number not in tidy([Block(f"客户号码{number},请回电。")])[0].text


@pytest.mark.parametrize(
    "text",
    ["The limit is 1,000,000,000 CNY.", "Case 20260101000012345678 is open.", "From 50,000 to 6,000,000 CNY in 2026."],
)
def test_amounts_and_case_numbers_stay(text: str) -> None:
    assert without_personal_numbers(text) == text


@given(st.lists(st.text(max_size=300), max_size=12))
def test_any_text_is_cleaned_without_failing_and_cleaning_again_adds_nothing(paragraphs: list[str]) -> None:
    once = clean([Block(paragraph) for paragraph in paragraphs])
    assert sum(len(block.text) for block in clean(once)) <= sum(len(block.text) for block in once)
    assert all(block.text for block in once)


@pytest.fixture(scope="module")
def articles() -> dict[str, Document]:
    if not ARTICLES.is_dir():
        pytest.skip("the five articles are not beside this checkout")
    return {path.name: read_document(path) for path in sorted(ARTICLES.glob("*.txt"))}


def test_no_dirt_of_the_articles_is_kept(articles: dict[str, Document]) -> None:
    dirt = [
        "<tt",
        "xmp",
        "我要投稿",
        "2024-10-31",
        "相關文章",
        "08-15",
        "370983",
        "身份证",
        "整期优先",
        "thought on",
        "Tomas",
        "在该客户生日那天",
        "(1 (1",
        "On -site",
        "Classification Number",
        "Lo encontré",
        "蛻",
        "湖南大学",
        "Keywords",
        "found it online",
    ]
    for document in articles.values():
        text = "\n".join(f"{clause.section}\n{clause.text}" for clause in document.clauses)
        assert [remain for remain in dirt if remain in text] == [], document.source


def test_what_the_articles_tell_is_kept_once(articles: dict[str, Document]) -> None:
    told = {
        "crm-in-banks.zh-hant.txt": [
            "總行層面,目前試運行",
            "客戶經理層面,CRM系統",
            "同一客戶有多張信用卡",
            "1%的老客戶",
        ],
        "crm-optimisation.zh-hans.txt": ["客户流失率指的是", "服务响应时间、服务态度", "满意度调查问卷"],
        "key-customer-care.en.txt": ["450,000 yuan", "780,000 yuan", "two flower baskets", "10 million yuan"],
        "relationship-management.en.txt": ["80% of the income", "one-stop"],
        "relationship-management.es.txt": ["80% de las ganancias", "estrategia de estratificación"],
    }
    for name, pieces in told.items():
        text = "\n".join(clause.text for clause in articles[name].clauses)
        assert {piece: text.count(piece) for piece in pieces} == dict.fromkeys(pieces, 1)
