"""Every measure computed again in plain Python from the store's rows and compared exactly: the demo bank and Berka.

Without this an analyst could not trust a figure: a join that drops a customer or doubles a row looks like a number.
"""

import shutil
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from sqlalchemy import delete, select

from knowledge.clock import Clock
from knowledge.crm.insights import Insight, InsightAverage, InsightEvent, InsightResult, InsightRun
from knowledge.crm.store import bulk_engine, sqlite_url
from knowledge.insight.definition import Kind, read_definitions
from knowledge.insight.parameters import Parameters, read_parameters
from knowledge.insight.run import run_insight
from knowledge.intake.intake import import_folder
from tests.knowledge.insight.by_hand.bank import Bank, Row, places
from tests.knowledge.insight.by_hand.events import EVENTS
from tests.knowledge.insight.by_hand.lists import Lists, placed
from tests.knowledge.insight.by_hand.scores import Scores, Told

BERKA = Path(__file__).parents[4] / "shared" / "data" / "berka"
DEMO_DAYS = (date(2026, 11, 20), date(2026, 2, 28))
BERKA_DAYS = (date(1998, 12, 31), date(1997, 6, 30))
Case = tuple[str, date]


@pytest.fixture(scope="module")
def berka_url(tmp_path_factory: pytest.TempPathFactory) -> str:
    if not BERKA.is_dir():
        pytest.skip(f"the Berka bank's files are not in {BERKA}")
    home = tmp_path_factory.mktemp("berka")
    import_folder(BERKA, Path("berka"), url=sqlite_url(home), rejects=home / "rejects.csv")
    return sqlite_url(home)


@pytest.fixture(
    scope="module",
    params=[*(("demo", day) for day in DEMO_DAYS), *(("berka", day) for day in BERKA_DAYS)],
    ids=lambda case: f"{case[0]}-{case[1]}",
)
def case(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple["Found", Scores]]:
    kind, day = request.param
    url = request.getfixturevalue("demo_store_url" if kind == "demo" else "berka_url")
    home = tmp_path_factory.mktemp("computed")
    shutil.copy(str(url).removeprefix("sqlite:///"), home / "crm.sqlite")
    _forget_measures(sqlite_url(home))
    run_insight(sqlite_url(home), home / "insight", clock=Clock(day))
    yield Found(sqlite_url(home)), Scores(Bank(sqlite_url(home), parameters(), day))
    shutil.rmtree(home)


def _forget_measures(url: str) -> None:
    """The demo bank comes with measures of two days; here one run is looked at alone."""
    engine = bulk_engine(url)
    with engine.begin() as connection:
        for model in (Insight, InsightAverage, InsightEvent, InsightResult, InsightRun):
            connection.execute(delete(model.__table__))
    engine.dispose()


def parameters() -> Parameters:
    return read_parameters()


def told_of(results: list[Row]) -> dict[tuple[str, str], tuple[Decimal, int]]:
    return {(row["metric"], row["subject_id"]): (row["value"], row["customers"]) for row in results}


class Found:
    """What a run left in the store."""

    def __init__(self, url: str) -> None:
        engine = bulk_engine(url)
        with engine.connect() as connection:
            self.insights, self.averages, self.events, self.results = (
                [dict(row) for row in connection.execute(select(model.__table__)).mappings()]
                for model in (Insight, InsightAverage, InsightEvent, InsightResult)
            )
        engine.dispose()

    def metrics(self) -> dict[str, dict[str, Told]]:
        found: dict[str, dict[str, Told]] = defaultdict(dict)
        for row in self.insights:
            if row["metric"] != "peer_group":
                found[row["metric"]][row["customer_id"]] = Told(row["value"], row["label"], tuple(row["reasons"]))
        return found

    def of_kind(self, kind: str) -> list[Row]:
        return [row for row in self.results if row["kind"] == kind]


def test_every_measure_of_every_customer(case: tuple[Found, Scores]) -> None:
    found, scores = case
    computed = found.metrics()
    expected = {name: values for name, values in scores.metrics.items() if values}
    assert computed.keys() == expected.keys()
    wrong = {
        name: [(key, computed[name].get(key), values.get(key)) for key in {*values, *computed[name]}
               if computed[name].get(key) != values.get(key)][:3]
        for name, values in expected.items()
    }  # fmt: skip
    assert not {name: few for name, few in wrong.items() if few}


