"""Whether the same customer is found behind several numbers, and whether two customers are left two."""

import json
from datetime import date
from functools import cache
from random import Random

import pytest

from knowledge.resolution.accuracy import evaluate
from knowledge.resolution.linking import link
from tests.knowledge.resolution.linkable_records import Record, clusters, record, staging, verdict

BORN = date(1980, 3, 4)
WANG_WEI = record("a", "王伟", sex="M", birth_date=BORN, phone="+86 138 1234 5678", city="上海市")


GARCIA = record("b", "José García López", birth_date=BORN, phone="+34 610 111 222")
XINYUAN = record("c", "上海鑫源商贸有限公司", kind="company", phone="021 5555 6666", city="上海市")
AT_HOME = WANG_WEI | {"address": "世纪大道100号5栋302室", "identity": "310101198003041234"}
ONE_CUSTOMER = {
    "pinyin": (WANG_WEI, {"name": "Wang Wei"}),
    "given name first": (WANG_WEI, {"name": "WEI WANG"}),
    "traditional": (WANG_WEI, {"name": "王偉"}),
    "same sound": (WANG_WEI, {"name": "王玮"}),
    "letters swapped": (WANG_WEI, {"name": "Wnag Wei"}),
    "phone without its country": (WANG_WEI, {"phone": "138 1234 5678"}),
    "day and month swapped": (WANG_WEI, {"birth_date": date(1980, 4, 3)}),
    "birth date one digit off": (WANG_WEI, {"birth_date": date(1981, 3, 4)}),
    "moved": (WANG_WEI, {"city": "Beijing", "address": "Chaoyang Road 1"}),
    "renewed passport": (WANG_WEI | {"identity": "E12345678"}, {"identity": "E87654321"}),
    "no accents, another order": (GARCIA, {"name": "GARCIA LOPEZ, JOSE"}),
    "no second surname": (GARCIA, {"name": "Jose Garcia", "phone": "610111222"}),
    "trade name only": (XINYUAN, {"name": "鑫源商贸", "city": None}),
    "trade name in English": (XINYUAN, {"name": "Shanghai Xinyuan Trading Co., Ltd."}),
}
TWO_CUSTOMERS = {
    "twin brother": (AT_HOME | {"identity": None}, {"name": "王强"}),
    "spouse": (AT_HOME, {"name": "李丽", "sex": "F", "birth_date": date(1981, 7, 9), "identity": None}),
    "son of the same name": (AT_HOME, {"birth_date": date(2004, 8, 19), "identity": None}),
    "another identity card": (AT_HOME, {"identity": "310101198003045678"}),
    "sister company": (XINYUAN, {"name": "上海鑫源物流有限公司"}),
    "branch": (XINYUAN, {"name": "上海鑫源商贸有限公司北京分公司"}),
}


@cache
def joined() -> set[str]:
    """The cases whose two records were joined, each case in a name, birth date and phone of its own."""
    rng, records = Random(7), []
    for place, (case, (one, change)) in enumerate((ONE_CUSTOMER | TWO_CUSTOMERS).items()):
        digits = f"{rng.randrange(10**8):08}"
        for side, each in (("one", one), ("other", one | {"system": "card"} | change)):
            own: Record = {"record_id": f"{case}: {side}", "phone": str(each["phone"])[:-8].rstrip() + digits}
            if isinstance(born := each.get("birth_date"), date):
                own["birth_date"] = born.replace(year=born.year - place)
            records.append(each | own)
    database = staging(records)
    link(database)
    cases = database.execute(
        """select split_part(any_value(record_id), ': ', 1) from cluster group by cluster_id
        having count(*) = 2 and count(distinct split_part(record_id, ': ', 1)) = 1"""
    ).fetchall()
    return {case for (case,) in cases}


@pytest.mark.parametrize("case", ONE_CUSTOMER)
def test_one_customer_under_two_numbers(case: str) -> None:
    assert case in joined()


@pytest.mark.parametrize("case", TWO_CUSTOMERS)
def test_two_customers_who_look_alike(case: str) -> None:
    assert case not in joined()


def test_homonyms_stay_apart() -> None:
    rng = Random(1)
    homonyms = [
        record(f"h{number:02}", "王伟", sex="M", city="上海市", birth_date=date(1950 + number, 1 + number % 12, 7),
               phone=f"139{rng.randrange(10**8):08}")
        for number in range(40)
    ]  # fmt: skip
    database = staging(homonyms)
    link(database)
    assert len(clusters(database)) == 40


def test_name_and_city_alone_never_join() -> None:
    rare = record("a", "令狐沁阳", city="上海市", sex="F")
    database = staging([rare, rare | {"record_id": "b"}])
    link(database)
    assert len(clusters(database)) == 2
    assert verdict(database, "a", "b") == "perhaps"


def test_a_phone_of_very_many_is_nobodys() -> None:
    crowd = [
        record(f"c{number:02}", name, phone="400 800 8888") for number, name in enumerate(["陈晨"] * 2 + ["李力"] * 30)
    ]
    database = staging(crowd)
    link(database)
    assert len(clusters(database)) == len(crowd)


