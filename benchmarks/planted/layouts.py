"""The files of the three systems: each with its own columns, order, codes, dates, marks and characters."""

from dataclasses import dataclass

import duckdb


@dataclass(frozen=True)
class Layout:
    """One delivered file: `query` gives its rows as text, `columns` its header in order.

    `faults` are cells that no import may take: target column, source column, an expression for the wrong cell.
    `table` is the table of the store that the rows go to, `number` the column with the row's own number.
    """

    name: str
    table: str
    number: str
    query: str
    faults: tuple[tuple[str, str, str], ...]
    delimiter: str = ","
    encoding: str = "utf-8"
    day: str = ""
    """The column by which a delivery is in order of time."""


_NATIONAL = """CASE s.script WHEN 'hans' THEN substr(phone, 4) WHEN 'hant' THEN '0' || substr(phone, 5)
    WHEN 'es' THEN substr(phone, 4) ELSE '0' || substr(phone, 4) END"""
_SPACED = """CASE s.script WHEN 'hant' THEN regexp_replace(phone, '^(....)(...)(...)(.*)$', '\\1 \\2 \\3 \\4')
    WHEN 'hans' THEN regexp_replace(phone, '^(...)(...)(....)(.*)$', '\\1 \\2 \\3 \\4')
    WHEN 'es' THEN regexp_replace(phone, '^(...)(...)(...)(.*)$', '\\1 \\2 \\3 \\4')
    ELSE regexp_replace(phone, '^(...)(....)(.*)$', '\\1 \\2 \\3') END"""
_EMBOSSED = "upper(name_latin)"
_CHINESE = "s.script IN ('hans', 'hant') AND NOT (has(troubles, 'latin') OR has(troubles, 'given_first'))"

CUSTOMERS = (
    Layout(
        "core_customers",
        "customer",
        "cust_no",
        f"""SELECT 'C' || lpad(number::VARCHAR, 8, '0') AS cust_no,
            CASE kind WHEN 'person' THEN 'P' WHEN 'company' THEN 'C' ELSE 'G' END AS cust_type, name AS full_name,
            CASE WHEN {_CHINESE} AND drawn(key, 'pinyin') < 0.6 THEN name_latin END AS pinyin_name, sex,
            birth_date::VARCHAR AS birth_date, {_NATIONAL} AS mobile, email, address, city, region AS province,
            language,
            job AS occupation, CASE WHEN income IS NOT NULL THEN income || '.00' END AS annual_income,
            currency, branch, replace(branch, 'branch', 'manager') AS manager, as_of::VARCHAR AS updated_on
        FROM statement AS s WHERE system = 'core'""",
        (
            ("birth_date", "birth_date", "'1985-02-30'"),
            ("name", "full_name", "NULL"),
            ("kind", "cust_type", "'X'"),
            ("income", "annual_income", "'about 5000'"),
            ("branch_id", "branch", "'branch-nowhere'"),
        ),
    ),
    Layout(
        "credit_clients",
        "customer",
        "client_id",
        f"""SELECT 'K' || number AS client_id,
            CASE kind WHEN 'person' THEN '1' WHEN 'company' THEN '2' ELSE '3' END AS kind,
            name AS client_name, CASE sex WHEN 'M' THEN '男' WHEN 'F' THEN '女' END AS gender,
            strftime(birth_date, '%d/%m/%Y') AS born, {_SPACED} AS tel, address, city AS town, job,
            CASE WHEN income IS NOT NULL THEN format('{{:t.}}', income) || ',00' END AS yearly_income, currency, branch,
            strftime(as_of, '%d/%m/%Y') AS as_at
        FROM statement AS s WHERE system = 'credit'""",
        (
            ("birth_date", "born", "'31/11/1979'"),
            ("name", "client_name", "NULL"),
            ("kind", "kind", "'9'"),
            ("income", "yearly_income", "'1,2,3'"),
        ),
        delimiter=";",
        encoding="gb18030",
    ),
    Layout(
        "card_holders",
        "customer",
        "holder",
        f"""SELECT (number + 700000)::VARCHAR AS holder,
            CASE kind WHEN 'person' THEN 'PRIV' WHEN 'company' THEN 'CORP' ELSE 'PUBL' END AS segment,
            {_EMBOSSED} AS emboss_name,
            CASE WHEN {_CHINESE} AND drawn(key, 'local') < 0.8
                      OR s.script NOT IN ('hans', 'hant') AND drawn(key, 'local') < 0.5 THEN name END AS local_name,
            CASE sex WHEN 'M' THEN '1' WHEN 'F' THEN '2' END AS sex, strftime(birth_date, '%Y%m%d') AS dob,
            '00' || substr(phone, 2) AS phone, email AS mail, address AS addr, city AS town, currency,
            strftime(as_of, '%Y%m%d') AS last_contact
        FROM statement AS s WHERE system = 'card'""",
        (
            ("birth_date", "dob", "'19991301'"),
            ("kind", "segment", "'????'"),
            ("name", "emboss_name", "NULL"),
        ),
        delimiter="|",
    ),
)

