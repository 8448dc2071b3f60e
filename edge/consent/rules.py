"""The rules of consent: every party, every purpose, a basis that holds here and came in time, and nobody's no.

Pure: bases, clock and place come in, a decision goes out. Starts at no.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from edge.consent import wording
from edge.consent.decision import ALLOWED, Decision, Problem, Reliance
from edge.consent.regimes import EUROPE, Regime, regime_of
from edge.records import Basis, BasisKind, BasisState, Party, Purpose

RULES_VERSION = "consent-2026.1"
"""Moves with every change of this module or of `regimes.py`; stored with each decision."""

INDICATED_AFTER_START_MAX = timedelta(minutes=10)
"""Notice comes before recording (PIPL Art 17); a party may still say yes in the first minutes of the call itself."""

CLOCK_SKEW_MAX = timedelta(minutes=5)
"""How far the clock of an exchange may run ahead of the box's; the door to the box allows a call the same."""

PREREQUISITES: dict[Purpose, tuple[Purpose, ...]] = {
    Purpose.RECORD: (),
    Purpose.ANALYSE: (Purpose.RECORD,),
    Purpose.COACH: (Purpose.RECORD, Purpose.ANALYSE),
    Purpose.RETAIN_AUDIO: (Purpose.RECORD,),
    Purpose.AGGREGATE: (Purpose.RECORD, Purpose.ANALYSE),
    Purpose.CUSTOMER_TONE: (Purpose.RECORD, Purpose.ANALYSE),
}
BOTH = (Party.CUSTOMER, Party.AGENT)
NEEDED_FROM: dict[Purpose, tuple[Party, ...]] = {
    purpose: (Party.CUSTOMER,) if purpose is Purpose.CUSTOMER_TONE else BOTH for purpose in Purpose
}
"""Whose basis a purpose needs. Tone is the customer's alone: nothing of it is the agent's."""

NEARNESS = {problem: place for place, problem in enumerate(Problem)}

Numbered = tuple[int, Basis]


def decide(
    bases: Sequence[Basis], *, purpose: Purpose, jurisdiction: str, started_at: datetime, now: datetime
) -> Decision:
    """Decide whether a call may be used for a purpose.

    Args:
        bases: of all parties, in any order.
        jurisdiction: ISO 3166-1 alpha-2, upper case; anything else meets the strictest rules.
        started_at, now: with their offsets; without one the answer is no.
    """
    if problem := _unreadable_time(started_at, now):
        return refuse(purpose, problem)
    regime = regime_of(jurisdiction)
    numbered = tuple(enumerate(bases))
    chain = (*PREREQUISITES[purpose], purpose)
    if refusal := _first_refusal(numbered, chain):
        missing, party, problem = refusal
        return refuse(purpose, problem, party=party, missing=missing)
    relied_on: list[Reliance] = []
    for needed in chain:
        for party in NEEDED_FROM[needed]:
            own = [(index, basis) for index, basis in numbered if basis.party is party]
            found = _carrying(own, needed, regime, started_at, now)
            if isinstance(found, Problem):
                return refuse(purpose, found, party=party, missing=needed)
            relied_on.append(found)
    return _allow(purpose, tuple(relied_on))


def refuse(
    purpose: Purpose, problem: Problem, *, party: Party | None = None, missing: Purpose | None = None
) -> Decision:
    """A no, with its code and sentences. `missing` is the purpose that failed, where it isn't `purpose` itself."""
    chinese, english = wording.sentence(problem, party=party, purpose=missing or purpose)
    return Decision(
        allowed=False,
        purpose=purpose,
        reason=f"{party}_{problem}" if party is not None else str(problem),
        problem=problem,
        party=party,
        missing=missing or purpose,
        explanation=chinese,
        explanation_en=english,
        relied_on=(),
        rules_version=RULES_VERSION,
    )


