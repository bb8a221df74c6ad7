"""What each record says of its customer: the values, before a system's file gives them its own form."""

import duckdb

from benchmarks.planted.lots import FEW, SLOTS

JOBS = {
    "hans": "教师 医生 工程师 会计 公务员 司机 销售经理 护士 厨师 律师 个体经营者 程序员 工人 退休 设计师 学生",
    "hant": "教師 醫生 工程師 會計 公務員 司機 業務經理 護理師 廚師 律師 自營商 程式設計師 退休 設計師 學生",
    "es": "profesora médico ingeniero contable funcionario conductor comercial enfermera cocinero abogada autónomo "
    "jubilado estudiante",
    "latin": "teacher doctor engineer accountant clerk driver salesman nurse chef lawyer builder programmer retired "
    "student",
}
CURRENCIES = {"hans": "CNY", "hant": "CNY", "es": "EUR", "latin": "GBP"}
LANGUAGES = {"hans": "zh", "hant": "zh", "es": "es", "latin": "en"}
OWN_GAPS = {
    "core": {"birth_date": 0.02, "phone": 0.04, "address": 0.03, "email": 0.50},
    "credit": {"birth_date": 0.03, "phone": 0.05, "address": 0.05, "email": 1.0},
    "card": {"birth_date": 0.08, "phone": 0.03, "address": 0.15, "email": 0.55},
}
"""Share of empty cells that nothing went wrong for: the clerk did not ask, the form does not."""


def create(bank: duckdb.DuckDBPyConnection) -> None:
    """Creates `statement`: record by record the names, birth date, phone, email, address, work and income said."""
    jobs = {script: words.split() for script, words in JOBS.items()}
    bank.execute(f"""
        CREATE TABLE statement AS
        WITH keyed AS (
            SELECT *,
                CASE WHEN has(troubles, 'married_name') AND script = 'latin' THEN key ELSE surname_key END AS sur,
                CASE WHEN has(troubles, 'moved') THEN key ELSE home_key END AS home,
                CASE WHEN has(troubles, 'moved') AND drawn(key, 'far') < 0.3 THEN key ELSE city_key END AS town,
                CASE WHEN has(troubles, 'new_phone') THEN key ELSE phone_key END AS line,
                CASE WHEN has(troubles, 'new_email') THEN key ELSE id END AS mail,
                CASE WHEN has(troubles, 'other_job') THEN key ELSE id END AS job,
                CASE WHEN has(troubles, 'other_income') THEN key ELSE id END AS pay
            FROM record
        ), people AS ({_people()}), firms AS ({_firms()}), named AS (FROM people UNION ALL BY NAME FROM firms)
        SELECT r.n, r.id AS customer, r.key, r.system, r.number, r.as_of, r.kind, r.script, r.troubles, r.sex,
               r.line AS phone_key, r.mail AS email_key, r.job AS job_key, r.pay AS income_key,
               r.home::VARCHAR || '@' || r.town AS address_key,
               n.name, n.name_latin, n.mail_name, {_birth()} AS birth_date, {_phone()} AS phone, {_email()} AS email,
               {_address()} AS address,
               CASE WHEN n.in_latin THEN city.latin ELSE city.native END AS city, city.region, city.branch,
               CASE WHEN r.kind = 'person' THEN {_by_script("among(r.job, 'job', {})", jobs)} END AS job,
               {_income()} AS income, {_by_script("'{}'", CURRENCIES)} AS currency,
               {_by_script("'{}'", LANGUAGES)} AS language
        FROM keyed AS r JOIN named AS n ON n.n = r.n
        JOIN lot_city AS city ON city.script = r.script AND city.slot = pick(r.town, 'city', {FEW})
        JOIN lot_street AS street ON street.script = r.script AND street.slot = pick(r.home, 'street', {FEW})
        ORDER BY r.n
    """)


def _by_script(template: str, values: dict[str, str] | dict[str, list[str]]) -> str:
    cases = " ".join(f"WHEN '{script}' THEN {template.format(value)}" for script, value in values.items())
    return f"CASE r.script {cases} END"


