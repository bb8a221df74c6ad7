"""What can go wrong in a turn, by name, beside what the store and the library raise.

Raised where it happens, turned into words or an HTTP status at one boundary (`assistant.refusals`).
"""

from knowledge.errors import RapportError


class SettingsError(RapportError):
    """A setting is unknown or cannot be read. Values: `name`, `reason`."""

    code = "settings"
    status = 500


class UnknownEmployee(RapportError):
    """Nobody of that id works here, or no longer. Values: `employee`."""

    code = "unknown_employee"
    status = 403


class NotSignedIn(RapportError):
    """No bearer token, or one that does not hold. Values: `reason`."""

    code = "not_signed_in"
    status = 401


class IssuerUnreachable(RapportError):
    """The bank's identity provider is away, so nobody can be told from anybody. Values: `reason`."""

    code = "issuer_unreachable"
    status = 503


class ForeignOrigin(RapportError):
    """A page asks whose origin the bank has not listed."""

    code = "foreign_origin"
    status = 403


class BadQuestion(RapportError):
    """The question cannot be taken."""

    code = "bad_question"
    status = 422


class EmptyQuestion(BadQuestion):
    """Nothing is asked: no letter and no digit."""

    code = "empty_question"


class LongQuestion(BadQuestion):
    """More is asked than a question may hold. Values: `limit`, in characters."""

    code = "long_question"


class UnknownTool(RapportError):
    """A programme calls a tool that there is not. Values: `tool`."""

    code = "unknown_tool"
    status = 404


class UnknownEngine(RapportError):
    """The turn asks for an engine that there is not. Values: `engine`."""

    code = "unknown_engine"
    status = 422


class UnknownCustomer(RapportError):
    """No customer of that id within the asker's scope. Values: `customer`."""

    code = "unknown_customer"
    status = 404


class UnknownProposal(RapportError):
    """No proposal of that id was put to who decides, or they may no longer see its customer. Values: `proposal`."""

    code = "unknown_proposal"
    status = 404


class UnknownConversation(RapportError):
    """The asker has no conversation, or no answered turn of it, of that id. Values: `conversation`."""

    code = "unknown_conversation"
    status = 404


class BadChange(RapportError):
    """A proposal cannot be changed like that before it is confirmed. Values: `field`, `reason`."""

    code = "bad_change"
    status = 422


class AgainstConduct(BadChange):
    """A text that is to go to a customer says what may not be said; it waits to be changed. Values: `words`, the
    `document` and the `clause` that forbid them."""

    code = "against_conduct"


class Outdated(RapportError):
    """What was proposed no longer fits what is stored. Values: `reason`."""

    code = "outdated"
    status = 409


class UnknownProduct(RapportError):
    """No product of that id. Values: `product`."""

    code = "unknown_product"
    status = 404


class UnknownCampaign(RapportError):
    """No campaign of that id in the asker's view. Values: `campaign`."""

    code = "unknown_campaign"
    status = 404


class BadTargetNumber(RapportError):
    """A target list holds from one customer to so many. Values: `most`."""

    code = "bad_target_number"
    status = 422


class ModelFailed(RapportError):
    """A language model did not do its part; the answer comes without it. Values: `reason`, a code of `ModelFailure`,
    and `detail`, which holds nothing of what was said."""

    code = "model"
    status = 502


class BadArgument(RapportError):
    """A model called a tool with something that it does not take. Values: `tool`, `argument` and `reason`,
    a code of `argument_fault` in `prompts/words.yaml`; `detail` may say what is allowed instead."""

    code = "bad_argument"
    status = 422


class RulePackError(RapportError):
    """A rule pack of suitability is not there or is wrong. Values: `pack`, `reason`."""

    code = "rule_pack"
    status = 500


class CaseError(RapportError):
    """A case, a file of cases or a report of an evaluation cannot be used. Values: `file`, `reason`."""

    code = "case"
    status = 400


class DeadlineRulesError(RapportError):
    """The rules of deadlines are not there or are wrong. Values: `file`, `reason`."""

    code = "deadline_rules"
    status = 500


class TriageError(RapportError):
    """A taxonomy, a file of labelled messages or a trained classifier cannot be used. Values: `file`, `reason`."""

    code = "triage"
    status = 422


class RoutingError(RapportError):
    """The rules of who owns a case are wrong. Values: `file`, `reason`."""

    code = "routing"
    status = 500


class SurveyRulesError(RapportError):
    """The rules of surveys are wrong. Values: `file`, `reason`."""

    code = "survey_rules"
    status = 500


class UnknownCase(RapportError):
    """There is no such case of feedback within the asker's scope. Values: `case`."""

    code = "unknown_case"
    status = 404


class FeedbackError(RapportError):
    """A message cannot be taken in. Values: `reason`."""

    code = "feedback"
    status = 422


class KeyUsed(RapportError):
    """An idempotency key was used before, for another message. Values: `key`."""

    code = "key_used"
    status = 409
