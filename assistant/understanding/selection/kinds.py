"""Words that mean several kinds of accounts, and the field that a channel is of, by what it is a channel of."""

from knowledge.crm.codes import DEBT_KINDS, DEPOSIT_KINDS, INVESTMENT_KINDS
from knowledge.query import Subject

KINDS_OF = {"deposits": DEPOSIT_KINDS, "investments": INVESTMENT_KINDS, "debts": DEBT_KINDS}
"""Figures of customers whose words name kinds of accounts too."""
CHANNELS = {
    Subject.CONTACTS: "contact_channel", Subject.TRANSACTIONS: "booking_channel", Subject.FEEDBACK: "feedback_channel",
    Subject.CUSTOMERS: "consent",
}  # fmt: skip