def _people() -> str:
    """Persons' names: with characters, or in Latin letters, in the order and with the slips of the record."""
    return f"""
        SELECT r.n, has(r.troubles, 'latin') OR has(r.troubles, 'given_first') AS in_latin,
            has(r.troubles, 'name_typo') AS slipped, drawn(r.key, 'which') < 0.3 AS in_surname,
            CASE WHEN slipped AND in_surname AND r.script IN ('es', 'latin') THEN s.typo ELSE s.native END AS sur_said,
            CASE WHEN slipped AND NOT (in_surname AND r.script IN ('es', 'latin')) THEN g.typo
                 WHEN has(r.troubles, 'given_shortened') THEN g.short ELSE g.native END AS given,
            CASE WHEN slipped AND in_surname THEN s.latin_typo ELSE s.latin END AS sur_latin,
            CASE WHEN slipped AND NOT in_surname THEN g.latin_typo
                 WHEN drawn(r.key, 'spaced') < 0.25 THEN g.spaced ELSE g.latin END AS given_latin,
            CASE WHEN has(r.troubles, 'given_first') THEN given_latin || ' ' || sur_latin
                 ELSE sur_latin || ' ' || given_latin END AS chinese_latin,
            CASE WHEN has(r.troubles, 'second_surname_dropped') THEN sur_said
                 WHEN has(r.troubles, 'married_name') THEN sur_said || ' de ' || m.native
                 ELSE sur_said || ' ' || s2.native END AS surs,
            CASE WHEN r.script = 'latin' THEN sur_said ELSE surs END AS family,
            CASE WHEN has(r.troubles, 'surname_first') THEN family || ', ' || given
                 ELSE given || ' ' || family END AS whole,
            CASE WHEN r.script IN ('es', 'latin')
                      THEN CASE WHEN has(r.troubles, 'accents_dropped') THEN upper(strip_accents(whole)) ELSE whole END
                 WHEN in_latin THEN chinese_latin
                 WHEN has(r.troubles, 'traditional') OR has(r.troubles, 'simplified') THEN s.other || g.other
                 ELSE sur_said || given END AS name,
            CASE WHEN r.script IN ('es', 'latin') THEN strip_accents(whole) ELSE chinese_latin END AS name_latin,
            lower(regexp_replace(g.latin || '.' || s.latin, '[^A-Za-z.]', '', 'g')) AS mail_name
        FROM keyed AS r
        JOIN lot_surname AS s ON s.script = r.script AND s.slot = pick(r.sur, 'surname', {SLOTS})
        JOIN lot_surname AS s2 ON s2.script = r.script AND s2.slot = pick(r.surname2_key, 'surname2', {SLOTS})
        JOIN lot_surname AS m ON m.script = r.script AND m.slot = pick(r.key, 'married', {SLOTS})
        JOIN lot_given AS g ON g.script = r.script AND g.sex = r.sex AND g.slot = pick(r.given_key, 'given', {SLOTS})
        WHERE r.kind = 'person'"""


