"""A stream is cut into what can be checked by itself, the same however it comes."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.grounding.sentences import LONGEST, Sentences

TEXTS = st.lists(
    st.one_of(
        st.sampled_from(
            [
                "Her balance is CN¥1,234.50. ",
                "Mr. Carter called.",
                " e.g. on Nov. 5",
                "王建国有30万元。",
                "好；",
                "¿Sí? ",
                "1. ",
                "- ",
                "| a | 1.5 |\n",
                "\n\n",
                "## Title\n",
                "…",
                "...",
                " ",
                "S.A. ",
                "(see 2.1). ",
                "”",
                "3.5 %",
                "！",
                "p. ej. ",
            ]
        ),
        st.text(alphabet="aB1.!?。 \n", max_size=5),
    ),
    max_size=14,
).map("".join)


def cut(text: str, size: int | None = None) -> list[str]:
    sentences = Sentences()
    pieces = [text] if size is None else [text[at : at + size] for at in range(0, len(text), size)]
    found = [sentence for piece in pieces for sentence in sentences.feed(piece)]
    return found + sentences.rest()


@given(TEXTS, st.integers(1, 7))
@settings(max_examples=300, deadline=None)
def test_the_pieces_of_a_stream_make_no_difference_and_nothing_is_lost(text: str, size: int) -> None:
    whole = cut(text)
    assert "".join(whole) == text
    assert cut(text, size) == whole
    assert all(sentence.strip() for sentence in whole[:-1])


@pytest.mark.parametrize(
    "text, expected",
    [
        ("It is CN¥1,234.50. She has 3.5 %.", ["It is CN¥1,234.50. ", "She has 3.5 %."]),
        ("Mr. Carter called, e.g. on Nov. 5. Call back.", ["Mr. Carter called, e.g. on Nov. 5. ", "Call back."]),
        ("J. Carter of Hotels Ltd. owes approx. 5 % now.", ["J. Carter of Hotels Ltd. owes approx. 5 % now."]),
        ("La Sra. García pagó 1.234,50 €. ¿Y ayer? Nada.", ["La Sra. García pagó 1.234,50 €. ", "¿Y ayer? ", "Nada."]),
        ("存款30万元。12月25日到期！好；", ["存款30万元。", "12月25日到期！", "好；"]),
        ("他说：“好。”然后走了。", ["他说：“好。”", "然后走了。"]),
        ("## Deposits\n\n- one. Two\n- three", ["## Deposits\n\n", "- one. ", "Two\n", "- three"]),
        ("1. First item. More\n2. Second", ["1. First item. ", "More\n", "2. Second"]),
        ("| a | b. c |\n| --- | --- |\n", ["| a | b. c |\n", "| --- | --- |\n"]),
        ("Really?! Yes... perhaps. OK", ["Really?! ", "Yes... perhaps. ", "OK"]),
        ("  \n\nText", ["  \n\nText"]),
        ("", []),
    ],
)
def test_sentences_items_and_rows(text: str, expected: list[str]) -> None:
    assert cut(text) == expected
    assert cut(text, 1) == expected


def test_a_sentence_is_passed_on_once_the_next_one_begins() -> None:
    sentences = Sentences()
    assert sentences.feed("It is 3.") == []
    assert sentences.feed("5 %. ") == []
    assert sentences.feed("N") == ["It is 3.5 %. "]
    assert sentences.feed("ext.") == []
    assert sentences.rest() == ["Next."]
    assert sentences.rest() == []


def test_a_text_without_an_end_does_not_wait_for_ever() -> None:
    text = "word " * LONGEST
    found = cut(text, 50)
    assert "".join(found) == text
    assert max(map(len, found)) <= LONGEST
    assert all(sentence.endswith(" ") for sentence in found)
