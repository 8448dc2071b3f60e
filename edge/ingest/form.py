"""Forms from outside, whatever they say: strict models whose findings are told in our words.

What is refused is named by its path (`bases[0].noticeid`) and never by its value, which may be a person's name.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, ValidationInfo
from pydantic_core import ErrorDetails, PydanticCustomError

from edge.errors import BadInput, printable

REFERENCE_CHARACTERS_MAX = 256

# RFC 3339, section 5.6. No leap seconds: no recorder writes them, and Python has none.
RFC_3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)", re.ASCII)
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)  # before it clocks that lost their battery, not calls
CLOCK_SKEW = timedelta(minutes=5)  # between the sender's clock and ours


class Form(BaseModel):
    """The fields that a form must and may have, and no others."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


Read = TypeVar("Read", bound=Form)


def read_form(kind: type[Read], form: Any, *, now: datetime, prefix: str) -> Read:
    """Check a form's fields.

    Args:
        form: with JSON's types.
        now: the box's clock, with offset; nothing may lie later than five minutes after it.
        prefix: what the caller calls the whole ("sidecar"), put in front of every field's path.
    Raises: BadInput, for the first field that is unknown, missing or wrong.
    """
    try:
        return kind.model_validate(form, context={"now": now})
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False)
        # A name that isn't known goes first: it is often the misspelt one of what is missing.
        raise _refusal(min(found, key=lambda one: one["type"] != "extra_forbidden"), prefix) from None


def wrong(problem: str, fix: str) -> PydanticCustomError:
    """What a validator raises: `it {problem}`, and how to mend it."""
    return PydanticCustomError("wrong", "{problem}", {"problem": problem, "fix": fix})


def _moment(value: Any, info: ValidationInfo) -> datetime:
    if not isinstance(value, str) or not RFC_3339.fullmatch(value):
        raise wrong("is no date and time with offset (RFC 3339)", "Write it as 2026-03-02T10:15:00+08:00")
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        raise wrong("names a day or time that does not exist", "Check the date and the time") from None
    if moment < EARLIEST:
        raise wrong("lies before the year 2000", "Check the sender's clock")
    assert info.context is not None, "read_form gives the clock"
    if moment > info.context["now"] + CLOCK_SKEW:
        raise wrong("lies in the future", "Check the sender's clock and the offset")
    return moment


def _reference(value: str) -> str:
    if not 1 <= len(value) <= REFERENCE_CHARACTERS_MAX:
        raise wrong(f"has {len(value)} characters", f"Use 1 to {REFERENCE_CHARACTERS_MAX}")
    if not value.isprintable():
        raise wrong("holds characters that can't be printed", "Remove line breaks and control characters")
    if value != value.strip():
        raise wrong("begins or ends with a blank", "Remove it: it would make another person of the same one")
    return value


# Strict models take an enum's member only; what comes in is its value.
VALUE = Field(strict=False)

Moment = Annotated[datetime, BeforeValidator(_moment)]
Reference = Annotated[str, AfterValidator(_reference)]


def _refusal(details: ErrorDetails, prefix: str) -> BadInput:
    """Put pydantic's finding into our words; the value it met is not among them."""
    path = _path(details["loc"], prefix)
    context = details.get("ctx", {})
    match details["type"]:
        case "wrong":
            return BadInput(path, f"it {context['problem']}", context["fix"])
        case "missing":
            return BadInput(path, "it is missing", "Add it")
        case "extra_forbidden":
            return BadInput(path, "there is no such field", "Remove it or check its spelling")
        case "enum":
            return BadInput(path, "it is none of the words allowed here", f"Use one of {context['expected']}")
        case "string_type":
            return BadInput(path, "it is no text", "Put it in quotation marks")
        case "list_type":
            return BadInput(path, "it is no list", "Write a list, even of one")
        case "too_short":
            return BadInput(path, "the list is empty", "Name at least one")
        case "too_long":
            return BadInput(path, "the list is too long", f"Name at most {context['max_length']}")
        case "model_type":
            return BadInput(path, "it is no object with named fields", "Write it as {…}")
        case _:
            return BadInput(path, "it can't be read", "Compare it with the documentation")


def _path(location: tuple[int | str, ...], prefix: str) -> str:
    path = prefix
    for step in location:
        path += f"[{step}]" if isinstance(step, int) else f".{printable(step)}"
    return path.removeprefix(".") or "sidecar"
