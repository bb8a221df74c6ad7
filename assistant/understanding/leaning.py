"""What leans on the answer just given without saying so: "shorter", "birthday?", "only october", "and which rose?"."""

import re

from assistant.understanding.cues import all_cues
from assistant.understanding.dialogue import Dialogue
from assistant.understanding.drafting import asks_otherwise
from assistant.understanding.reading import DOUBTFUL, SURE, Reading
from assistant.understanding.text import PlainText
from knowledge.crm.names import HAN

FOLLOW_UP = "follow_up"
POINTING = (FOLLOW_UP, "find_customer", "smalltalk", "out_of_scope")
"""What a mere "the second one" is read as."""
OF_A_PRODUCT = ("suitability", "talking_points")
"""What is asked of a customer and a product: "and the bond fund?" is asked of the same customer."""
OF_CUSTOMERS = ("my_customers", "selection")
DRAFTING = ("message_draft", "reply_draft")
OF_ALL = ("birthdays", "customers_lacking", "data_quality")
"""What a mere "birthday?" reads like, which lists customers."""
OF_TIERS = ("tier_review",)
OF_RULES = "standard"
RULE_SAID = 150
"""Characters of the question before that a further one about the same rule is read with."""
RANKED = ("deposit_movers",)
RANKINGS = (*RANKED, "most_valuable", "top_customers", "unit_results")
OF_CAMPAIGNS = ("campaign_review", "campaign_checklist", "campaigns")
OF_SOME_CUSTOMERS = ("neglected", "customers_lacking")
"""Lists that can be had of one tier or kind of customers."""
MENTION = re.compile(r"\{\w+\}")
BARE = 15
"""Letters beside a mention that say no more than "and what about the ... one?"."""
NARROWING = 6
"""Letters that say no more than "only", "y" or 那…呢."""
CLEAR = 0.5
SHORT = 30
"""Characters up to which a question may say nothing of its own."""
ANOTHER = 0.8
"""A question read this surely is a new one, and leans on nothing."""


def leans_on_the_last(reading: Reading, dialogue: Dialogue) -> bool:
    """Whether it asks for the same again otherwise: the other end of a ranking, another tier, product, campaign or
    period, or some of the customers."""
    forms = (_turns_round, _asks_of_tier, _names_another, _only_narrows, _asks_for_more)
    return any(leans(reading, dialogue) for leans in forms)


def wants_otherwise(reading: Reading) -> bool:
    """Whether it asks for the message that was just drafted in another form: "shorter", "in English please"."""
    names_nobody = not (reading.mentions.customers or reading.mentions.unknown_name)
    bare = reading.ability in (*POINTING, *DRAFTING) or reading.confidence < ANOTHER
    return names_nobody and bare and len(reading.topic) <= 2 * SHORT and asks_otherwise(reading.topic)


def asks_for_field(reading: Reading, dialogue: Dialogue) -> bool:
    """Whether it names nothing but a field, after something about one customer: "birthday?" asks for theirs."""
    mentions = reading.mentions
    if not mentions.customer_field or dialogue.customer is None or mentions.many or mentions.period:
        return False
    if mentions.customers or mentions.unknown_name or len(reading.topic) > SHORT:
        return False
    plain = PlainText.of(reading.topic).plain.strip()
    listed = reading.ability in (*POINTING, *OF_ALL) or reading.confidence < CLEAR
    return listed and dialogue.ability == dialogue.ability_of_one and not any(c.asking.match(plain) for c in all_cues())


def asks_of_rule(reading: Reading, dialogue: Dialogue) -> bool:
    """Whether it leans on the rule that was just cited: "and does he lose the interest?"."""
    mentions = reading.mentions
    of_rule = dialogue.ability == OF_RULES and dialogue.told is not None
    if not of_rule or mentions.customers or mentions.unknown_name or mentions.many or mentions.period:
        return False
    leans = reading.ability in (FOLLOW_UP, OF_RULES) and reading.confidence < ANOTHER
    return len(reading.topic) <= 2 * SHORT and (leans or reading.ability == FOLLOW_UP or reading.confidence < DOUBTFUL)


