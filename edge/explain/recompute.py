"""Computing stored scores again from their stored evidence: labels, weights, word lists and facts of their versions."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from pydantic import TypeAdapter

from edge.errors import Conflict
from edge.records import AnalysedUtterance, Analysis, Score
from edge.scores.archive import weights_of
from edge.scores.call import cited_versions, score_call
from edge.scores.facts import Grounds
from edge.scores.weights import WEIGHTS

Scorer = Callable[[Sequence[AnalysedUtterance]], dict[str, Score]]
"""Scores utterances with the versions that a stored score names."""

TOLERANCE = 1e-9
"""Relative and absolute. The same code on the same numbers gives the same bits; other mathematics libraries may not."""

OWN = "scores_"
"""Versions that scores add to those of whatever labelled the words."""

_SCORE = TypeAdapter(Score)


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One number or state that doesn't come out as stored. where: `empathy.evidence[2].contribution`."""

    where: str
    stored: float | str | None
    computed: float | str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Recomputation:
    """A score computed again. numbers: how many were compared. archived: with weights of the past."""

    score: str
    numbers: int
    weights: str
    archived: bool
    differences: tuple[Difference, ...]


def scorer_of(analysis: Analysis, *, grounds: Grounds | None) -> Scorer:
    """The scoring that made an analysis's stored scores.

    Args:
        grounds: the facts its promises were held against, if there were any and they are still kept.
    Raises: Conflict where rules or word lists installed are others, or its weights or facts can't be had any more.
    """
    stored = cited_versions(analysis.scores)
    weights = weights_of(stored.get("scores_weights", ""))
    if weights is None:
        raise _gone("scores_weights", stored.get("scores_weights", "none"), "aren't in the archive")
    carried = {part: version for part, version in stored.items() if not part.startswith(OWN)}
    scorer = partial(score_call, language=analysis.language, versions=carried, weights=weights, grounds=grounds)
    installed = cited_versions(scorer(()))
    for part, version in stored.items():
        if installed.get(part) != version:
            raise _gone(part, version, f"aren't installed any more ({installed.get(part, 'none')} is)")
    return scorer


def recompute(analysis: Analysis, *, grounds: Grounds | None) -> tuple[Recomputation, ...]:
    """Compute every number of every score again from what is stored. Raises: Conflict as `scorer_of`."""
    scorer = scorer_of(analysis, grounds=grounds)
    again = scorer(analysis.utterances)
    return tuple(_compare(name, score, again.get(name)) for name, score in analysis.scores.items())


def _compare(name: str, stored: Score, computed: Score | None) -> Recomputation:
    before = _SCORE.dump_python(stored, mode="json")
    after = _SCORE.dump_python(computed, mode="json") if computed is not None else None
    pairs = tuple(_leaves(name, before, after))
    weights = stored.versions.get("scores_weights", "")
    return Recomputation(
        score=name,
        numbers=sum(isinstance(old, int | float) for _, old, _ in pairs),
        weights=weights,
        archived=weights != WEIGHTS.version,
        differences=tuple(
            Difference(where=where, stored=_shown(old), computed=_shown(new))
            for where, old, new in pairs
            if not _same(old, new)
        ),
    )


def _leaves(where: str, stored: Any, computed: Any) -> Iterator[tuple[str, Any, Any]]:
    """Both sides' values place by place; what only one side has stands against None."""
    if isinstance(stored, Mapping) or isinstance(computed, Mapping):
        one, other = (side if isinstance(side, Mapping) else {} for side in (stored, computed))
        for key in dict.fromkeys((*one, *other)):
            yield from _leaves(f"{where}.{key}", one.get(key), other.get(key))
    elif isinstance(stored, list) or isinstance(computed, list):
        one_, other_ = (side if isinstance(side, list) else [] for side in (stored, computed))
        for place in range(max(len(one_), len(other_))):
            at = (side[place] if place < len(side) else None for side in (one_, other_))
            yield from _leaves(f"{where}[{place}]", *at)
    else:
        yield where, stored, computed


def _same(stored: Any, computed: Any) -> bool:
    if isinstance(stored, float) or isinstance(computed, float):
        numbers = isinstance(stored, int | float) and isinstance(computed, int | float)
        return numbers and math.isclose(stored, computed, rel_tol=TOLERANCE, abs_tol=TOLERANCE)
    return bool(stored == computed)


def _shown(value: Any) -> float | str | None:
    """Numbers and names as they are; of a sentence only that it is one, since it may quote somebody."""
    if isinstance(value, str):
        return value if value.isascii() and len(value) <= len("not_enough_evidence") else "…"
    return None if value is None else float(value)


def _gone(part: str, version: str, why: str) -> Conflict:
    return Conflict(
        "versions",
        f"the scores were made with {part} {version}, which {why}",
        "Install that release to compute them again, or score the call with the present one: "
        "`sottovoce box rescore CALL` keeps both",
    )
