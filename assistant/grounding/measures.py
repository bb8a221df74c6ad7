"""What the measures of Facts are measures of: which words of a sentence may speak of them, and what they count."""

import re

_FAMILIES = (
    ("rate", r"rate"),
    ("instalment", r"instalment|amount"),
    ("principal", r"credit_limit|granted_on"),
    ("outstanding", r"debts.*|balance|loans|average_loans.*"),
    ("deposits", r"(?:average_|branch_)?deposits.*|balance|total_assets|tier_assets|investments|idle_balance_amount"),
    ("booking", r"amount|.*_amount"),
    ("income", r"income|salary_stopped_amount|amount"),
    ("fee", r"fee|fee_income|amount"),
    ("minimum", r"minimum"),
    ("loyalty", r"loyalty.*"),
    ("leaving", r"churn_risk.*|.*churn_rate"),
    ("credit_risk", r"risk|risk_before|risk_average.*"),
    ("contribution", r".*contribution.*|deposit_margin|loan_margin|fee_income|cost_to_serve|risk_cost"),
    ("age", r"age|turns"),
    ("overdue", r"overdue.*|loans"),
)
_TRENDS = (
    ("deposits", r"(?:average_|branch_)?deposits|deposit"), ("debts", r"debts|(?:average_)?loans|loan"),
    ("contribution", r".*contribution"), ("loyalty", r"loyalty"), ("churn_risk", r"churn_risk"),
)  # fmt: skip
_DAYS = {
    "tolerance_assessed_on": ("assessed",), "matures_on": ("matures", "due"), "birthday": ("birthday",),
    "birth_date": ("birthday",), "last_contact": ("contact",), "received_on": ("received",),
    "customer_since": ("since",), "on_sale_from": ("on_sale",),
    "on_sale_until": ("on_sale",), "granted_on": ("granted",), "opened_on": ("granted",),
}  # fmt: skip
_COUNTED = {
    "customer": r"(?:count|found|neglected|contested|tolerance_expired|members?|few|customers|borrowers)(?:_.*)?"
    r"|due_upgrades|.*_customers|customers_.*|missing_.*|lacking_.*|email_.*",
    "contact": r"contacts|count",
    "task": r"open_tasks|count",
    "feedback": r"(?:open|resolved)_feedback",
    "booking": r"bookings",
    "holding": r"count",
    "borrower": r"borrowers",
    "pair": r"count|found|pairs|waiting.*",
    "value": r"(?:missing|expected|lacking|email|tolerance)_.*|conflicts|contested|records|changes|contradicted|count",
    "event": r"count_.*",
}
_LISTED = {
    "accounts": "holding", "deposits": "holding", "investments": "holding", "debts": "holding", "loans": "holding",
    "contacts": "contact", "tasks": "task", "open": "feedback", "outgoing": "booking", "incoming": "booking",
    "bookings": "booking", "transactions": "booking", "payments": "booking", "pairs": "pair", "joins": "pair",
    "events": "event", "changes": "value", "fields": "value",
}  # fmt: skip
_ALL_OF = {"contacts": "contact", "customers": "customer", "maturities": "holding", "tasks": "task"}
SIGNED = re.compile(r"amount|uplift.*|.*_change|.*_change_percent|.*_trend|.*contribution.*")
"""Measures of which a figure is more or less than nothing."""


def families_of(measure: str) -> frozenset[str]:
    """What a measure is a measure of, as `measures` in the lexicon calls it; nothing where any word may speak of it."""
    return frozenset(family for family, pattern in _FAMILIES if re.fullmatch(pattern, measure))


def day_families_of(measure: str) -> frozenset[str]:
    """What happens on a day of that measure, as `day_measures` in the lexicon calls it."""
    return frozenset(_DAYS.get(measure, ()))


def may_count(noun: str, measure: str, subject: str) -> bool:
    """Whether a measure may count things of that kind. A mere count is one of its subject, if that is several."""
    if measure == "count" and subject in _ALL_OF and noun in _ALL_OF.values():
        return _ALL_OF[subject] == noun
    return re.fullmatch(_COUNTED.get(noun, ""), measure) is not None


def counts_items(noun: str, listed_as: str) -> bool:
    """Whether a list of that name in a tool's result holds things of that kind."""
    return _LISTED.get(listed_as, noun) == noun


def trend_of(measure: str) -> str | None:
    """What rises or falls with a measure, as `trends` in the lexicon calls it."""
    return next((trend for trend, pattern in _TRENDS if re.fullmatch(pattern, measure)), None)


def base_of(measure: str) -> str:
    """The measure without what says when or in what it was taken: `deposits` of `deposits_after`."""
    return re.sub(r"_(?:before|after|change_percent|change)$", "", measure)