def test_every_measure_is_checked(case: tuple[Found, Scores]) -> None:
    _, scores = case
    assert set(scores.metrics) == {one.name for one in read_definitions() if one.kind is Kind.METRIC}
    assert set(EVENTS) == {one.name for one in read_definitions() if one.kind is Kind.EVENT}


def test_peer_groups_and_averages(case: tuple[Found, Scores]) -> None:
    found, scores = case
    people = scores.bank.present
    peers = {key: scores.peers(row) for key, row in people.items()}
    assert {r["customer_id"]: r["label"] for r in found.insights if r["metric"] == "peer_group"} == peers
    sums: dict[tuple[str, str, str], list[Decimal]] = defaultdict(list)
    for name, values in scores.metrics.items():
        for key, told in values.items():
            for grouping, of in (("peers", peers[key]), ("branch", people[key]["branch_id"] or ""), ("bank", "")):
                sums[name, grouping, of].append(told.value)
    assert {(r["metric"], r["grouping"], r["of"]): (r["average"], r["members"]) for r in found.averages} == {
        key: (places(Fraction(sum(values)) / len(values)), len(values)) for key, values in sums.items()
    }


def test_every_event(case: tuple[Found, Scores]) -> None:
    found, scores = case
    computed: dict[str, set[object]] = defaultdict(set)
    for row in found.events:
        computed[row["kind"]].add((row["customer_id"], row["day"], row["amount"], row["source"], row["detail"]))
    for name, search in EVENTS.items():
        assert computed[name] == set(search(scores.bank)), name


def test_units_employees_and_products(case: tuple[Found, Scores]) -> None:
    found, scores = case
    assert told_of(found.of_kind("unit")) == scores.units() | Lists(scores).numbers()
    managers = scores.churn_rates("manager_id")
    assert told_of(found.of_kind("employee")) == {("manager_churn_rate", key): of for key, of in managers.items()}
    products = {(r["subject_id"], r["unit_id"]): (r["value"], r["customers"]) for r in found.of_kind("product")}
    assert products == scores.products()


def test_numbers_and_lists_of_every_unit(case: tuple[Found, Scores]) -> None:
    found, scores = case
    lists = Lists(scores)
    rows = found.of_kind("group")
    groups = {(r["metric"], r["subject_id"], r["unit_id"]): (r["value"], r["customers"]) for r in rows}
    assert groups == lists.groups()
    listed, expected = placed(found.of_kind("ranking")), lists.rankings()
    assert listed.keys() == expected.keys()
    assert {key: (listed[key], order) for key, order in expected.items() if listed[key] != order} == {}
    kinds = {Kind.GROUP: {key[0] for key in groups}, Kind.RANKING: {key[0] for key in listed}}
    for kind, names in kinds.items():
        assert names <= {one.name for one in read_definitions() if one.kind is kind}


def test_members_of_peer_groups_per_branch(case: tuple[Found, Scores]) -> None:
    found, scores = case
    people = scores.bank.present
    members: dict[tuple[str, str, str], int] = defaultdict(int)
    for one in read_definitions():
        if one.compared:
            for key in scores.metrics[one.name]:
                members[one.name, scores.peers(people[key]), people[key]["branch_id"] or ""] += 1
    assert {(r["metric"], r["subject_id"], r["unit_id"]): r["customers"] for r in found.of_kind("members")} == members
    largest = {(r["metric"], r["grouping"], r["of"]): r["largest"] for r in found.averages}
    for one in read_definitions():
        if values := scores.metrics.get(one.name):
            least = 100 if one.unit == "score" else 0
            assert largest[one.name, "bank", ""] == max(least, *(abs(told.value) for told in values.values()))


def test_something_of_each_is_there(case: tuple[Found, Scores]) -> None:
    """The comparisons would hold on an empty bank too."""
    _, scores = case
    if scores.bank.today != DEMO_DAYS[0]:
        pytest.skip("asked of the demo bank's newest day")
    assert all(len(values) > 5 for values in scores.metrics.values())
    assert len(scores.lost) > 10
    lists, names = Lists(scores), defaultdict(set)
    for one in read_definitions():
        names[one.kind].add(one.name)
    assert {name for name, _ in lists.rankings()} == names[Kind.RANKING]
    assert {name for name, *_ in lists.groups()} == names[Kind.GROUP]
    assert sum(any(search(scores.bank)) for search in EVENTS.values()) >= 4