def _allow(purpose: Purpose, relied_on: tuple[Reliance, ...]) -> Decision:
    chinese, english = wording.sentence(None, party=None, purpose=purpose)
    return Decision(
        allowed=True,
        purpose=purpose,
        reason=ALLOWED,
        problem=None,
        party=None,
        missing=None,
        explanation=chinese,
        explanation_en=english,
        relied_on=relied_on,
        rules_version=RULES_VERSION,
    )


def _unreadable_time(started_at: datetime, now: datetime) -> Problem | None:
    if started_at.utcoffset() is None or now.utcoffset() is None:
        return Problem.TIME_UNREADABLE
    return Problem.CALL_IN_FUTURE if started_at > now + CLOCK_SKEW_MAX else None


def _first_refusal(numbered: Iterable[Numbered], chain: Sequence[Purpose]) -> tuple[Purpose, Party, Problem] | None:
    """A no to the purpose or to what it builds on, whoever said it, whenever, on whatever form."""
    found = set(_refusals(numbered, chain))
    order = {state: place for place, state in enumerate((Problem.REFUSED, Problem.WITHDRAWN))}
    return min(found, key=lambda no: (chain.index(no[0]), BOTH.index(no[1]), order[no[2]]), default=None)


def _refusals(numbered: Iterable[Numbered], chain: Sequence[Purpose]) -> Iterator[tuple[Purpose, Party, Problem]]:
    for _, basis in numbered:
        if basis.state is BasisState.GIVEN:
            continue
        problem = Problem.WITHDRAWN if basis.state is BasisState.WITHDRAWN else Problem.REFUSED
        for purpose in chain:
            # A refusal that names no purpose refuses everything.
            if not basis.purposes or purpose in basis.purposes:
                yield purpose, basis.party, problem


def _carrying(
    own: Sequence[Numbered], purpose: Purpose, regime: Regime, started_at: datetime, now: datetime
) -> Reliance | Problem:
    """One party's basis that carries the purpose; else the problem of the one that came nearest."""
    if not own:
        return Problem.NO_BASIS
    covering = [(index, basis) for index, basis in own if purpose in basis.purposes]
    if not covering:
        return Problem.PURPOSE_NOT_COVERED
    judged = [(_problem(basis, purpose, regime, started_at, now), index, basis) for index, basis in covering]
    carrying = [(index, basis) for problem, index, basis in judged if problem is None]
    if not carrying:
        return max((problem for problem, _, _ in judged if problem is not None), key=NEARNESS.__getitem__)
    index, basis = min(carrying, key=lambda found: (found[1].indicated_at, found[1].notice_id, found[1].evidence_ref))
    return Reliance(
        index=index, party=basis.party, purpose=purpose, notice_id=basis.notice_id, evidence_ref=basis.evidence_ref
    )


def _problem(basis: Basis, purpose: Purpose, regime: Regime, started_at: datetime, now: datetime) -> Problem | None:
    """What keeps one covering basis from carrying the purpose."""
    if not basis.notice_id.strip() or not basis.evidence_ref.strip() or basis.indicated_at.utcoffset() is None:
        return Problem.BASIS_UNREADABLE
    if not regime.accepts(basis.basis, basis.party):
        return _why_not_here(basis, regime)
    if purpose is Purpose.CUSTOMER_TONE and basis.basis is not BasisKind.SEPARATE_CONSENT:
        return Problem.NEEDS_SEPARATE_CONSENT
    if basis.indicated_at > now + CLOCK_SKEW_MAX:
        return Problem.IN_FUTURE
    if basis.basis is BasisKind.HR_RULES:
        return Problem.RULES_AFTER_CALL if basis.indicated_at > started_at else None
    return Problem.TOO_LATE if basis.indicated_at > started_at + INDICATED_AFTER_START_MAX else None


def _why_not_here(basis: Basis, regime: Regime) -> Problem:
    """Employee consent is refused for a reason of its own wherever European rules take part in the answer."""
    consents = (BasisKind.CONSENT, BasisKind.SEPARATE_CONSENT)
    agent_consent = basis.party is Party.AGENT and basis.basis in consents
    return Problem.CONSENT_NOT_FREE if agent_consent and not (regime.agent - EUROPE.agent) else Problem.NOT_VALID_HERE
