"""Whom one may ask to rate the bank, how, and over which channel."""

import json

import pytest

from assistant.proposals.invite_feedback import InviteFeedback
from assistant.tools.desk import CustomerId, Told
from assistant.tools.survey_invitation import survey_invitation
from knowledge.crm.codes import SurveyKind
from prompts import LANGUAGES, word
from tests.assistant.conftest import Office
from tests.assistant.raw_bank import AS_OF, RawBank

ASKED = "SELECT customer_id FROM survey WHERE coalesce(answered_on, invited_on) > date('2026-11-20', '-90 days')"
COMPLAINING = "SELECT customer_id FROM feedback WHERE kind = 'complaint' AND state NOT IN ('resolved', 'closed')"
FREE = (
    "SELECT * FROM customer WHERE id NOT IN (SELECT customer_id FROM survey) AND id NOT IN (SELECT customer_id FROM"
    " feedback WHERE customer_id IS NOT NULL) AND consents LIKE ? ORDER BY id LIMIT 1"
)


@pytest.mark.parametrize(
    "told, kind",
    [
        ("invite her to rate us by e-mail", SurveyKind.SATISFACTION),
        ("how likely is she to recommend us: ask her by e-mail", SurveyKind.RECOMMENDATION),
        ("用邮件问问她愿不愿意推荐我们", SurveyKind.RECOMMENDATION),
        ("invítala a valorarnos por correo", SurveyKind.SATISFACTION),
    ],
)
async def test_a_draft_in_the_customers_language_waits_for_a_yes(
    office: Office, raw: RawBank, told: str, kind: SurveyKind
) -> None:
    row = raw.rows(FREE, '%"email"%')[0]
    desk = office.desk()
    result = await survey_invitation(desk, Told(told), CustomerId(row["id"]))
    (draft,) = desk.drafts
    assert isinstance(draft.write, InviteFeedback)
    assert (draft.write.survey_kind, draft.write.case, draft.write.channel) == (kind, None, "email")
    assert draft.write.send_on == AS_OF
    assert result.language == word("language", row["language"], "en")
    assert "".join(str(line.value) for line in result.lines) == draft.write.text.replace("\n", "")


async def test_who_is_not_to_be_asked_is_not_drafted_to(office: Office, raw: RawBank) -> None:
    silent = raw.rows("SELECT * FROM customer WHERE consents = '[]' AND id NOT IN (" + ASKED + ") ORDER BY id")
    complaining = raw.rows(f"{COMPLAINING} AND customer_id IS NOT NULL AND customer_id NOT IN ({ASKED}) ORDER BY id")
    whom = {
        "asked_lately": raw.one(ASKED), "open_complaint": complaining[0]["customer_id"],
        "no_consent": silent[0]["id"] if silent else raw.rows(FREE, '["email"]')[0]["id"],
    }  # fmt: skip
    for why, customer in whom.items():
        desk = office.desk()
        result = await survey_invitation(desk, Told("invite her by text message"), CustomerId(customer))
        assert desk.drafts == []
        assert result.refused == word("draft_refused", why, "en")
        agreed = json.loads(raw.customers[customer]["consents"])
        assert len(result.consents) == (len(agreed) if why == "no_consent" else 0)


def test_every_reason_is_said_in_every_language() -> None:
    for why in ("asked_lately", "open_complaint"):
        assert len({word("draft_refused", why, language) for language in LANGUAGES}) == len(LANGUAGES)
