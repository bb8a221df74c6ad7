"""A small bank in a dialect of its own: semicolons, German dates, decimal commas, two codes for everything."""

from pathlib import Path

from sqlalchemy import text

from knowledge.clock import Clock
from knowledge.crm.store import bulk_engine
from knowledge.intake.intake import Progress, import_folder
from knowledge.intake.report import ImportReport

MAPPING = """\
version: 1
sources:
  persons: {file: persons.csv, delimiter: ";", dates: DD.MM.YYYY, empty: "?"}
  accounts: {file: accounts.csv, delimiter: ";", dates: DD.MM.YYYY, decimal_mark: ",", thousands_mark: "."}
  links: {file: links.csv, delimiter: ";"}
  bookings: {file: bookings.csv, delimiter: ";", dates: YYMMDD, decimal_mark: ","}
tables:
  unit:
    - rows:
        - {id: head, kind: head_office, name: Head office}
        - {id: b1, kind: branch, name: Branch one, parent_id: head}
  employee:
    - rows:
        - {id: anna, unit_id: b1, role: manager, name: Anna Amsel}
  customer:
    - source: persons
      columns:
        id: "p-{no}"
        kind: {from: kind, codes: {P: person, C: company}}
        name: name
        birth_date: born
        currency: {value: EUR}
        branch_id: {value: b1}
        manager_id: {from: keeper, codes: {AA: anna}, otherwise: empty}
        tier: {from: class, codes: {A: gold}, otherwise: {value: standard}}
        interests: {from: likes, split: "|"}
  account:
    - source: accounts
      join:
        owner: {source: links, match: {account: number}, where: {role: [owner, OWNER]}, takes: true}
      columns:
        id: "a-{number}"
        customer_id: "p-{owner.person}"
        kind: {value: deposit}
        number: number
        currency: {value: EUR}
        opened_on: opened
        rate: rate
        credit_limit: {from: limit, round: true}
        state: {value: active}
  account_party:
    - source: links
      where: {role: user}
      columns: {account_id: "a-{account}", customer_id: "p-{person}", role: {value: authorised}}
  transaction:
    - source: bookings
      columns:
        id: id
        account_id: "a-{account}"
        booked_on: date
        amount: {from: amount, sign: {by: way, plus: in, minus: out}}
        currency: {value: EUR}
        kind: {from: type, codes: {cash: cash_in, pay: transfer_out}}
        balance_after: after
balances: {until: 2024-03-10}
"""

FILES = {
    "persons.csv": (
        "no;name;kind;born;keeper;class;likes\n"
        '1;"Müller; Eva";P;03.02.1970;AA;A;golf|opera\n'
        "2;Muster AG;C;?;ZZ;B;\n"
        '3;"O\'Neill\nJohn";P;29.02.2000;;;\n'
    ),
    "accounts.csv": "number;opened;rate;limit\n10;01.02.2020;2,75;1.234,567\n11;15.03.2021;;\n",
    "links.csv": "person;account;role\n1;10;owner\n2;11;OWNER\n3;10;user\n",
    "bookings.csv": (
        "id;account;date;way;type;amount;after\n"
        "t1;10;240115;in;cash;100,00;100,00\n"
        "t2;10;240131;out;pay;30,50;69,50\n"
        "t3;10;240302;in;cash;10,00;79,50\n"
    ),
}


class Bank:
    """The bank's folder, its mapping and a store of its own; files may be changed before an import."""

    def __init__(self, home: Path, url: str) -> None:
        self.folder = home / "files"
        self.folder.mkdir()
        self.mapping = home / "mapping.yaml"
        self.rejects = home / "rejects.csv"
        self.url = url
        self.mapping.write_text(MAPPING)
        for name, content in FILES.items():
            (self.folder / name).write_text(content)

    def write(self, name: str, content: str | bytes) -> None:
        (self.folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())

    def replace(self, name: str, old: str, new: str) -> None:
        path = self.mapping if name == self.mapping.name else self.folder / name
        content = path.read_text()
        assert old in content
        path.write_text(content.replace(old, new, 1))

    def load(self, progress: Progress | None = None) -> ImportReport:
        return import_folder(
            self.folder, self.mapping, url=self.url, rejects=self.rejects, progress=progress, clock=Clock()
        )

    def rows(self, sql: str) -> list[tuple[object, ...]]:
        engine = bulk_engine(self.url)
        with engine.connect() as connection:
            found = [tuple(row) for row in connection.execute(text(sql))]
        engine.dispose()
        return found
