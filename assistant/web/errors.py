"""What can go wrong at the door of the web, before the assistant is asked anything."""

from knowledge.errors import RapportError


class BadRequest(RapportError):
    """The request is not of the shape its route takes. Values: `reason`."""

    code = "bad_request"
    status = 422


class NotFound(RapportError):
    """There is nothing of that name here. Values: `what`."""

    code = "not_found"
    status = 404


class TooManyRequests(RapportError):
    """Somebody asks more often than the bank has set. Values: `seconds` until they may ask again."""

    code = "too_many_requests"
    status = 429
