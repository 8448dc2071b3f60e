"""The rules of consent, refusals first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge.consent.decision import Decision
from edge.consent.rules import decide
from edge.records import Basis, BasisKind, BasisState, IndicationMethod, Party, Purpose

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
LATER = NOON + timedelta(hours=1)


def answer(*bases: Basis, purpose: Purpose = Purpose.ANALYSE, jurisdiction: str = "CN", **times: datetime) -> Decision:
    started_at, now = times.get("started_at", NOON), times.get("now", LATER)
    return decide(bases, purpose=purpose, jurisdiction=jurisdiction, started_at=started_at, now=now)


def test_call_without_any_basis_is_refused() -> None:
    assert answer().reason == "customer_no_basis"


def test_call_is_refused_when_only_one_party_has_a_basis(customer: Basis, agent: Basis) -> None:
    assert answer(customer).reason == "agent_no_basis"
    assert answer(agent).reason == "customer_no_basis"


@pytest.mark.parametrize("purpose", list(Purpose))
@pytest.mark.parametrize("party", list(Party))
def test_purpose_is_refused_when_one_partys_basis_leaves_it_out(
    purpose: Purpose, party: Party, customer: Basis, agent: Basis
) -> None:
    customer = replace(customer, basis=BasisKind.SEPARATE_CONSENT, purposes=tuple(Purpose))
    agent = replace(agent, purposes=tuple(Purpose))
    left = tuple(other for other in Purpose if other is not purpose)
    bases = [replace(basis, purposes=left) if basis.party is party else basis for basis in (customer, agent)]
    if purpose is Purpose.CUSTOMER_TONE and party is Party.AGENT:
        assert answer(*bases, purpose=purpose).allowed is True  # tone is the customer's alone
    else:
        assert answer(*bases, purpose=purpose).reason == f"{party}_purpose_not_covered"


@pytest.mark.parametrize(
    ("purpose", "prerequisite"),
    [
        (Purpose.ANALYSE, Purpose.RECORD),
        (Purpose.COACH, Purpose.ANALYSE),
        (Purpose.COACH, Purpose.RECORD),
        (Purpose.AGGREGATE, Purpose.ANALYSE),
        (Purpose.RETAIN_AUDIO, Purpose.RECORD),
        (Purpose.CUSTOMER_TONE, Purpose.ANALYSE),
    ],
)
def test_purpose_is_refused_without_what_it_builds_on(
    purpose: Purpose, prerequisite: Purpose, customer: Basis, agent: Basis
) -> None:
    customer = replace(customer, basis=BasisKind.SEPARATE_CONSENT, purposes=tuple(Purpose))
    without = replace(customer, purposes=tuple(other for other in Purpose if other is not prerequisite))
    decision = answer(without, agent, purpose=purpose)
    assert (decision.allowed, decision.missing) == (False, prerequisite)
    refusal = replace(customer, purposes=(prerequisite,), state=BasisState.REFUSED)
    assert answer(customer, agent, refusal, purpose=purpose).reason == "customer_basis_refused"


@pytest.mark.parametrize(
    ("state", "reason"), [("refused", "agent_basis_refused"), ("withdrawn", "agent_basis_withdrawn")]
)
def test_no_of_one_party_beats_its_own_yes(state: str, reason: str, customer: Basis, agent: Basis) -> None:
    assert answer(customer, agent, replace(agent, state=BasisState(state))).reason == reason


def test_refusal_counts_without_notice_evidence_or_a_sound_date(customer: Basis, agent: Basis) -> None:
    bare = replace(
        customer,
        state=BasisState.WITHDRAWN,
        notice_id="",
        evidence_ref="",
        indicated_at=datetime(2999, 1, 1),
        purposes=(),
    )
    assert answer(customer, agent, bare).reason == "customer_basis_withdrawn"


def test_refusal_of_coaching_leaves_analysis_open(customer: Basis, agent: Basis) -> None:
    refusal = replace(customer, purposes=(Purpose.COACH,), state=BasisState.REFUSED)
    assert answer(customer, agent, refusal, purpose=Purpose.ANALYSE).allowed is True
    assert answer(customer, agent, refusal, purpose=Purpose.COACH).allowed is False


REFUSED_PLACES = [
    ("CN", Party.CUSTOMER, BasisKind.LEGITIMATE_INTEREST, "basis_not_valid_here"),
    ("CN", Party.AGENT, BasisKind.LEGITIMATE_INTEREST, "basis_not_valid_here"),
    ("CN", Party.CUSTOMER, BasisKind.HR_RULES, "basis_not_valid_here"),
    ("DE", Party.CUSTOMER, BasisKind.HR_RULES, "basis_not_valid_here"),
    ("DE", Party.AGENT, BasisKind.CONSENT, "consent_not_free"),
    ("NO", Party.AGENT, BasisKind.SEPARATE_CONSENT, "consent_not_free"),
    ("US", Party.CUSTOMER, BasisKind.LEGITIMATE_INTEREST, "basis_not_valid_here"),
    ("", Party.CUSTOMER, BasisKind.LEGITIMATE_INTEREST, "basis_not_valid_here"),
    ("", Party.AGENT, BasisKind.LEGITIMATE_INTEREST, "basis_not_valid_here"),
    ("", Party.AGENT, BasisKind.CONSENT, "consent_not_free"),
    ("XX", Party.AGENT, BasisKind.CONSENT, "consent_not_free"),
    ("cn", Party.AGENT, BasisKind.CONSENT, "consent_not_free"),
]
ACCEPTED_PLACES = [
    ("CN", Party.CUSTOMER, BasisKind.CONSENT),
    ("CN", Party.CUSTOMER, BasisKind.CONTRACT),
    ("CN", Party.AGENT, BasisKind.HR_RULES),
    ("CN", Party.AGENT, BasisKind.CONSENT),
    ("DE", Party.CUSTOMER, BasisKind.LEGITIMATE_INTEREST),
    ("DE", Party.AGENT, BasisKind.LEGITIMATE_INTEREST),
    ("IS", Party.AGENT, BasisKind.HR_RULES),
    ("US", Party.AGENT, BasisKind.CONSENT),
    ("", Party.CUSTOMER, BasisKind.CONSENT),
    ("", Party.AGENT, BasisKind.HR_RULES),
]


@pytest.mark.parametrize(("jurisdiction", "party", "kind", "problem"), REFUSED_PLACES)
def test_basis_is_refused_where_the_law_doesnt_know_it(
    jurisdiction: str, party: Party, kind: BasisKind, problem: str, customer: Basis, agent: Basis
) -> None:
    bases = [replace(basis, basis=kind) if basis.party is party else basis for basis in (customer, agent)]
    assert answer(*bases, jurisdiction=jurisdiction).reason == f"{party}_{problem}"


@pytest.mark.parametrize(("jurisdiction", "party", "kind"), ACCEPTED_PLACES)
def test_basis_carries_where_the_law_knows_it(
    jurisdiction: str, party: Party, kind: BasisKind, customer: Basis, agent: Basis
) -> None:
    bases = [replace(basis, basis=kind) if basis.party is party else basis for basis in (customer, agent)]
    assert answer(*bases, jurisdiction=jurisdiction).allowed is True


def test_consent_is_refused_when_it_came_long_after_the_call_began(customer: Basis, agent: Basis) -> None:
    in_time, late = NOON + timedelta(minutes=10), NOON + timedelta(minutes=10) + SECOND
    assert answer(replace(customer, indicated_at=in_time), agent).allowed is True
    assert answer(replace(customer, indicated_at=late), agent).reason == "customer_basis_too_late"


def test_basis_is_refused_when_it_is_dated_in_the_future(customer: Basis, agent: Basis) -> None:
    future = replace(customer, indicated_at=NOON + timedelta(minutes=8))
    assert answer(future, agent, now=NOON).reason == "customer_basis_in_future"


def test_labour_rules_are_refused_when_they_are_younger_than_the_call(customer: Basis, agent: Basis) -> None:
    assert answer(customer, replace(agent, indicated_at=NOON + SECOND)).reason == "agent_rules_after_call"


@pytest.mark.parametrize("missing", [{"notice_id": " "}, {"evidence_ref": ""}, {"indicated_at": datetime(2026, 3, 2)}])
def test_basis_is_refused_when_it_can_t_be_shown(missing: dict[str, object], customer: Basis, agent: Basis) -> None:
    assert answer(replace(customer, **missing), agent).reason == "customer_basis_unreadable"  # type: ignore[arg-type]  # any field


def test_time_without_offset_or_in_the_future_is_refused(customer: Basis, agent: Basis) -> None:
    assert answer(customer, agent, started_at=NOON.replace(tzinfo=None)).reason == "time_unreadable"
    assert answer(customer, agent, now=LATER.replace(tzinfo=None)).reason == "time_unreadable"
    assert answer(customer, agent, started_at=NOON + timedelta(days=1), now=NOON).reason == "call_in_future"


def test_tone_needs_the_customers_separate_consent(customer: Basis, agent: Basis) -> None:
    plain = replace(customer, purposes=tuple(Purpose))
    separate = replace(customer, purposes=(Purpose.CUSTOMER_TONE,), basis=BasisKind.SEPARATE_CONSENT)
    assert answer(plain, agent, purpose=Purpose.CUSTOMER_TONE).reason == "customer_needs_separate_consent"
    assert answer(plain, agent, separate, purpose=Purpose.CUSTOMER_TONE).allowed is True


def test_yes_names_a_basis_of_each_party_for_each_purpose_it_rests_on(customer: Basis, agent: Basis) -> None:
    decision = answer(agent, customer, purpose=Purpose.COACH)
    relied_on = {(one.party, one.purpose, one.index, one.notice_id, one.evidence_ref) for one in decision.relied_on}
    assert relied_on == {
        (party, purpose, index, notice, evidence)
        for party, index, notice, evidence in (
            (Party.AGENT, 0, "rules-1", "rules:1"),
            (Party.CUSTOMER, 1, "notice-1", "ivr:1"),
        )
        for purpose in (Purpose.RECORD, Purpose.ANALYSE, Purpose.COACH)
    }


def test_explanation_names_party_and_purpose_and_no_reference(customer: Basis, agent: Basis) -> None:
    decision = answer(replace(customer, state=BasisState.REFUSED), agent)
    assert "客户" in decision.explanation and "录音" in decision.explanation
    assert "customer" in decision.explanation_en and "recording" in decision.explanation_en
    assert not any(text in decision.explanation + decision.explanation_en for text in ("ivr:1", "notice-1"))


TIMES = st.sampled_from(
    [
        NOON - timedelta(days=400),
        NOON,
        NOON + timedelta(minutes=9),
        NOON + timedelta(minutes=11),
        LATER + timedelta(days=1),
    ]
)
BASES = st.builds(
    Basis,
    party=st.sampled_from(Party),
    purposes=st.lists(st.sampled_from(Purpose), max_size=6, unique=True).map(tuple)
    | st.just(tuple(Purpose))
    | st.just((Purpose.RECORD, Purpose.ANALYSE)),
    basis=st.sampled_from(BasisKind),
    notice_id=st.sampled_from(["n1", "n2", "n3", ""]),
    indicated_at=TIMES | TIMES | st.just(datetime(2026, 3, 1)),
    method=st.sampled_from(IndicationMethod),
    evidence_ref=st.sampled_from(["e1", "e2", ""]),
    state=st.sampled_from([BasisState.GIVEN] * 6 + list(BasisState)),
)
CARRYING = st.builds(
    lambda party, purposes, number: Basis(
        party=party,
        purposes=purposes,
        basis=BasisKind.SEPARATE_CONSENT if party is Party.CUSTOMER else BasisKind.HR_RULES,
        notice_id=f"n{number}",
        indicated_at=NOON - timedelta(days=number),
        method=IndicationMethod.PAPER,
        evidence_ref=f"e{number}",
    ),
    st.sampled_from(Party),
    st.just(tuple(Purpose)) | st.lists(st.sampled_from(Purpose), min_size=1, unique=True).map(tuple),
    st.integers(0, 5),
)
LISTS = st.lists(BASES | CARRYING, max_size=7)
QUESTIONS = st.tuples(st.sampled_from(Purpose), st.sampled_from(["CN", "DE", "US", "", "ZZ"]))

CHAIN = {
    Purpose.RECORD: {Purpose.RECORD},
    Purpose.ANALYSE: {Purpose.RECORD, Purpose.ANALYSE},
    Purpose.COACH: {Purpose.RECORD, Purpose.ANALYSE, Purpose.COACH},
    Purpose.AGGREGATE: {Purpose.RECORD, Purpose.ANALYSE, Purpose.AGGREGATE},
    Purpose.RETAIN_AUDIO: {Purpose.RECORD, Purpose.RETAIN_AUDIO},
    Purpose.CUSTOMER_TONE: {Purpose.RECORD, Purpose.ANALYSE, Purpose.CUSTOMER_TONE},
}


def is_sound(basis: Basis, jurisdiction: str) -> bool:
    """The rules once more, written apart from the code under test."""
    if basis.state is not BasisState.GIVEN or not basis.notice_id or not basis.evidence_ref:
        return False
    if basis.indicated_at.tzinfo is None or basis.indicated_at > LATER:
        return False
    if basis.basis is BasisKind.LEGITIMATE_INTEREST:
        return jurisdiction == "DE" and basis.indicated_at <= NOON + timedelta(minutes=10)
    if basis.basis is BasisKind.HR_RULES:
        return basis.party is Party.AGENT and basis.indicated_at <= NOON
    if basis.party is Party.AGENT and basis.basis in (BasisKind.CONSENT, BasisKind.SEPARATE_CONSENT):
        return jurisdiction in ("CN", "US") and basis.indicated_at <= NOON + timedelta(minutes=10)
    return basis.indicated_at <= NOON + timedelta(minutes=10)


def ask(bases: Sequence[Basis], question: tuple[Purpose, str]) -> Decision:
    return decide(bases, purpose=question[0], jurisdiction=question[1], started_at=NOON, now=LATER)


@given(LISTS, QUESTIONS)
@settings(deadline=None)
def test_yes_means_every_party_has_a_sound_covering_basis_and_nobody_said_no(
    bases: list[Basis], question: tuple[Purpose, str]
) -> None:
    purpose, jurisdiction = question
    needed = CHAIN[purpose]
    refused = any(
        basis.state is not BasisState.GIVEN and (not basis.purposes or needed & set(basis.purposes)) for basis in bases
    )
    covered = all(
        any(
            basis.party is party
            and one in basis.purposes
            and is_sound(basis, jurisdiction)
            and (one is not Purpose.CUSTOMER_TONE or basis.basis is BasisKind.SEPARATE_CONSENT)
            for basis in bases
        )
        for one in needed
        for party in Party
        if (one, party) != (Purpose.CUSTOMER_TONE, Party.AGENT)
    )
    assert ask(bases, question).allowed is (covered and not refused)


@given(LISTS, BASES, QUESTIONS)
@settings(deadline=None)
def test_adding_a_refusal_never_opens_the_gate(bases: list[Basis], more: Basis, question: tuple[Purpose, str]) -> None:
    for state in (BasisState.REFUSED, BasisState.WITHDRAWN):
        after = ask([*bases, replace(more, state=state)], question)
        assert not (after.allowed and not ask(bases, question).allowed)


@given(LISTS, QUESTIONS, st.randoms(use_true_random=False))
@settings(deadline=None)
def test_order_of_bases_never_matters(bases: list[Basis], question: tuple[Purpose, str], random: object) -> None:
    shuffled = list(bases)
    random.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis gives a random.Random
    first, second = ask(bases, question), ask(shuffled, question)
    evidence = [[(one.party, one.purpose, one.evidence_ref) for one in each.relied_on] for each in (first, second)]
    assert evidence[0] == evidence[1]
    assert replace(first, relied_on=()) == replace(second, relied_on=()) if not first.allowed else second.allowed


@given(LISTS, st.sampled_from(Purpose))
@settings(deadline=None)
def test_unknown_jurisdiction_never_allows_what_a_known_one_refuses(bases: list[Basis], purpose: Purpose) -> None:
    if ask(bases, (purpose, "")).allowed:
        assert all(ask(bases, (purpose, known)).allowed for known in ("CN", "DE", "US"))