ACCOUNTS = (
    Layout(
        "core_accounts",
        "account",
        "acct_no",
        """SELECT number AS acct_no, owner AS cust_no,
            CASE kind WHEN 'deposit' THEN 'CUR' ELSE 'FIX' END AS acct_type, currency,
            opened::VARCHAR AS opened_on, matures::VARCHAR AS matures_on, rate::VARCHAR AS rate, 'A' AS status
        FROM account WHERE system = 'core'""",
        (
            ("customer_id", "cust_no", "'C99999999'"),
            ("opened_on", "opened_on", "'2023-13-01'"),
            ("kind", "acct_type", "'ZZZ'"),
        ),
    ),
    Layout(
        "credit_loans",
        "account",
        "loan_no",
        """SELECT number AS loan_no, owner AS client_id, currency, strftime(opened, '%d/%m/%Y') AS granted,
            strftime(matures, '%d/%m/%Y') AS due, format('{:t.}', size) || ',00' AS principal,
            replace(rate::VARCHAR, '.', ',') AS rate, among(size, 'state', ['R', 'R', 'R', 'R', 'L', 'D']) AS state
        FROM account WHERE system = 'credit'""",
        (
            ("customer_id", "client_id", "'K0'"),
            ("credit_limit", "principal", "'n/a'"),
            ("state", "state", "'?'"),
        ),
        delimiter=";",
        encoding="gb18030",
    ),
    Layout(
        "card_accounts",
        "account",
        "card_no",
        """SELECT number AS card_no, owner AS holder, currency, strftime(opened, '%Y%m%d') AS issued,
            size || '.00' AS card_limit
        FROM account WHERE system = 'card'""",
        (("customer_id", "holder", "'1'"), ("opened_on", "issued", "'2020'")),
        delimiter="|",
    ),
)

BOOKINGS = (
    Layout(
        "core_transactions",
        "transaction",
        "booking_no",
        """SELECT 'B' || n AS booking_no, account AS acct_no, booked::VARCHAR AS booked_on,
            (cents / 100)::DECIMAL(18, 2)::VARCHAR AS amount, currency, kind, channel, counterparty, balance
        FROM booking WHERE system = 'core'""",
        (
            ("account_id", "acct_no", "'none'"),
            ("booked_on", "booked_on", "'2025-04-31'"),
            ("amount", "amount", "'1.2.3'"),
            ("kind", "kind", "'gift'"),
        ),
        day="booked_on",
    ),
    Layout(
        "card_payments",
        "transaction",
        "payment_no",
        """SELECT 'P' || n AS payment_no, account AS card_no, strftime(booked, '%Y%m%d') AS paid_on,
            (abs(cents) / 100)::DECIMAL(18, 2)::VARCHAR AS amount, currency,
            CASE WHEN cents > 0 THEN 'REFUND' ELSE 'SALE' END AS type, counterparty AS merchant
        FROM booking WHERE system = 'card'""",
        (("account_id", "card_no", "'none'"), ("amount", "amount", "'free'"), ("booked_on", "paid_on", "'20251301'")),
        delimiter="|",
        day="paid_on",
    ),
)
LAYOUTS = (*CUSTOMERS, *ACCOUNTS, *BOOKINGS)


def columns(bank: duckdb.DuckDBPyConnection, layout: Layout) -> list[str]:
    """The header of a file that has been laid out."""
    return [name for name, *_ in bank.execute(f"DESCRIBE file_{layout.name}").fetchall() if not name.startswith("_")]
