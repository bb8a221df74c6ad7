"""A bank with two systems that know some people twice, on two days: what an import has to merge, change and keep."""

from pathlib import Path

MAPPING = """\
version: 1
systems: [core, card]
sources:
  clients: {file: clients.csv}
  holders: {file: holders.csv}
  accounts: {file: accounts.csv}
  bookings: {file: bookings.csv}
tables:
  unit:
    - rows:
        - {id: head, kind: head_office, name: Head office}
        - {id: b1, kind: branch, name: Branch one, parent_id: head}
  employee:
    - rows:
        - {id: anna, unit_id: b1, role: manager, name: Anna Amsel}
  customer:
    - source: clients
      system: core
      number: no
      columns: &person
        id: "core-{no}"
        kind: {value: person}
        name: name
        birth_date: born
        phone: phone
        email: email
        address: address
        city: city
        income: income
        currency: {value: EUR}
        branch_id: {value: b1}
    - source: holders
      system: card
      number: no
      columns:
        id: "card-{no}"
        kind: {value: person}
        name: name
        birth_date: born
        phone: phone
        email: email
        address: address
        city: city
        income: income
        currency: {value: EUR}
  customer_identifier:
    - source: clients
      columns: {system: {value: core}, number: no, customer_id: "core-{no}", kind: {value: customer_number}}
    - source: holders
      columns: {system: {value: card}, number: no, customer_id: "card-{no}", kind: {value: customer_number}}
  account:
    - source: accounts
      columns:
        id: id
        customer_id: owner
        kind: {value: deposit}
        number: id
        currency: {value: EUR}
        opened_on: opened
        state: {value: active}
  transaction:
    - source: bookings
      columns:
        id: id
        account_id: account
        booked_on: day
        amount: amount
        currency: {value: EUR}
        kind: {value: other}
        purpose: purpose
        balance_after: after
balances: {until: last_booking}
""".replace("columns: &person", "columns:")

HEAD = "no,name,born,phone,email,address,city,income\n"
FIRST_DAY = {
    "clients.csv": HEAD
    + "1,Eva Müller-Lindqvist,1970-02-03,+49 151 2345678,eva@example.org,Gartenweg 5,Ulm,52000.00\n"
    + "2,João Peixoto Brandão,1981-11-30,+351 912 345 678,joao@example.org,Rua Nova 12,Porto,31000.50\n"
    + '3,"O\'Neill, ""Jo""",1990-05-05,,,"Line one\nLine two",,\n',
    "holders.csv": HEAD
    + "77,Eva Mueller-Lindqvist,1970-02-03,+49 151 2345678,eva@example.org,Gartenweg 5,Ulm,61000.00\n"
    + "78,王小明,1985-07-07,+86 138 0000 1111,wang@example.org,南京路一号,上海,\n",
    "accounts.csv": "id,owner,opened\na-1,core-1,2020-01-01\na-2,card-77,2021-01-01\na-3,core-3,2022-01-01\n",
    "bookings.csv": "id,account,day,amount,purpose,after\n"
    + 't1,a-1,2026-01-05,10.00,"with, ""quotes""",10.00\n'
    + "t2,a-1,2026-01-05,-4.00,,6.00\n"
    + "t3,a-2,2026-02-01,1.25,,1.25\n",
}
SECOND_DAY = {
    "clients.csv": HEAD
    + "1,Eva Müller-Lindqvist,1970-02-03,+49 151 2345678,eva@example.org,Seestraße 9,Köln,52000.00\n"
    + "2,João Peixoto Brandão,1981-11-30,,joao@example.org,Rua Nova 12,Porto,31000.50\n",
    "holders.csv": HEAD + "79,João Peixoto Brandao,1981-11-30,,joao@example.org,Rua Nova 12,Porto,\n",
    "accounts.csv": "id,owner,opened\na-3,core-3,2022-02-02\na-4,card-79,2023-01-01\n",
    "bookings.csv": "id,account,day,amount,purpose,after\n"
    + "t3,a-2,2026-02-01,1.25,changed,1.25\nt4,a-2,2026-03-01,1,,2.25\n",
}


def write_files(folder: Path, files: dict[str, str]) -> None:
    folder.mkdir(exist_ok=True)
    (folder / "mapping.yaml").write_text(MAPPING)
    for name, content in files.items():
        (folder / name).write_text(content)
