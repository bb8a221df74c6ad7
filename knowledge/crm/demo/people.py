"""Persons as customers: who they are, before any money moves."""

from datetime import date
from random import Random

from knowledge.crm.codes import Consent, CustomerKind
from knowledge.crm.demo.client import Client
from knowledge.crm.demo.making import Making
from knowledge.crm.demo.names import Homonym, NameMaker, PersonName, name_words
from knowledge.crm.demo.organisation import organisation
from knowledge.crm.demo.period import YEAR_DAYS, add_months
from knowledge.crm.demo.portraits import portraits
from knowledge.crm.demo.statement_words import statement_words

_MISTYPED_EMAIL = 61
"""Every so many customers' address was written down as it was spoken."""
_TOLERANCES = ("C1", "C2", "C3", "C4", "C5")


def make_people(making: Making, branch_id: str, names: NameMaker, count: int) -> list[Client]:
    """`count` persons of a branch, those of one name among them."""
    homonyms = [each for each in name_words().homonyms if each.branch == branch_id for _ in range(each.count)]
    rng = making.rng(f"people/{branch_id}")
    places = set(rng.sample(range(count), len(homonyms)))
    people = []
    for number in range(count):
        homonym = homonyms.pop() if number in places else None
        people.append(_person(making, branch_id, names, homonym))
    return people


def _person(making: Making, branch_id: str, names: NameMaker, homonym: Homonym | None) -> Client:
    client_id = making.sheets.number("C", 6)
    rng = making.rng(client_id)
    language = _language(rng, branch_id)
    if homonym:
        name = PersonName(homonym.name, homonym.latin, homonym.sex)
        language = "zh" if homonym.latin else "en" if len(homonym.name.split()) == 2 else "es"
    else:
        name = names.person(language)
    client = Client(
        client_id, CustomerKind.PERSON, name.written, name.latin, language, branch_id,
        homonym.manager if homonym and homonym.manager else manager_for(rng, branch_id, language),
        since=since_date(making, rng), rng=rng, sex=name.sex,
    )  # fmt: skip
    draw_portrait(making, client, age=min(88, max(19, int(rng.gauss(46, 15)))))
    return client


def _language(rng: Random, branch_id: str) -> str:
    shares = portraits().languages[branch_id]
    return rng.choices(list(shares), list(shares.values()))[0]


def manager_for(rng: Random, branch_id: str, language: str) -> str | None:
    """A manager of the branch who speaks the customer's language, if there is one; a few have none at the moment."""
    if rng.random() < 0.006:
        return None
    managers = organisation().managers(branch_id)
    speaking = [manager.id for manager in managers if manager.language == language]
    return rng.choice(speaking if speaking and rng.random() < 0.9 else [manager.id for manager in managers])


def since_date(making: Making, rng: Random) -> date:
    """Most customers came years ago, one in eight within the period."""
    if rng.random() < 0.125:
        return making.period.ago(rng.randint(40, 23 * 30))
    return making.period.ago(int(rng.triangular(2 * YEAR_DAYS + 31, 22 * YEAR_DAYS, 5 * YEAR_DAYS)))


def draw_portrait(making: Making, client: Client, age: int) -> None:
    """Draws age, work, income, wealth and wishes by chance."""
    rng, known = client.rng, portraits()
    client.birth_date = making.period.born(age, rng.randint(-364, 0))
    client.retired = age >= (56 if client.sex == "F" else 61)
    client.occupation = "retired" if client.retired else rng.choice(list(known.occupations))
    if age < 23 and not client.retired:
        client.occupation = "student"
    low, high = known.occupations.get(client.occupation, (24, 110))
    income = min(high, low * (high / low) ** rng.betavariate(1.6, 2.6))
    client.income = round(income) * 100_000
    client.wealth = int(client.income * rng.lognormvariate(-0.35, 1.25) * min(2.2, max(0.15, (age - 18) / 22)))
    if client.occupation in ("entrepreneur", "executive"):
        client.wealth *= 2
    client.education = rng.choices(list(known.educations), list(known.educations.values()))[0]
    client.interests = sorted(rng.sample(known.interests, rng.choice((0, 1, 1, 2, 2, 3))))
    client.employer = rng.choice(statement_words()[client.language].employers)
    client.since = max(client.since, add_months(client.birth_date, 12 * 18))
    _draw_address(client)
    _draw_tolerance(making, client, age)
    _leave_gaps(client)


def _draw_address(client: Client) -> None:
    rng, known = client.rng, portraits()
    number = int(client.id[1:])
    client.phone = f"1990000{number:04d}"
    at = "@" if number % _MISTYPED_EMAIL else " at "
    client.email = f"customer{number:06d}{at}mail.example"
    place = known.cities[client.branch_id]
    client.city, client.region = place["city"], place["region"]
    street, house, flat = rng.choice(known.streets[client.branch_id]), rng.randint(1, 399), rng.randint(101, 2804)
    client.address = f"{street}{house}号{flat}室"


def _draw_tolerance(making: Making, client: Client, age: int) -> None:
    """Assessed by questionnaire; some assessments have run out, some never took place."""
    rng = client.rng
    wealthy = client.wealth > 50_000_000
    shift = (-0.8 if age > 62 else 0.3) + (0.7 if wealthy else 0)
    client.tolerance = _TOLERANCES[min(4, max(0, round(rng.gauss(1.7 + shift, 1.0))))]
    days = rng.choice((30, 120, 200, 280, 350, 420, 700)) - rng.randint(0, 25)
    client.tolerance_assessed_on = max(client.since, making.period.ago(days))
    if rng.random() < 0.16:
        client.tolerance = client.tolerance_assessed_on = None
    client.consents = [consent.value for consent in Consent if rng.random() < 0.72]


def _leave_gaps(client: Client) -> None:
    """Real files have gaps."""
    chance = client.rng.random
    if chance() < 0.04:
        client.phone = None
    if chance() < 0.22:
        client.email = None
    if chance() < 0.08:
        client.occupation = None
    if chance() < 0.25:
        client.education = None
    if chance() < 0.10:
        client.address = None
