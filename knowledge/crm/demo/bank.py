"""The demo bank as a whole: made in memory, then written in one transaction."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from knowledge.clock import Clock
from knowledge.crm.changed import note_everything, unnoted
from knowledge.crm.codes import CustomerKind, Role
from knowledge.crm.demo.assessments import write_assessments
from knowledge.crm.demo.campaigns import make_campaigns
from knowledge.crm.demo.cases import cases, make_case
from knowledge.crm.demo.catalogue import write_products
from knowledge.crm.demo.client import Client
from knowledge.crm.demo.companies import make_companies, make_public_bodies
from knowledge.crm.demo.contacts import make_contacts
from knowledge.crm.demo.feedback import make_feedback
from knowledge.crm.demo.fortunes import make_fortune, marry
from knowledge.crm.demo.making import Making
from knowledge.crm.demo.names import NameMaker, name_words
from knowledge.crm.demo.organisation import organisation, write_organisation
from knowledge.crm.demo.people import make_people
from knowledge.crm.demo.period import Period
from knowledge.crm.demo.portraits import portraits
from knowledge.crm.demo.records import alike, write_records
from knowledge.crm.demo.sources import write_history, write_identifiers, write_names
from knowledge.crm.demo.surveys import make_surveys
from knowledge.crm.numbering import continue_numbers
from knowledge.crm.schema import migrate
from knowledge.crm.store import bulk_engine
from knowledge.crm.tables import Customer
from knowledge.errors import StoreError
from knowledge.insight.run import run_insight
from knowledge.intake.calendar_format import add_months
from knowledge.offering.scoring import score_products

_COUPLES = 0.05


@dataclass(frozen=True)
class Guide:
    """Whom to ask as in a first try: `employee` is the id, `about` says who it is, `question` what to ask."""

    employee: str
    role: Role
    name: str
    about: str
    question: str


@dataclass(frozen=True)
class DemoBank:
    """What was written: rows per table, and whom to ask as."""

    as_of: date
    counts: dict[str, int]
    guides: list[Guide]


def make_demo_bank(url: str, *, seed: int = 7, as_of: date, progress: Callable[[str], None] | None = None) -> DemoBank:
    """Fills the store at `url` with the demo bank as of that date; `progress` gets one line per step.

    The same seed and date give the same rows. Everything is written in one transaction; then its measures are
    computed, as of a year before and of that date. Raises StoreError if the store already holds customers or cannot
    be written.
    """
    tell = progress or (lambda line: None)
    try:
        migrate(url)
        _refuse_filled(url)
        making = compose(seed, Period.until(as_of), tell)
        engine = bulk_engine(url)
        with engine.begin() as connection:
            with unnoted(connection):
                counts = making.sheets.write(connection, tell)
            note_everything(connection)
            continue_numbers(connection)
        engine.dispose()
    except SQLAlchemyError as error:
        raise StoreError(reason=f"the demo bank was not written: {str(error).splitlines()[0]}") from error
    _measure(url, as_of, tell)
    return DemoBank(as_of, counts, demo_guides())


def _measure(url: str, as_of: date, tell: Callable[[str], None]) -> None:
    """Computes the measures, earlier ones first, so that answers can say which way things go."""
    with TemporaryDirectory() as folder:
        for day in (add_months(as_of, -12), as_of):
            tell(f"computing the measures as of {day}")
            run_insight(url, Path(folder), clock=Clock(day))
    tell("scoring products for customers")
    score_products(url, as_of)


def _refuse_filled(url: str) -> None:
    engine = bulk_engine(url)
    with engine.connect() as connection:
        count = connection.scalar(select(func.count()).select_from(Customer)) or 0
    engine.dispose()
    if count:
        raise StoreError(reason=f"the store already holds {count} customers; the demo bank needs an empty one")


def compose(seed: int, period: Period, tell: Callable[[str], None]) -> Making:
    """The whole bank in memory, before anything is written."""
    making = Making(seed, period)
    write_organisation(making.sheets, period)
    write_products(making.sheets, period)
    making.clients += [make_case(making, case) for case in cases()]
    tell("making customers")
    _make_clients(making)
    tell("making contacts, feedback and offers")
    for client in making.clients:
        if not client.planted:
            make_contacts(making, client)
    make_feedback(making)
    make_surveys(making)
    make_campaigns(making)
    pairs = alike(making)
    for client in making.clients:
        client.write(making.sheets)
        write_names(making, client)
        write_identifiers(making, client)
        write_history(making, client)
        write_assessments(making, client)
    write_records(making, pairs)
    return making


def _make_clients(making: Making) -> None:
    """All customers that are not told cases, branch by branch, and their money."""
    reserved = {name for case in cases() for name in (case.name, case.latin) if name}
    reserved |= {name for each in name_words().homonyms for name in (each.name, each.latin) if name}
    told = Counter((case.branch, case.kind) for case in cases())
    known = portraits()
    for branch_id in organisation().branch_ids:
        names = NameMaker(making.rng(f"names/{branch_id}"), reserved)
        people = make_people(making, branch_id, names, known.persons[branch_id] - told[branch_id, CustomerKind.PERSON])
        companies = make_companies(
            making, branch_id, names, known.companies[branch_id] - told[branch_id, CustomerKind.COMPANY]
        )
        bodies = make_public_bodies(
            making, branch_id, names, known.public_bodies[branch_id] - told[branch_id, CustomerKind.PUBLIC_BODY]
        )
        for client in [*people, *companies, *bodies]:
            make_fortune(making, client)
        _marry_some(making, people)
        making.clients += [*people, *companies, *bodies]


def _marry_some(making: Making, people: list[Client]) -> None:
    """Neighbours in the list who speak one language, are of age and not closed become couples."""
    free = iter(client for client in people if client.closed_on is None and client.birth_date)
    for one, other in zip(free, free, strict=False):
        if one.language == other.language and one.sex != other.sex and one.rng.random() < _COUPLES * 4:
            marry(making, one, other)


def demo_guides() -> list[Guide]:
    """Whom to ask as in a first try, one for each level of scope and each language."""
    guides = []
    for each in organisation().guides:
        employee = organisation().employee(each.employee)
        guides.append(Guide(employee.id, employee.role, employee.name, each.about, each.question))
    return guides
