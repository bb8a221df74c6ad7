"""Whether a question is answered by a query, or by an ability that is made for it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import pairwise

from assistant.understanding.dialogue import Dialogue
from assistant.understanding.reading import CustomerMention, Reading
from assistant.understanding.selection.selection import Selected
from assistant.understanding.text import PlainText
from knowledge.crm.names import HAN
from knowledge.query import Query, Show, Subject

SELECTION = "selection"
FOLLOW_UP, OUT_OF_SCOPE = "follow_up", "out_of_scope"
SURE = 0.9
"""A reading of a question whose every word went into the query."""
CLEAR = 0.45
"""A reading less sure than this leaves the question to a query, where one names what it is about."""
SHORT = 60
"""Characters up to which a question may lean on the one before."""
LEANING = (FOLLOW_UP, SELECTION, "my_customers", "smalltalk", OUT_OF_SCOPE, "find_customer")
"""What a question reads like that names no rows of its own: "list them"."""


@dataclass(frozen=True)
class Heeded:
    """What an ability takes of a query by itself: fields of conditions and of groups, what it shows, of what."""

    about: tuple[Subject, ...]
    fields: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()
    orders: frozenset[str] = frozenset()
    shows: tuple[Show, ...] = (Show.LIST, Show.COUNT)
    holdings: frozenset[str] = frozenset()
    figures: frozenset[str] = frozenset()

    def takes(self, query: Query) -> bool:
        """Whether the ability answers all of it. Of each field it takes one value."""
        conditions = [*query.conditions, *(c for h in query.holdings for c in h.where)]
        return (
            query.about in self.about
            and query.show in self.shows
            and (query.figure is None or query.figure in self.figures)
            and {c.field for c in conditions} <= self.fields
            and all(len(c.values) == 1 or c.field in SEVERAL for c in conditions)
            and not any(c.negated for c in conditions)
            and {group.field for group in query.group} <= self.groups
            and (query.order is None or query.order.field in self.orders)
            and {f"{'not ' if h.negated else ''}{h.has}" for h in query.holdings} <= self.holdings
        )


SEVERAL = ("matures_on", "product_kind", "feedback_state")
OF_ONE = ("loans", "holdings", "transactions", "contacts", "portrait", "deposit_changes", "loan_changes", "comparison")
OF_SOMEBODY = (
    *OF_ONE, "feedback", "tasks", "maturities", "birthdays", "briefing", "suitability", "recommendation",
    "talking_points", "file_quality", "field_history",
)  # fmt: skip
"""Abilities that answer about one customer, or can."""
OF_MANY = ("find_customer", "deposit_movers", "happenings", "birthdays")
OF_PRODUCTS = ("product", "product_list")
"""A query answers in their place where customers are asked for."""
TALK = (FOLLOW_UP, OUT_OF_SCOPE, "smalltalk", "help")
_CUSTOMERS, _ACCOUNTS, _FEEDBACK = (Subject.CUSTOMERS,), (Subject.ACCOUNTS,), (Subject.FEEDBACK,)
_NOTHING = Heeded(())
HEEDED: dict[str, Heeded] = {
    "my_customers": Heeded(_CUSTOMERS, frozenset({"tier", "customer_kind"}), frozenset({"tier", "customer_kind"})),
    "customers_lacking": Heeded(_CUSTOMERS, frozenset({"customer_kind"})),
    "neglected": Heeded(_CUSTOMERS, frozenset({"tier"}), holdings=frozenset({"not contacts"})),
    "maturities": Heeded(
        (*_ACCOUNTS, *_CUSTOMERS),
        frozenset({"matures_on", "product_kind"}),
        shows=(Show.LIST,),
        holdings=frozenset({"accounts"}),
    ),
    "feedback": Heeded(_FEEDBACK, frozenset({"feedback_kind", "feedback_state"}), shows=(Show.LIST,)),
    "top_customers": Heeded(_CUSTOMERS, orders=frozenset({"deposits", "balance", "investments"}), shows=(Show.LIST,)),
    "most_valuable": Heeded(_CUSTOMERS, orders=frozenset({"contribution"}), shows=(Show.LIST,)),
    "leaving": Heeded(_CUSTOMERS, orders=frozenset({"churn_risk"}), shows=(Show.LIST,)),
    "credit_by_industry": Heeded(
        _ACCOUNTS,
        frozenset({"product_kind", "account_state"}),
        frozenset({"industry"}),
        shows=tuple(Show),
        figures=frozenset({"amount", "balance"}),
    ),
    "unit_results": Heeded(
        _CUSTOMERS, groups=frozenset({"branch"}), shows=tuple(Show), figures=frozenset({"contribution", "deposits"})
    ),
    "product_results": Heeded(
        (*_CUSTOMERS, *_ACCOUNTS), groups=frozenset({"product"}), shows=tuple(Show), figures=frozenset({"contribution"})
    ),
    "value_groups": Heeded(_CUSTOMERS, orders=frozenset({"contribution"})),
    **dict.fromkeys((*OF_ONE, *OF_MANY, *OF_PRODUCTS, *TALK), _NOTHING),
}
"""Abilities in whose place a query may answer, and what each is made for. The others keep their questions."""


def chosen(reading: Reading, selected: Selected, dialogue: Dialogue, words: frozenset[str]) -> Reading:
    """The Reading as the ability `selection` where a query answers it better. `words` are those of everyday
    questions, of which the abilities make something."""
    if _names_somebody(reading, selected) or (dialogue.pending and not selected.names_customers):
        return _of_somebody(reading)
    if _of_the_one_spoken_of(reading, selected, dialogue):
        return _of_somebody(reading)
    of_somebody = dialogue.customer is not None and reading.mentions.pronoun
    query, unknown = selected.query, _unknown(selected.left_out, words)
    unread = reading.confidence < CLEAR and _mostly_read(reading, selected)
    if unread and query is not None and selected.names_rows and not of_somebody:
        return _read(reading, selected, SURE)
    if reading.ability == SELECTION:
        plain = query is not None and not _says_something(query) and query.about is Subject.CUSTOMERS
        if plain and not selected.left_out:
            return replace(reading, ability="my_customers", mentions=replace(reading.mentions, query=query))
        return _read(reading, selected, reading.confidence)
    if reading.ability == "my_customers" and unknown:
        return _read(reading, selected, SURE)
    if reading.ability == OUT_OF_SCOPE and reading.confidence >= SURE:
        return reading
    heeded = HEEDED.get(reading.ability or "")
    if query is None or heeded is None or selected.left_out or not _says_something(query):
        return _with_query(reading, query)
    of_somebody = dialogue.customer is not None or reading.mentions.pronoun
    if reading.ability in OF_ONE and of_somebody and not selected.names_customers and not query.group:
        return reading
    if reading.ability in OF_PRODUCTS and not selected.names_customers:
        return reading
    if heeded.takes(query):
        return _with_query(reading, query)
    return _read(reading, selected, max(reading.confidence, SURE))


def goes_further(reading: Reading, selected: Selected, dialogue: Dialogue) -> bool:
    """Whether a question takes the last query further instead of asking anew."""
    if dialogue.query is None or selected.query is None or _names_somebody(reading, selected):
        return False
    if _only_orders(selected) and dialogue.ability == SELECTION and len(reading.question) <= SHORT:
        return True
    if reading.mentions.ordinal or (reading.mentions.pronoun and dialogue.customer):
        return False
    says = _says_something(selected.query) or selected.told
    figure = selected.query.figure is not None and (selected.names_customers or dialogue.query.show is Show.LIST)
    whole = selected.names_rows or bool(selected.left_out) or figure
    bare = not whole and (reading.ability in LEANING or reading.confidence < CLEAR)
    return says and len(reading.question) <= SHORT and (selected.further or bare)


def _only_orders(selected: Selected) -> bool:
    """Whether it says nothing but an order: "the biggest first"."""
    query = selected.query
    if query is None or query.order is None or query.where or query.group:
        return False
    return not (selected.names_rows or selected.names_customers)


def _mostly_read(reading: Reading, selected: Selected) -> bool:
    """Whether most of the words went into the query: of a tale that names a customer, few do."""
    said = sum(letter.isalpha() for letter in reading.question)
    return 2 * sum(letter.isalpha() for words in selected.left_out for letter in words) <= said


def taken_further(reading: Reading, query: Query | None, selected: Selected) -> Reading:
    """The Reading of a question that takes the last query further."""
    placeless = replace(reading, mentions=replace(reading.mentions, ordinal=None))
    return _read(placeless, replace(selected, query=query), SURE)


def _read(reading: Reading, selected: Selected, confidence: float) -> Reading:
    """As a selection; without a query where a condition was asked for and none was understood."""
    query = selected.query
    nothing = query is None or (not _says_something(query) and bool(selected.left_out))
    mentions = replace(
        reading.mentions,
        query=None if nothing else query,
        unread=selected.left_out,
        customers=(),
        unknown_name=None,
    )
    return replace(reading, ability=SELECTION, confidence=max(confidence, SURE if nothing else 0.0), mentions=mentions)


def _with_query(reading: Reading, query: Query | None) -> Reading:
    return replace(reading, mentions=replace(reading.mentions, query=query))


def _says_something(query: Query) -> bool:
    return bool(query.where or query.group or query.figure or query.order)


def _names_somebody(reading: Reading, selected: Selected) -> bool:
    """Whether the question is about somebody by name: a place or a branch names nobody, and who speaks of customers
    means no single one whom nobody knows."""
    if any(not is_place(mention, selected) for mention in reading.mentions.customers):
        return True
    return reading.mentions.unknown_name is not None and not selected.names_customers and bool(selected.left_out)


def _of_somebody(reading: Reading) -> Reading:
    """The Reading as the likeliest ability that is about one customer."""
    if reading.ability != SELECTION:
        return reading
    other = next((guess.ability for guess in reading.guesses if guess.ability in OF_SOMEBODY), "portrait")
    return replace(reading, ability=other)


def _of_the_one_spoken_of(reading: Reading, selected: Selected, dialogue: Dialogue) -> bool:
    """Whether a question that reads like one over all customers is about the one spoken of: it says "her", or it asks
    for neither rows nor a number directly after a question about one customer."""
    if dialogue.customer is None or selected.names_others or reading.mentions.many:
        return False
    after_one = dialogue.ability == dialogue.ability_of_one and not selected.names_customers and not selected.told
    bare = reading.ability == SELECTION and after_one
    return reading.mentions.pronoun or (bare and not (selected.query and selected.query.group))


def is_place(mention: CustomerMention, selected: Selected) -> bool:
    """Whether what might be a part of somebody's name is a place, a branch or a manager in this question."""
    certain = len(mention.ids) == 1 and not mention.spelt_alike
    within = any(start <= mention.start and mention.end <= end for start, end in selected.places)
    return within and not certain


def _unknown(left_out: Iterable[str], words: frozenset[str]) -> bool:
    """Whether something was left out that no example question says."""
    return any(
        (word if not HAN.match(word) else "") not in words and not _han_known(word, words)
        for said in left_out
        for word in re.findall(r"[^\W\d_]+", PlainText.of(said).plain)
        if len(word) > 2 or (HAN.match(word) and len(word) > 1)
    )


def _han_known(word: str, words: frozenset[str]) -> bool:
    return HAN.match(word) is not None and any(a + b in words for a, b in pairwise(word))
