"""When a question is answered by criteria, when by the ability made for it, and when it takes the last one further."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import date
from pathlib import Path

import pytest
import pytest_asyncio

from assistant.answer import Answer
from assistant.assistant import Assistant
from assistant.settings import Settings
from assistant.wiring import open_assistant
from knowledge.query import Query
from tests.assistant.understanding.selection.test_questions import said
from tests.evals.case import ask

AS_OF = date(2026, 11, 20)
Turns = Callable[..., Awaitable[list[Answer]]]

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def assistant(demo_home: Path) -> AsyncIterator[Assistant]:
    async with open_assistant(Settings(home=demo_home, as_of=AS_OF)) as opened:
        yield opened


@pytest_asyncio.fixture(loop_scope="module")
async def turns(assistant: Assistant, request: pytest.FixtureRequest) -> Turns:
    """Asks one question after the other in one conversation."""

    async def asked(employee: str, *questions: str) -> list[Answer]:
        conversation = f"{request.node.name}-{questions[0]}"
        return [await ask(assistant, employee, question, conversation) for question in questions]

    return asked


def queried(answer: Answer) -> str:
    """The query of an answer; the ability that answered where it was none by criteria."""
    if not answer.tools or answer.tools[0].name != "selection":
        return answer.tools[0].name if answer.tools else str(answer.refused)
    return said(Query.model_validate_json(str(answer.tools[0].arguments["query"])))


@pytest.mark.parametrize(
    "employee, question, ability",
    [
        ("jiang.lan", "who are my customers?", "my_customers"),
        ("jiang.lan", "list my gold customers", "my_customers"),
        ("jiang.lan", "customers by tier", "my_customers"),
        ("jiang.lan", "which customers have not been contacted for too long?", "neglected"),
        ("jiang.lan", "what matures next month?", "maturities"),
        ("chen.guohua", "which complaints are still open?", "feedback"),
        ("chen.guohua", "top five customers by balance", "top_customers"),
        ("chen.guohua", "credit by industry", "credit_by_industry"),
        ("chen.guohua", "churn rate by branch", "unit_results"),
        ("jiang.lan", "whose deposits fell most last month?", "deposit_movers"),
        ("jiang.lan", "how fast must a complaint from a gold customer be answered?", "standard"),
        ("jiang.lan", "王建国有多少存款？", "holdings"),
        ("jiang.lan", "孔乙己有多少存款？", "unknown_customer"),
        ("tom.baker", "does James Carter have a loan over 200k?", "loans"),
        ("chen.guohua", "how many left-handed customers do we have?", "unclear_selection"),
        ("lucia.vega", "customers with a loan", "no_access"),
    ],
)
async def test_other_questions_keep_their_abilities(turns: Turns, employee: str, question: str, ability: str) -> None:
    (answer,) = await turns(employee, question)
    assert queried(answer) == ability


@pytest.mark.parametrize(
    "employee, question, query",
    [
        ("jiang.lan", "list my gold customers without a fund",
         "list customers | not has accounts(product_kind=fund) | tier=gold"),
        ("chen.guohua", "which gold customers have term deposits maturing next month",
         "list customers | has accounts(matures_on=2026-12-01..2026-12-31; product_kind=term_deposit) | tier=gold"),
        ("chen.guohua", "open complaints about fees",
         "list feedback | cause=fees | feedback_kind=complaint | feedback_state=new,in_progress,waiting,reopened"),
        ("chen.guohua", "哪些客户的贷款逾期了",
         "list customers | has accounts(account_state=in_arrears; product_kind=loan)"),
        ("chen.guohua", "¿qué clientes de Shanghái tienen un préstamo en mora?",
         "list customers | city=Shanghai | has accounts(account_state=in_arrears; product_kind=loan)"),
        ("lucia.vega", "quejas por canal", "count feedback | feedback_kind=complaint by feedback_channel"),
    ],
)  # fmt: skip
async def test_what_goes_beyond_an_ability_is_answered_by_criteria(
    turns: Turns, employee: str, question: str, query: str
) -> None:
    (answer,) = await turns(employee, question)
    assert queried(answer) == query
    assert answer.refused is None


@pytest.mark.parametrize(
    "questions, last",
    [
        (("gold customers without a fund", "only those over 300k in deposits"),
         "list customers | deposits>300000 | not has accounts(product_kind=fund) | tier=gold"),
        (("gold customers without a fund", "and the platinum ones?"),
         "list customers | not has accounts(product_kind=fund) | tier=platinum"),
        (("gold customers without a fund", "and by sex?"),
         "count customers | not has accounts(product_kind=fund) | tier=gold by sex"),
        (("gold customers without a fund", "and by sex?", "list them"),
         "list customers | not has accounts(product_kind=fund) | tier=gold"),
        (("gold customers without a fund", "how many is that?"),
         "count customers | not has accounts(product_kind=fund) | tier=gold"),
        (("who are my customers?", "only the companies"), "list customers | customer_kind=company"),
        (("有基金的女性客户有多少", "那上海的呢", "按支行呢？"),
         "count customers | city=Shanghai | has accounts(product_kind=fund) | sex=F by branch"),
        (("有基金的女性客户有多少", "列出来"), "list customers | has accounts(product_kind=fund) | sex=F"),
        (("¿cuántos clientes tienen un préstamo en mora?", "¿y en Shanghái?", "solo las mujeres"),
         "count customers | city=Shanghai | has accounts(account_state=in_arrears; product_kind=loan) | sex=F"),
        (("average loan amount by region", "and in Guangzhou?"),
         "average amount accounts | city=Guangzhou | product_kind=loan by region"),
    ],
)  # fmt: skip
async def test_a_further_question_takes_the_last_one_further(
    turns: Turns, questions: tuple[str, ...], last: str
) -> None:
    assert queried((await turns("chen.guohua", *questions))[-1]) == last


async def test_a_new_question_forgets_the_conditions_of_the_last(turns: Turns) -> None:
    answers = await turns("chen.guohua", "gold customers without a fund", "how many complaints by channel last month?")
    assert "tier" not in queried(answers[-1])


async def test_one_of_a_list_is_spoken_of_by_its_place(turns: Turns) -> None:
    first, second = await turns("jiang.lan", "gold customers without a fund", "what does the second one hold?")
    assert (queried(second), second.customers) == ("holdings", [first.customers[1]])


async def test_what_was_left_out_is_said(turns: Turns) -> None:
    (answer,) = await turns("jiang.lan", "customers who like chess and have a loan")
    assert queried(answer) == "list customers | has accounts(product_kind=loan)"
    assert "Not taken into account: “chess”" in answer.answer


async def test_the_conditions_are_said_back_before_the_answer(turns: Turns) -> None:
    (answer,) = await turns("chen.guohua", "上海有多少女性客户的贷款超过20万")
    assert answer.answer.startswith(
        "理解为：您可查看的客户，条件为：城市为Shanghai；性别为女；有贷款（授信金额超过¥200,000.00）。"
    )
    count = next(fact for fact in answer.facts if fact.measure == "count")
    assert count.source == "customer?city=Shanghai&sex=F&has accounts(product_kind=loan&amount>200000)"
