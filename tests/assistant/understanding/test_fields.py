"""Fields and new values as people name them."""

import pytest

from assistant.understanding.fields import find_field, find_new_value
from assistant.understanding.text import PlainText


@pytest.mark.parametrize(
    "question, field, value",
    [
        ("set her phone to 13800001111", "phone", "13800001111"),
        ("I want to change Zhang Li's e-mail address to li@mail.example.", "email", "li@mail.example"),
        ("her address is now Calle Mayor 5, Madrid", "address", "Calle Mayor 5, Madrid"),
        ("把她的电话改成138 0000 1111。", "phone", "138 0000 1111"),
        ("張麗的住址更新為：文峰区1号", "address", "文峰区1号"),
        ("cambia a María García López su dirección a Calle Mayor 5", "address", "Calle Mayor 5"),
        ("corrige la fecha de nacimiento de Ana a 2 de mayo de 1980", "birth_date", "2 de mayo de 1980"),
        ("Zhang Li gave us a new phone number: 138 0000 1111", "phone", "138 0000 1111"),
        ("张丽换手机了，新号是13800001111", "phone", "13800001111"),
        ("tiene un correo nuevo, li@mail.example", "email", "li@mail.example"),
        ("what is the new phone, and since when?", "phone", None),
        ("她的新手机号是多少", "phone", None),
        ("who changed her phone, when, from what to what?", "phone", None),
        ("谁改过她的电话，从什么改成什么", "phone", None),
        ("¿quién cambió su dirección, cuándo y de qué a qué?", "address", None),
        ("which of my customers lack a phone", "phone", None),
        ("¿a qué clientes les falta el teléfono?", "phone", None),
        ("prepare me for a call to Zhang Li", None, None),
        ("set her phone to", "phone", None),
        ("", None, None),
    ],
)
def test_what_is_to_stand_in_which_field(question: str, field: str | None, value: str | None) -> None:
    text = PlainText.of(question)
    found = find_new_value(text)
    assert (found.written if found else None) == value
    assert find_field(text.plain[: found.start] if found else text.plain) == field
