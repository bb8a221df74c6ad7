"""Whether offers are accepted: learnt from answered ones, with what was known on the day and nothing later."""

from datetime import date, timedelta
from random import Random

import numpy as np

from knowledge.offering.acceptance import NAMES, Acceptance, Made, Taker, Thing

DAY = date(2026, 6, 1)
GOLD, FUND = Thing("metal", "R3", None, None), Thing("fund", "R2", None, 3.0)


def taker(tolerance: str = "C3", offers: tuple[tuple[date, str], ...] = ()) -> Taker:
    opened = {"fund": date(2026, 1, 5), "gold": date(2026, 9, 1)}
    return Taker(date(1980, 6, 1), 100_000.0, date(2016, 6, 1), "gold", tolerance, opened, offers)


def test_only_what_was_known_on_the_day_goes_in() -> None:
    offers = ((date(2026, 3, 1), "rejected"), (DAY, "accepted"), (date(2026, 8, 1), "accepted"))
    acceptance = Acceptance({"c": taker(offers=offers)}, {"gold": GOLD, "fund": FUND})
    row = dict(zip(NAMES, acceptance.inputs([("c", "gold", DAY)])[0], strict=True))
    assert (row["held_products"], row["held_of_kind"]) == (1, 0)
    assert (row["offers_accepted"], row["offers_rejected"]) == (0, 1)
    assert (round(row["age"]), row["risk_gap"], row["tolerance"]) == (46, 0, 3)
    assert np.isnan(row["term_months"])


def test_it_learns_who_accepts_and_leaves_out_what_waits() -> None:
    rng = Random(3)
    takers = {f"c{n}": taker(rng.choice(("C1", "C5"))) for n in range(400)}
    made = [
        Made(id, "gold", DAY + timedelta(days=n % 60), "accepted" if one.tolerance == "C5" else "rejected")
        for n, (id, one) in enumerate(takers.items())
    ]
    acceptance = Acceptance(takers, {"gold": GOLD, "fund": FUND})
    assert acceptance.learn(made + [Made("c0", "gold", DAY, "offered")] * 500) is None
    bold = next(id for id, one in takers.items() if one.tolerance == "C5")
    shy = next(id for id, one in takers.items() if one.tolerance == "C1")
    found = acceptance.probabilities([(bold, "gold", DAY), (shy, "gold", DAY)])
    assert found is not None
    assert found[0] > 0.9 > 0.1 > found[1]


def test_too_few_offers_teach_nothing() -> None:
    acceptance = Acceptance({"c": taker()}, {"gold": GOLD, "fund": FUND})
    assert "too few" in str(acceptance.learn([Made("c", "gold", DAY, "accepted")] * 10))
    assert acceptance.probabilities([("c", "gold", DAY)]) is None
