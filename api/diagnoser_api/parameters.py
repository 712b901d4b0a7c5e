"""Parameters behind the `?` of an address: one that a route does not have is refused, for it was meant to say something."""

from __future__ import annotations

from fastapi import Request
from fastapi.routing import APIRoute

from diagnoser.errors import did_you_mean, quoted
from diagnoser_api.problems import FieldError, ProblemError

TITLE = "Unknown parameter"


async def only_known_parameters(request: Request) -> None:
    """A dependency of every route: a misspelt `redact` must not quote secrets.

    Raises:
        ProblemError: 422, with each parameter that the route does not have and the nearest that it has.
    """
    route = request.scope["route"]
    assert isinstance(route, APIRoute)
    known = [parameter.alias for parameter in route.dependant.query_params]
    unknown = [name for name in dict.fromkeys(request.query_params) if name not in known]
    if unknown:
        errors = [FieldError(pointer=f"/query/{_step(name)}", message=_told(name, known)) for name in unknown]
        raise ProblemError(422, TITLE, "; ".join(error.message for error in errors), errors)


def _told(name: str, known: list[str]) -> str:
    near = did_you_mean(name, known, most=len(known)) if known else "; this route takes none"
    return f"unknown parameter '{quoted(name)}'{near}"


def _step(name: str) -> str:
    """A name as a step of a JSON pointer (RFC 6901)."""
    return quoted(name).replace("~", "~0").replace("/", "~1")