def _firms() -> str:
    """Names of companies and public bodies: trade, line of business, legal form, branch."""
    return f"""
        SELECT r.n, has(r.troubles, 'latin') AS in_latin, has(r.troubles, 'name_typo') AS slipped,
            has(r.troubles, 'traditional') OR has(r.troubles, 'simplified') AS turned,
            CASE WHEN r.kind = 'company' THEN t.near ELSE b.near END AS near_trade,
            CASE WHEN r.planted = 'near_name' THEN near_trade WHEN r.kind = 'company' THEN
                 CASE WHEN slipped THEN t.typo WHEN turned THEN t.other ELSE t.native END
                 WHEN slipped THEN b.typo WHEN turned THEN b.other ELSE b.native END AS trade,
            CASE WHEN r.planted = 'near_name' AND r.kind = 'company' THEN t.near_latin
                 WHEN r.planted = 'near_name' THEN b.near_latin
                 WHEN r.kind = 'company' THEN CASE WHEN slipped THEN t.latin_typo ELSE t.latin END
                 WHEN slipped THEN b.latin_typo ELSE b.latin END AS trade_latin,
            CASE WHEN turned THEN l.other ELSE l.native END AS line_said, replace(seat.native, '市', '') AS seated,
            CASE WHEN has(r.troubles, 'trade_name') THEN 'none' WHEN has(r.troubles, 'legal_form')
                 THEN among(r.key, 'form', ['none', 'long', 'long']) ELSE 'usual' END AS form,
            CASE WHEN has(r.troubles, 'trade_name') THEN '' ELSE seated END AS chinese_seat,
            CASE WHEN r.planted = 'branch_office' THEN replace(own.native, '市', '') END AS branch_city,
            CASE WHEN r.planted = 'branch_office' THEN own.latin END AS own_branch,
            CASE WHEN r.script IN ('hans', 'hant') AND in_latin THEN seat.latin || ' ' || trade_latin || ' ' || l.latin
                    || CASE form WHEN 'usual' THEN ' Co., Ltd.' WHEN 'long' THEN ' Company Limited' ELSE '' END
                    || coalesce(' ' || own_branch || ' Branch', '')
                 WHEN r.script IN ('hans', 'hant') THEN chinese_seat || trade || line_said
                    || CASE WHEN turned <> (r.script = 'hant')
                       THEN CASE form WHEN 'usual' THEN '有限公司' WHEN 'long' THEN '有限責任公司' ELSE '' END
                       ELSE CASE form WHEN 'usual' THEN '有限公司' WHEN 'long' THEN '有限责任公司' ELSE '' END END
                    || coalesce(branch_city || '分公司', '')
                 WHEN r.script = 'es' THEN CASE WHEN form = 'none' AND has(r.troubles, 'trade_name') THEN trade
                    ELSE line_said || ' ' || trade END
                    || CASE form WHEN 'usual' THEN among(r.id, 'es', [' S.L.', ' S.L.', ' S.A.'])
                       WHEN 'long' THEN among(r.id, 'es', [' Sociedad Limitada', ' SL', ' Sociedad Anónima'])
                       ELSE '' END
                    || coalesce(' Sucursal ' || branch_city, '')
                 ELSE CASE WHEN has(r.troubles, 'trade_name') THEN trade ELSE trade || ' ' || l.native END
                    || CASE form WHEN 'usual' THEN ' Ltd' WHEN 'long' THEN ' Limited' ELSE '' END
                    || coalesce(' ' || branch_city || ' Branch', '') END AS company,
            CASE WHEN r.kind = 'company' THEN company WHEN r.script IN ('hans', 'hant')
                 THEN CASE WHEN in_latin THEN seat.latin || ' ' || trade_latin ELSE seat.native || trade END
                 ELSE trade || ', ' || seat.native END AS written,
            CASE WHEN has(r.troubles, 'accents_dropped') THEN upper(strip_accents(written)) ELSE written END AS name,
            CASE WHEN r.script IN ('hans', 'hant') THEN seat.latin || ' ' || trade_latin
                    || CASE WHEN r.kind = 'company' THEN ' ' || l.latin || ' Co., Ltd.' ELSE '' END
                    || coalesce(' ' || own_branch || ' Branch', '')
                 ELSE strip_accents(name) END AS name_latin,
            lower(regexp_replace(trade_latin, '[^A-Za-z]', '', 'g')) AS mail_name
        FROM keyed AS r
        JOIN lot_trade AS t ON t.script = r.script AND t.slot = pick(r.surname_key, 'trade', {SLOTS})
        JOIN lot_body AS b ON b.script = r.script AND b.slot = pick(r.surname_key, 'body', {FEW})
        JOIN lot_line AS l ON l.script = r.script AND l.slot = pick(r.given_key, 'line', {FEW})
        JOIN lot_city AS seat ON seat.script = r.script AND seat.slot
            = pick(CASE WHEN r.planted = 'branch_office' THEN r.partner ELSE r.city_key END, 'city', {FEW})
        JOIN lot_city AS own ON own.script = r.script AND own.slot = pick(r.city_key, 'city', {FEW})
        WHERE r.kind <> 'person'"""


