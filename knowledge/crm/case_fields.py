"""What handling adds to a piece of feedback: what triage decided and why, its clock, its incident, its redress."""

from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, String
from sqlalchemy.orm import Mapped, mapped_column

Code = String(32)


class CaseFields:
    """`about`, `sentiment`, `urgency` and `quality` are codes of triage, `signs` what else it saw (threat_to_leave,
    vulnerable, regulator). `judged` holds each decision with its confidence, its words, and what a person made of it.

    `confirm_by` and `statutory_on` are by the clock, as `due_on`, the earlier of the deadlines, is; `deadline_rules`
    names the pack and its version. A complex case may take longer, an extended one longer still. `incident_id` is the
    id of the first case of the same incident. `sender` is who wrote, where that is no customer that is known. `redress`
    was paid, in `redress_currency`. `intake_key` says under which key a system or a file gave it, `intake_digest` what
    it gave: the same twice is one case.
    """

    about: Mapped[str | None] = mapped_column(Code)
    sentiment: Mapped[str | None] = mapped_column(Code)
    urgency: Mapped[str | None] = mapped_column(Code)
    quality: Mapped[str | None] = mapped_column(Code)
    signs: Mapped[list[str] | None] = mapped_column(JSON)
    judged: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    needs_person: Mapped[bool | None]
    is_complex: Mapped[bool | None]
    is_extended: Mapped[bool | None]
    confirm_by: Mapped[date | None]
    statutory_on: Mapped[date | None]
    deadline_rules: Mapped[str | None] = mapped_column(String(64))
    incident_id: Mapped[str | None] = mapped_column(String(64), index=True)
    sender: Mapped[str | None]
    redress: Mapped[Decimal | None]
    redress_currency: Mapped[str | None] = mapped_column(String(3))
    intake_key: Mapped[str | None] = mapped_column(String(300), index=True, unique=True)
    intake_digest: Mapped[str | None] = mapped_column(String(64))
