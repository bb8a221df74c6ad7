"""Ad-hoc questions on the Berka bank (PKDD'99), which nobody here made: counted once more from its files."""

import csv
from collections import defaultdict
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest
import pytest_asyncio

from assistant.answer import Answer
from assistant.assistant import Assistant
from assistant.settings import Settings
from assistant.wiring import open_assistant
from tests.evals.case import ask

AS_OF = date(1999, 1, 1)
pytestmark = pytest.mark.asyncio(loop_scope="module")
Row = dict[str, str]


@dataclass(frozen=True)
class Files:
    """The bank as its files have it: owners of accounts, and loans and cards with the client who has them."""

    clients: dict[str, Row]
    loans: list[tuple[Row, Row]]
    cards: list[tuple[Row, Row]]

    @classmethod
    def read(cls, folder: Path) -> "Files":
        def rows(name: str) -> list[Row]:
            with (folder / f"{name}.csv").open(newline="") as file:
                return list(csv.DictReader(file))

        districts = {row["district_id"]: row for row in rows("district")}
        clients = {
            row["client_id"]: row | {"home": district["A2"], "region": district["A3"]}
            for row in rows("client")
            for district in [districts[row["district_id"]]]
        }  # fmt: skip
        disp = rows("disp")
        owner = {row["account_id"]: clients[row["client_id"]] for row in disp if row["type"] == "OWNER"}
        holder = {row["disp_id"]: clients[row["client_id"]] for row in disp}
        loans = [(row, owner[row["account_id"]]) for row in rows("loan")]
        return cls(clients, loans, [(row, holder[row["disp_id"]]) for row in rows("card")])


@pytest.fixture(scope="module")
def files(berka_files: Path) -> Files:
    return Files.read(berka_files)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def berka(berka_home: Path) -> AsyncIterator[Assistant]:
    async with open_assistant(Settings(home=berka_home, as_of=AS_OF)) as opened:
        yield opened


async def answered(berka: Assistant, question: str, employee: str = "analyst") -> Answer:
    answer = await ask(berka, employee, question, question)
    assert [use.name for use in answer.tools] == ["selection"], answer.answer
    assert "Not taken into account" not in answer.answer
    return answer


def value(answer: Answer, measure: str, subject: str = "") -> object:
    found = [f.value for f in answer.facts if f.measure == measure and (not subject or f.subject == subject)]
    return found[0]


@pytest.mark.parametrize(
    "question",
    [
        "how many women in the Prague district have a loan over 200k in arrears",
        "Prague地区有多少女性的逾期贷款超过20万",
        "¿cuántas mujeres del distrito de Praha tienen un préstamo en mora de más de 200.000?",
    ],
)
async def test_women_in_prague_in_arrears(berka: Assistant, files: Files, question: str) -> None:
    clients = {
        client["client_id"]
        for loan, client in files.loans
        if client["gender"] == "F" and client["region"] == "Prague" and loan["status"] == "D"
        and Decimal(loan["amount"]) > 200_000
    }  # fmt: skip
    assert value(await answered(berka, question), "count") == len(clients)


async def test_average_loan_amount_by_region(berka: Assistant, files: Files) -> None:
    answer = await answered(berka, "average loan amount by region")
    held: dict[str, list[Decimal]] = defaultdict(list)
    for loan, client in files.loans:
        if loan["status"] != "A":
            held[client["region"]].append(Decimal(loan["amount"]))
    for region, amounts in held.items():
        mean = (sum(amounts) / Decimal(len(amounts))).quantize(Decimal("0.01"), ROUND_HALF_UP)
        assert value(answer, "average_amount", f"region:{region}") == mean
    assert {fact.unit for fact in answer.facts if fact.measure == "average_amount"} == {"CZK"}


async def test_repaid_loans_are_counted_where_they_are_asked_for(berka: Assistant, files: Files) -> None:
    answer = await answered(berka, "average loan amount including repaid loans")
    amounts = [Decimal(loan["amount"]) for loan, _ in files.loans]
    mean = (sum(amounts) / Decimal(len(amounts))).quantize(Decimal("0.01"), ROUND_HALF_UP)
    assert (value(answer, "count"), value(answer, "average_amount")) == (682, mean)


async def test_gold_cards_of_olomouc(berka: Assistant, files: Files) -> None:
    answer = await answered(berka, "¿cuántos clientes de Olomouc tienen tarjeta gold?")
    clients = {c["client_id"] for card, c in files.cards if card["type"] == "gold" and c["home"] == "Olomouc"}
    assert value(answer, "count") == len(clients)


async def test_defaulted_loans_by_region(berka: Assistant, files: Files) -> None:
    answer = await answered(berka, "贷款违约的客户按地区统计")
    clients: dict[str, set[str]] = defaultdict(set)
    for loan, client in files.loans:
        if loan["status"] == "B":
            clients[client["region"]].add(client["client_id"])
    assert value(answer, "count") == 31
    for region, ids in clients.items():
        assert value(answer, "count", f"region:{region}") == len(ids)


async def test_a_town_of_two_districts_is_both(berka: Assistant, files: Files) -> None:
    answer = await answered(berka, "how many women live in Brno?")
    women = [c for c in files.clients.values() if c["gender"] == "F" and c["home"].startswith("Brno")]
    assert value(answer, "count") == len(women)


async def test_a_manager_counts_her_own(berka: Assistant, files: Files) -> None:
    answer = await answered(berka, "how many women born before 1950 do we have", employee="manager-1")
    everybody = await answered(berka, "how many women born before 1950 do we have")
    assert 0 < int(str(value(answer, "count"))) < int(str(value(everybody, "count")))
    women = [c for c in files.clients.values() if c["gender"] == "F" and c["birth_date"] < "1950"]
    assert value(everybody, "count") == len(women)
