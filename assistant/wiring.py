"""The composition root: which parts the assistant is made of."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from assistant.assistant import Assistant
from assistant.engines.builtin import Builtin
from assistant.engines.called import CalledTools
from assistant.engines.engine import Engine
from assistant.feedback.casework import Casework
from assistant.journal import Journal
from assistant.proposals.approve_message import ApproveMessage
from assistant.proposals.correct_field import CorrectField
from assistant.proposals.create_task import CreateTask
from assistant.proposals.file_feedback import FileFeedback
from assistant.proposals.invite_feedback import InviteFeedback
from assistant.proposals.join_customers import JoinCustomers
from assistant.proposals.keep_apart import KeepApart
from assistant.proposals.log_contact import LogContact
from assistant.proposals.make_campaign import MakeCampaign
from assistant.proposals.proposals import Proposals
from assistant.proposals.record_answer import RecordAnswer
from assistant.proposals.reply_feedback import ReplyFeedback
from assistant.proposals.settle_campaign import SettleCampaign
from assistant.proposals.settle_conflict import SettleConflict
from assistant.proposals.settle_feedback import SettleFeedback
from assistant.proposals.settle_invitation import SettleInvitation
from assistant.proposals.settle_item import SettleItem
from assistant.proposals.settle_task import SettleTask
from assistant.proposals.undo_merge import UndoMerge
from assistant.recommend.rule_pack import read_pack
from assistant.settings import Settings
from assistant.tools.birthdays import birthdays
from assistant.tools.briefing import briefing
from assistant.tools.campaign_checklist import campaign_checklist
from assistant.tools.campaign_review import campaign_review
from assistant.tools.campaigns import campaigns
from assistant.tools.comparison import comparison
from assistant.tools.contacts import contacts
from assistant.tools.create_task import create_task
from assistant.tools.credit_by_industry import credit_by_industry
from assistant.tools.customers_lacking import customers_lacking
from assistant.tools.daily_brief import daily_brief
from assistant.tools.data_quality import data_quality
from assistant.tools.decide_duplicate import decide_duplicate
from assistant.tools.deposit_changes import deposit_changes
from assistant.tools.deposit_movers import deposit_movers
from assistant.tools.due_cases import due_cases
from assistant.tools.duplicates import duplicates
from assistant.tools.feedback import feedback
from assistant.tools.feedback_themes import feedback_themes
from assistant.tools.field_history import field_history
from assistant.tools.file_feedback import file_feedback
from assistant.tools.file_quality import file_quality
from assistant.tools.find_customer import find_customer
from assistant.tools.happenings import happenings
from assistant.tools.holdings import holdings
from assistant.tools.leaving import leaving
from assistant.tools.loan_changes import loan_changes
from assistant.tools.loans import loans
from assistant.tools.log_contact import log_contact
from assistant.tools.make_campaign import make_campaign
from assistant.tools.maturities import maturities
from assistant.tools.message_draft import message_draft
from assistant.tools.most_valuable import most_valuable
from assistant.tools.my_customers import my_customers
from assistant.tools.neglected import neglected
from assistant.tools.portrait import portrait
from assistant.tools.product import product
from assistant.tools.product_list import product_list
from assistant.tools.product_results import product_results
from assistant.tools.recommendation import recommendation
from assistant.tools.record_answer import record_answer
from assistant.tools.repair import repair
from assistant.tools.reply_draft import reply_draft
from assistant.tools.results import results
from assistant.tools.selection import selection
from assistant.tools.settle_feedback import settle_feedback
from assistant.tools.settle_task import settle_task
from assistant.tools.standard import standard
from assistant.tools.suitability import suitability
from assistant.tools.survey_invitation import survey_invitation
from assistant.tools.survey_results import survey_results
from assistant.tools.talking_points import talking_points
from assistant.tools.target_list import target_list
from assistant.tools.tasks import tasks
from assistant.tools.tier_review import tier_review
from assistant.tools.tool import Tool
from assistant.tools.top_customers import top_customers
from assistant.tools.transactions import transactions
from assistant.tools.triage import triage
from assistant.tools.unit_results import unit_results
from assistant.tools.update_campaign import update_campaign
from assistant.tools.value_groups import value_groups
from assistant.tools.wealth_plan import wealth_plan
from assistant.understanding.intents import Intents
from assistant.understanding.understanding import Understanding
from knowledge.clock import Clock
from knowledge.crm.schema import migrate
from knowledge.crm.store import CrmStore
from knowledge.embeddings import open_embeddings
from knowledge.library.library import Library

TOOLS = tuple(
    Tool.of(function)
    for function in (
        birthdays, briefing, campaign_checklist, campaign_review, campaigns, comparison, contacts, create_task,
        credit_by_industry, customers_lacking, daily_brief, data_quality, decide_duplicate, deposit_changes,
        deposit_movers, due_cases, duplicates, feedback, feedback_themes, field_history, file_feedback, file_quality,
        find_customer, happenings, holdings, leaving, loan_changes, loans, log_contact, make_campaign, maturities,
        message_draft, most_valuable, my_customers, neglected, portrait, product, product_list, product_results,
        recommendation, record_answer, repair, reply_draft, results, selection, settle_feedback, settle_task, standard,
        suitability, survey_invitation, survey_results, talking_points, target_list, tasks, tier_review, top_customers,
        transactions, triage, unit_results, update_campaign, value_groups, wealth_plan,
    )
)  # fmt: skip

WRITES = (
    ApproveMessage,
    CorrectField,
    CreateTask,
    FileFeedback,
    InviteFeedback,
    JoinCustomers,
    KeepApart,
    LogContact,
    MakeCampaign,
    RecordAnswer,
    ReplyFeedback,
    SettleCampaign,
    SettleConflict,
    SettleFeedback,
    SettleInvitation,
    SettleItem,
    SettleTask,
    UndoMerge,
)
"""The kinds of proposal that there are."""


@asynccontextmanager
async def open_assistant(settings: Settings) -> AsyncIterator[Assistant]:
    """An assistant on the bank that `settings` names; brings its store to the newest schema first."""
    migrate(settings.store_url)
    store = CrmStore(settings.store_url)
    try:
        clock = Clock(settings.as_of)
        journal = Journal(store)
        embeddings = open_embeddings(settings.embeddings)
        casework = Casework(embeddings, settings.home, settings.deadlines)
        intents = await asyncio.to_thread(Intents.open, embeddings, settings.home)
        async with _engines(settings, store) as engines:
            yield Assistant(
                store=store,
                library=Library(settings.store_url, settings.home, embeddings),
                understanding=Understanding(intents),
                engines=engines,
                journal=journal,
                proposals=Proposals(store, WRITES, journal, clock, read_pack(settings.rules), casework.rules),
                clock=clock,
                default_engine=settings.engine,
                rules=read_pack(settings.rules),
                called=CalledTools(TOOLS),
                casework=casework,
            )
    finally:
        await store.close()


@asynccontextmanager
async def _engines(settings: Settings, store: CrmStore) -> AsyncIterator[Mapping[str, Engine]]:
    builtin = Builtin(TOOLS)
    if settings.engine == builtin.name:
        yield {builtin.name: builtin}
        return
    from assistant.model_engines import model_engines  # LangChain takes seconds, and builtin does without it

    async with model_engines(settings, builtin, TOOLS, store) as engines:
        yield {builtin.name: builtin, **engines}


async def prepare(settings: Settings) -> None:
    """Makes ready what the first question would otherwise wait for: the classifier of questions."""
    await asyncio.to_thread(Intents.open, open_embeddings(settings.embeddings), settings.home)
