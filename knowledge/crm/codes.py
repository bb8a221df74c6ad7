"""The codes that the store keeps: kinds, channels, states. Their values are what stands in the tables."""

from enum import StrEnum


class InvestorClass(StrEnum):
    """What an investor counts as, least first: some products are for qualified or professional ones only."""

    RETAIL = "retail"
    QUALIFIED = "qualified"
    PROFESSIONAL = "professional"


class UnitKind(StrEnum):
    HEAD_OFFICE = "head_office"
    BRANCH = "branch"


class Role(StrEnum):
    """What an employee is; it alone decides the level of what they may see."""

    HEAD_OFFICE = "head_office"
    BRANCH = "branch"
    MANAGER = "manager"
    SERVICE_DESK = "service_desk"


class CustomerKind(StrEnum):
    PERSON = "person"
    COMPANY = "company"
    PUBLIC_BODY = "public_body"


class Tier(StrEnum):
    """Service tiers, lowest first."""

    STANDARD = "standard"
    SILVER = "silver"
    GOLD = "gold"
    PLATINUM = "platinum"
    PRIVATE = "private"


class ProductKind(StrEnum):
    """What a product, and so an account, is. DEPOSIT is payable on demand, TERM_DEPOSIT has a maturity."""

    DEPOSIT = "deposit"
    TERM_DEPOSIT = "term_deposit"
    FUND = "fund"
    WEALTH = "wealth"
    LOAN = "loan"
    CARD = "card"
    INSURANCE = "insurance"
    METAL = "metal"


DEPOSIT_KINDS = (ProductKind.DEPOSIT, ProductKind.TERM_DEPOSIT)
INVESTMENT_KINDS = (ProductKind.FUND, ProductKind.WEALTH, ProductKind.INSURANCE, ProductKind.METAL)
DEBT_KINDS = (ProductKind.LOAN, ProductKind.CARD)


class AccountState(StrEnum):
    """Loans: RUNNING pays as agreed, IN_ARREARS does not, REPAID ended well, DEFAULTED ended unpaid."""

    ACTIVE = "active"
    CLOSED = "closed"
    RUNNING = "running"
    IN_ARREARS = "in_arrears"
    REPAID = "repaid"
    DEFAULTED = "defaulted"


class PartyRole(StrEnum):
    AUTHORISED = "authorised"


class TransactionKind(StrEnum):
    CASH_IN = "cash_in"
    CASH_OUT = "cash_out"
    TRANSFER_IN = "transfer_in"
    TRANSFER_OUT = "transfer_out"
    SALARY = "salary"
    PENSION = "pension"
    CARD_PAYMENT = "card_payment"
    INTEREST = "interest"
    PENALTY_INTEREST = "penalty_interest"
    FEE = "fee"
    LOAN_PAYMENT = "loan_payment"
    INSURANCE_PREMIUM = "insurance_premium"
    HOUSEHOLD = "household"
    PURCHASE = "purchase"
    REDEMPTION = "redemption"
    OTHER = "other"


class Channel(StrEnum):
    """Where a contact, a booking or a piece of feedback came about."""

    BRANCH = "branch"
    PHONE = "phone"
    HOTLINE = "hotline"
    EMAIL = "email"
    SMS = "sms"
    CHAT = "chat"
    APP = "app"
    WEB = "web"
    VISIT = "visit"
    ATM = "atm"
    EVENT = "event"


class Mood(StrEnum):
    PLEASED = "pleased"
    NEUTRAL = "neutral"
    WORRIED = "worried"
    ANGRY = "angry"


class TaskKind(StrEnum):
    CALL = "call"
    VISIT = "visit"
    FOLLOW_UP = "follow_up"
    GESTURE = "gesture"
    DOCUMENT = "document"


class TaskState(StrEnum):
    OPEN = "open"
    DONE = "done"
    DROPPED = "dropped"


class FeedbackKind(StrEnum):
    COMPLAINT = "complaint"
    SUGGESTION = "suggestion"
    PRAISE = "praise"
    QUESTION = "question"
    REQUEST = "request"


class FeedbackCause(StrEnum):
    """Why customers complain, as the banks of our sources name it."""

    SLOW_RESPONSE = "slow_response"
    WEAK_PROBLEM_SOLVING = "weak_problem_solving"
    UNFRIENDLY = "unfriendly"
    ACCOUNT_OPENING = "account_opening"
    LOAN_APPROVAL = "loan_approval"
    E_BANKING = "e_banking"
    FEES = "fees"
    PRODUCT = "product"
    OTHER = "other"


class Severity(StrEnum):
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class FeedbackState(StrEnum):
    NEW = "new"
    IN_PROGRESS = "in_progress"
    WAITING = "waiting"
    RESOLVED = "resolved"


OPEN_FEEDBACK = (FeedbackState.NEW, FeedbackState.IN_PROGRESS, FeedbackState.WAITING)


class OfferState(StrEnum):
    OFFERED = "offered"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


class Consent(StrEnum):
    """Channels on which the customer agreed to be addressed."""

    PHONE = "phone"
    SMS = "sms"
    EMAIL = "email"


class ConflictState(StrEnum):
    """SETTLED by a person's choice; GONE when the systems came to say the same."""

    OPEN = "open"
    SETTLED = "settled"
    GONE = "gone"


class Verdict(StrEnum):
    """Whether two source records are one customer. PERHAPS waits for a person."""

    SAME = "same"
    PERHAPS = "perhaps"
    DIFFERENT = "different"


class LikenessState(StrEnum):
    """OPEN waits for a person, who says SAME or DIFFERENT; GONE no longer holds after newer data."""

    OPEN = "open"
    SAME = "same"
    DIFFERENT = "different"
    GONE = "gone"


class ProposalState(StrEnum):
    """FAILED could not be executed as confirmed and changed nothing; EXPIRED waited too long."""

    OPEN = "open"
    CONFIRMED = "confirmed"
    REJECTED = "rejected"
    FAILED = "failed"
    EXPIRED = "expired"