def with_rule(topic: str, dialogue: Dialogue) -> str:
    """The question with the end of the one before it, which says what rule it is about."""
    before = (dialogue.told or "").rstrip(" ?？.。!！")[-RULE_SAID:]
    return f"{before}, {topic.lstrip('¿')}"


def _asks_of_tier(reading: Reading, dialogue: Dialogue) -> bool:
    """Whether it names another tier after one customer's was reviewed: "what's missing for private?"."""
    of_one = dialogue.ability in OF_TIERS and dialogue.ability == dialogue.ability_of_one
    mentions = reading.mentions
    names_nobody = not (mentions.customers or mentions.unknown_name or mentions.many)
    return of_one and mentions.tier is not None and names_nobody and reading.confidence < ANOTHER


def _names_another(reading: Reading, dialogue: Dialogue) -> bool:
    """Whether it names little else than a product, after another was asked about for one customer, or a campaign after
    another: "and the bond fund?"."""
    mentions = reading.mentions
    names_nobody = not (mentions.customers or mentions.unknown_name or mentions.many)
    bare = _said_beside(mentions.masked) <= BARE
    unsure = reading.ability in (*POINTING, *OF_CAMPAIGNS) or reading.confidence < CLEAR
    campaign = unsure and "{campaign}" in mentions.masked and dialogue.ability in OF_CAMPAIGNS
    return names_nobody and bare and (campaign or (dialogue.ability in OF_A_PRODUCT and bool(mentions.products)))


def _only_narrows(reading: Reading, dialogue: Dialogue) -> bool:
    """Whether it says nothing but another period, or of which customers: "only october", "just platinum"."""
    mentions = reading.mentions
    if dialogue.ability is None or mentions.customers or mentions.unknown_name or len(reading.topic) > SHORT:
        return False
    said = _said_beside(mentions.masked)
    unsure = reading.ability in POINTING or reading.confidence < ANOTHER
    of_whom = mentions.tier is not None or mentions.customer_kind is not None
    if dialogue.ability in OF_SOME_CUSTOMERS and of_whom:
        return said <= BARE and (reading.ability in (*POINTING, *OF_CUSTOMERS) or unsure)
    return unsure and mentions.period is not None and said <= NARROWING


def _turns_round(reading: Reading, dialogue: Dialogue) -> bool:
    """Whether it asks for the other end of a ranking: "and which rose?" after those that fell."""
    mentions = reading.mentions
    if dialogue.ability not in RANKED or mentions.customers or mentions.unknown_name or len(reading.topic) > SHORT:
        return False
    plain = PlainText.of(reading.topic).plain
    moves = any(cues.rises.search(plain) or cues.asides.falls.search(plain) for cues in all_cues())
    return moves and (reading.ability in (*POINTING, *RANKINGS) or reading.confidence < ANOTHER)


def _asks_for_more(reading: Reading, dialogue: Dialogue) -> bool:
    """Whether a few words that say nothing else ask for more of what was just shown of one customer: "and the
    instalment?"."""
    of_one = dialogue.customer is not None and dialogue.ability == dialogue.ability_of_one
    names_nobody = not (reading.mentions.customers or reading.mentions.unknown_name or reading.mentions.many)
    few = of_one and names_nobody and reading.confidence < SURE and len(reading.topic) <= SHORT
    plain = PlainText.of(reading.topic).plain
    return few and any(cues.asides.elliptic.search(plain) for cues in all_cues())


def _said_beside(masked: str) -> int:
    """How much a question says beside its mentions: in letters, a Chinese character counting for two."""
    return sum(2 if HAN.match(letter) else 1 for letter in MENTION.sub("", masked) if letter.isalpha())
