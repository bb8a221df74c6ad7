"""What is told of a task or of a contact, in three languages."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.understanding.telling import (
    LONGEST_LINE,
    Step,
    channel_of,
    errand_of,
    mood_of,
    next_step_of,
    note_of,
    purpose_of,
    task_kind_of,
)
from knowledge.crm.codes import Channel, Mood, TaskKind

TODAY = date(2026, 11, 20)  # a Friday


@pytest.mark.parametrize(
    "told, errand, kind",
    [
        ("remind me to call Zhang Li on Friday", "Call Zhang Li", TaskKind.CALL),
        ("Remind me on Monday to call Zhang Li about the deposit", "Call Zhang Li about the deposit", TaskKind.CALL),
        ("Please add a task for her: send the contract by Friday", "Send the contract", TaskKind.DOCUMENT),
        ("don't let me forget to send her the brochure tomorrow", "Send her the brochure", TaskKind.FOLLOW_UP),
        ("put a call with Ana on my list for Tuesday", "Put a call with Ana on my list", TaskKind.CALL),
        ("remind me", "Remind me", TaskKind.FOLLOW_UP),
        ("提醒我周五给张丽打电话", "给张丽打电话", TaskKind.CALL),
        ("帮我建一个任务，明天拜访张丽", "拜访张丽", TaskKind.VISIT),
        ("别让我忘了下周一给她送生日鲜花", "给她送生日鲜花", TaskKind.GESTURE),
        ("recuérdame llamar a María el viernes", "Llamar a María", TaskKind.CALL),
        ("recuérdame el lunes que viene que tengo que firmar el contrato", "Firmar el contrato", TaskKind.DOCUMENT),
        ("crea una tarea para visitar a Ana mañana", "Visitar a Ana", TaskKind.VISIT),
    ],
)
def test_a_reminder_keeps_what_is_to_be_done(told: str, errand: str, kind: TaskKind) -> None:
    assert (errand_of(told, TODAY), task_kind_of(told)) == (errand, kind)


@given(st.text(max_size=400))
def test_any_words_make_an_errand_that_fits_its_column(told: str) -> None:
    assert len(errand_of(told, TODAY)) <= LONGEST_LINE
    assert len(note_of(told)) <= 4_000
    assert task_kind_of(told) in TaskKind
    step = next_step_of(told, TODAY)
    assert step is None or 0 < len(step.words) <= LONGEST_LINE


@pytest.mark.parametrize(
    "told, channel, mood, purpose, step",
    [
        (
            "I called her today, she is pleased and wants to think about the deposit",
            Channel.PHONE, Mood.PLEASED, "the deposit", None,
        ),
        (
            "I visited them, not happy about the fees. I'll call her on Monday",
            Channel.VISIT, Mood.ANGRY, "the fees", Step("I'll call her on Monday", date(2026, 11, 23)),
        ),
        (
            "我今天给她打了电话，她很满意，想考虑一下。下一步：下周五再打电话",
            Channel.PHONE, Mood.PLEASED, None, Step("下周五再打电话", date(2026, 11, 27)),
        ),
        ("他来过网点，对手续费不满意，很不高兴", Channel.BRANCH, Mood.ANGRY, None, None),
        (
            "la llamé hoy, está contenta; volveré a llamar el lunes",
            Channel.PHONE, Mood.PLEASED, None, Step("volveré a llamar el lunes", date(2026, 11, 23)),
        ),
        ("escribí un correo sobre la renovación", Channel.EMAIL, None, "la renovación", None),
        ("she is considering it", None, None, None, None),
    ],
)  # fmt: skip
def test_a_contact_is_told_by_its_words(
    told: str, channel: Channel | None, mood: Mood | None, purpose: str | None, step: Step | None
) -> None:
    assert (channel_of(told), mood_of(told), purpose_of(told)) == (channel, mood, purpose)
    assert next_step_of(told, TODAY) == step


def test_the_note_is_the_askers_own_words() -> None:
    assert note_of("Log a visit with Ana: she wants to think.") == "she wants to think."
    assert note_of("I met her: all is well") == "I met her: all is well"
    assert note_of("登记与张丽的通话：她想考虑一下") == "她想考虑一下"
    assert note_of("registra la llamada con Ana: quiere pensarlo") == "quiere pensarlo"