def test_a_chain_breaks_where_it_contradicts() -> None:
    bridge = record("b", "王伟", sex="M", phone="13812345678", email="wei@example.com")
    one = bridge | {"record_id": "a", "birth_date": date(1980, 3, 4)}
    other = bridge | {"record_id": "c", "birth_date": date(1951, 11, 23), "email": None}
    database = staging([one, bridge, other])
    link(database)
    assert clusters(database) == {frozenset("ab"), frozenset("c")}
    assert verdict(database, "b", "c") == "perhaps"


def test_what_a_person_decided_stands() -> None:
    double = WANG_WEI | {"record_id": "b"}
    stranger = record("c", "Zhao Min", birth_date=date(1955, 5, 5))
    database = staging([WANG_WEI, double, stranger], [("b", "a", "different"), ("c", "a", "same")])
    link(database)
    assert clusters(database) == {frozenset("ac"), frozenset("b")}
    assert verdict(database, "a", "b") is None


def test_an_existing_customer_keeps_id_and_records() -> None:
    old = WANG_WEI | {"record_id": "k9", "customer_id": "k9", "fresh": False}
    tied = record("a1", "Wei W.", phone="010 8888 7777", customer_id="k9", fresh=False)
    database = staging([old, tied, WANG_WEI | {"record_id": "a0"}])
    link(database)
    assert database.execute("select * from cluster order by 1").fetchall() == [("a0", "k9"), ("a1", "k9"), ("k9", "k9")]


def test_evidence_can_be_read() -> None:
    database = staging([WANG_WEI, WANG_WEI | {"record_id": "b", "name": "WEI WANG", "phone": "13900000000"}])
    link(database)
    ((evidence, weight),) = database.execute("select evidence, weight from pair").fetchall()
    found = {finding["field"]: finding for finding in json.loads(evidence)}
    assert (found["name"]["one"], found["name"]["other"], found["name"]["level"]) == (
        "王伟",
        "WEI WANG",
        "same_spelling",
    )
    assert found["phone"]["level"] == "different"
    assert found["phone"]["weight"] < 0 < found["birth_date"]["weight"]
    assert "identity" not in found
    assert weight < sum(finding["weight"] for finding in found.values())


def bank(seed: int, people: int) -> list[Record]:
    rng = Random(seed)
    records = []
    for number in range(people):
        name = rng.choice("王李张刘陈杨") + "".join(rng.sample("伟强磊军勇杰涛明超刚平辉鹏华飞鑫波斌宇浩", 2))
        person = record(
            f"p{number}a", name, birth_date=date(rng.randint(1940, 2005), rng.randint(1, 12), rng.randint(1, 28)),
            phone=f"13{rng.randrange(10**9):09}", city=rng.choice(["上海市", "北京市"]), customer_id=None,
        )  # fmt: skip
        records.append(person)
        for copy in "bc"[: rng.choice([0, 0, 1, 2])]:
            lost = rng.choice(["phone", "birth_date", "city"])
            records.append(person | {"record_id": f"p{number}{copy}", lost: None})
    return records


def test_the_same_input_gives_the_same_output_in_any_order() -> None:
    records = bank(1, 60)
    first, second = staging(records), staging(reversed(records))
    link(first)
    link(second)
    for relation in ("pair", "cluster"):
        query = f"from {relation} order by all"
        assert first.execute(query).fetchall() == second.execute(query).fetchall()


def test_a_planted_bank_is_resolved() -> None:
    records = bank(2, 120)
    database = staging(records)
    linked = link(database)
    database.execute("create table truth as select record_id, record_id[:-2] as entity_id from linkable")
    accuracy = evaluate(database, "cluster", "truth")
    assert accuracy.true > 50
    assert accuracy.precision == 1
    assert accuracy.recall > 0.95
    assert linked.records == linked.touched == len(records)


def test_fresh_records_change_only_what_they_touch_and_as_a_full_run_would() -> None:
    records = bank(3, 80)
    fresh = {str(each["record_id"]) for each in records if str(each["record_id"]).endswith("c")}
    before = staging([each for each in records if each["record_id"] not in fresh])
    link(before)
    customers = dict(before.execute("from cluster").fetchall())
    later = staging(
        each | {"fresh": each["record_id"] in fresh, "customer_id": customers.get(str(each["record_id"]))}
        for each in records
    )
    linked = link(later)
    full = staging(records)
    link(full)
    touched = {record_id for (record_id,) in later.execute("select record_id from cluster").fetchall()}
    assert fresh <= touched
    assert linked.touched < linked.records * 0.6
    assert clusters(later) == {members for members in clusters(full) if members & fresh}


def test_staging_is_left_as_it_was() -> None:
    database = staging([WANG_WEI, WANG_WEI | {"record_id": "b"}])
    link(database)
    tables = {name for (name,) in database.execute("select table_name from information_schema.tables").fetchall()}
    assert tables == {"linkable", "settled", "pair", "cluster"}
    link(database)
    assert clusters(database) == {frozenset("ab")}


def test_an_empty_bank_has_no_customers() -> None:
    database = staging([])
    assert link(database).clusters == 0