def _gap(field: str) -> str:
    shares = " ".join(f"WHEN '{system}' THEN {gaps[field]}" for system, gaps in OWN_GAPS.items())
    return f"drawn(r.key, 'no {field}') < CASE r.system {shares} END"


def _birth() -> str:
    return f"""CASE WHEN has(r.troubles, 'no_birth_date') OR {_gap("birth_date")} THEN NULL
        WHEN has(r.troubles, 'birth_swapped') THEN make_date(year(r.birth_date), day(r.birth_date), month(r.birth_date))
        WHEN has(r.troubles, 'birth_typo') THEN CASE WHEN drawn(r.key, 'slip') < 0.5
            THEN r.birth_date + INTERVAL 1 YEAR * among(r.key, 'years', [-10, -1, 1, 10])
            ELSE r.birth_date + INTERVAL 1 DAY * among(r.key, 'days', [-10, -1, 1, 2]) END::DATE
        ELSE r.birth_date END"""


def _phone() -> str:
    def digits(count: int) -> str:
        return f"lpad(pick(r.line, 'digits', {10**count})::VARCHAR, {count}, '0')"

    return f"""CASE WHEN has(r.troubles, 'no_phone') OR {_gap("phone")} THEN NULL
        ELSE CASE r.script WHEN 'hans' THEN '+86' || among(r.line, 'net', ['135', '136', '137', '138', '139', '150',
            '151', '158', '159', '177', '180', '186', '187', '188', '189']) || {digits(8)}
        WHEN 'hant' THEN '+8869' || {digits(8)} WHEN 'es' THEN '+346' || {digits(8)}
        ELSE '+447' || {digits(9)} END END"""


def _email() -> str:
    return f"""CASE WHEN {_gap("email")} AND NOT has(r.troubles, 'new_email') THEN NULL ELSE n.mail_name
        || pick(r.mail, 'mail number', 10000) || among(r.mail, 'mail', ['@mail.example', '@post.example',
        '@correo.example', '@web.example']) END"""


def _address() -> str:
    def number(part: str, below: int) -> str:
        return f"(1 + pick(r.home, '{part}', {below}))"

    house, flat, floor = number("house", 380), number("flat", 6), number("floor", 18)
    district = "among(r.home, 'district', city.districts)"
    short = "has(r.troubles, 'address_otherwise')"
    return f"""CASE WHEN has(r.troubles, 'no_address') OR {_gap("address")} THEN NULL
        WHEN r.script = 'es' AND {short} THEN street.short || ' ' || {house} || ' ' || {floor}
            || ' ' || chr(64 + {flat})
        WHEN r.script = 'es' THEN street.street || ' ' || {house} || ', ' || {floor} || 'º ' || chr(64 + {flat}) || ', '
            || {district}
        WHEN r.script = 'latin' AND {short} THEN {house} || ' ' || street.short
        WHEN r.script = 'latin' THEN 'Flat ' || {flat} || ', ' || {house} || ' ' || street.street || ', ' || {district}
        WHEN {short} THEN street.street || {house} || '号' || {floor} || '-' || (100 * {flat} + 1)
        WHEN r.script = 'hant' THEN {district} || street.street || {house} || '號' || {floor} || '棟'
            || (100 * {flat} + 1) || '室'
        ELSE {district} || street.street || {house} || '号' || {floor} || '栋' || (100 * {flat} + 1) || '室' END"""


def _income() -> str:
    shares = "drawn(r.pay, 'income') + drawn(r.pay, 'income2') + drawn(r.pay, 'income3') - 1.5"
    return f"""CASE WHEN drawn(r.key, 'no income') < 0.25 THEN NULL
        ELSE round(CASE r.kind WHEN 'person' THEN 60000 ELSE 4000000 END * exp(1.3 * ({shares})), -2)::BIGINT END"""
