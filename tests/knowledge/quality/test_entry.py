"""Values as people type them: taken whole or refused with the reason."""

from datetime import date
from decimal import Decimal

import pytest

from knowledge.crm.field_text import Value
from knowledge.errors import EntryError
from knowledge.quality.entry import entered

TODAY = date(2026, 11, 20)


@pytest.mark.parametrize(
    "field, text, value",
    [
        ("phone", " +34 600 11 22 33 ", "+34 600 11 22 33"),
        ("phone", "１３８００００１１１１", "13800001111"),
        ("email", "ana.roca@mail.example", "ana.roca@mail.example"),
        ("birth_date", "1980-05-01", date(1980, 5, 1)),
        ("birth_date", "2026-11-20", TODAY),
        ("income", "120000.5", Decimal("120000.5")),
        ("sex", "F", "F"),
        ("address", "Calle  Mayor\n5", "Calle Mayor 5"),
        ("name", "欧阳文静", "欧阳文静"),
    ],
)
def test_what_fits_is_taken(field: str, text: str, value: Value) -> None:
    assert entered(field, text, TODAY) == value


@pytest.mark.parametrize(
    "field, text, reason",
    [
        ("phone", "123", "phone_malformed"),
        ("phone", "none", "phone_malformed"),
        ("phone", "1" * 41, "too_long"),
        ("email", "ana@mail", "email_malformed"),
        ("birth_date", "2026-11-21", "in_future"),
        ("birth_date", "1850-01-01", "too_long_ago"),
        ("birth_date", "yesterday", "no_date"),
        ("birth_date", "2025-02-29", "no_date"),
        ("income", "much", "no_amount"),
        ("income", "NaN", "no_amount"),
        ("income", "1e999999", "no_amount"),
        ("income", "0.001", "no_amount"),
        ("income", "-5", "unlikely_income"),
        ("sex", "female", "unknown_code"),
        ("name", " \u200b\x00 ", "empty"),
        ("name", "…", "empty"),
        ("address", "x" * 201, "too_long"),
        ("credit_rating", "A" * 33, "too_long"),
        ("tier", "private", "not_repairable"),
        ("tolerance", "C5", "not_repairable"),
        ("manager_id", "m1", "not_repairable"),
        ("__class__", "x", "not_repairable"),
    ],
)
def test_what_does_not_fit_is_refused_with_the_reason(field: str, text: str, reason: str) -> None:
    with pytest.raises(EntryError) as refused:
        entered(field, text, TODAY)
    assert refused.value.values == {"field": field, "reason": reason}
