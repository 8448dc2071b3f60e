"""Personal data in a call's utterances: names, numbers, addresses."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from edge.language.addresses import find_addresses, find_emails
from edge.language.identity_numbers import find_numbers
from edge.language.persons import find_names
from edge.records import Language, PiiSpan

# Where two finds overlap the earlier type here keeps its characters: an e-mail's digits are no phone number.
ORDER = ("email", "id_card", "bank_card", "phone", "address", "person")


def find_pii(texts: Sequence[str], *, language: Language) -> tuple[tuple[PiiSpan, ...], ...]:
    """Find the characters that identify a person in each of a call's utterances.

    Args:
        texts: the utterances of one call in order; a number may run over two of them.
    Returns: for each text its spans, in order, none overlapping another.
    """
    numbers = find_numbers(texts, language=language)
    names = find_names(texts, language=language)
    return tuple(
        without_overlap([*find_emails(text), *numbers[index], *find_addresses(text), *names[index]])
        for index, text in enumerate(texts)
    )


def without_overlap(spans: Iterable[PiiSpan]) -> tuple[PiiSpan, ...]:
    """Keep of overlapping spans the stronger type, of one type the longer; in order of place."""
    kept: list[PiiSpan] = []
    for span in sorted(spans, key=lambda each: (ORDER.index(each.type), each.start - each.end, each.start)):
        if all(span.end <= other.start or span.start >= other.end for other in kept):
            kept.append(span)
    return tuple(sorted(kept, key=lambda span: span.start))
