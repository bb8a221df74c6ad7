"""That a product suits is said only where the bank's rules have found so."""

from datetime import date

import numpy as np
import pytest

from assistant.grounding.known_names import KnownNames
from assistant.grounding.ledger import Ledger
from assistant.grounding.verification import Verifier
from knowledge.crm.tables import Product

NOBODY = KnownNames(np.empty(0, np.int64), {})
FOUND = {"Blue Saver": "allowed", "Green Fund": "not_allowed", "Red Bond": "warning", "Grey Note": None}


def verifier(language: str) -> Verifier:
    ledger = Ledger(language, date(2026, 11, 20))
    for name, verdict in FOUND.items():
        ledger.product(Product(id=f"P-{name}", kind="fund", name=name, names={}, currency="CNY"))
        if verdict:
            ledger.judge(f"P-{name}", verdict, [])
    return Verifier(ledger, NOBODY, "")


@pytest.mark.parametrize(
    "language, sentence, holds",
    [
        ("en", "The Blue Saver suits her.", True),
        ("en", "The Red Bond suits her with a reminder.", True),
        ("en", "The Green Fund does not suit her.", True),
        ("en", "- Green Fund: does not suit", True),
        ("en", "The Green Fund suits her.", False),
        ("en", "The Blue Saver is unsuitable.", False),
        ("en", "The Blue Saver and the Green Fund suit her.", False),
        ("en", "The Grey Note suits her.", False),
        ("zh", "Blue Saver适合她。", True),
        ("zh", "Green Fund不适合她。", True),
        ("zh", "Green Fund适合她。", False),
        ("es", "El Blue Saver es adecuado para ella.", True),
        ("es", "El Green Fund no es adecuado para ella.", True),
        ("es", "El Green Fund es adecuado para ella.", False),
    ],
)
def test_a_verdict_is_that_of_the_rules(language: str, sentence: str, holds: bool) -> None:
    verdict = verifier(language).check(sentence)
    assert verdict.holds is holds, verdict.unsupported
