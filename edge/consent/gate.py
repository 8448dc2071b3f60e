"""The gate: no basis, no key. Only this module asks the key store for keys.

Every answer carries the decisions it rests on, so that the caller writes them in the transaction of its change. The
gate keeps nothing: bases are read anew from the call's sealed header each time, so a withdrawal counts at once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from pydantic import TypeAdapter, ValidationError

from edge.consent import rules, wording
from edge.consent.decision import Decision, Problem
from edge.errors import NotFound, NotReady, Refused
from edge.records import CallHeader, Purpose
from edge.vault.cipher import Address, Damaged, seal, unseal
from edge.vault.key import Key, Kind
from edge.vault.keystore import KeyStore
from edge.vault.pseudonym import Pseudonyms

ADMISSION = (Purpose.RECORD, Purpose.ANALYSE)
"""A call that may not be recorded and analysed isn't taken at all: storing is processing already (PIPL Art 4)."""

SERVES: dict[Kind, frozenset[Purpose]] = {
    Kind.HEADER: frozenset(),  # the gate's own
    Kind.AUDIO: frozenset(
        {Purpose.RECORD, Purpose.ANALYSE, Purpose.COACH, Purpose.RETAIN_AUDIO, Purpose.CUSTOMER_TONE}
    ),
    Kind.ANALYSIS: frozenset({Purpose.ANALYSE, Purpose.COACH, Purpose.AGGREGATE}),
}
"""What each kind of content may be opened for. `record` opens audio for the review that decision 0002 describes."""

_HEADER = TypeAdapter(CallHeader)


class Refusal(Refused):
    """The gate's no, with the decisions to be stored."""

    def __init__(self, decisions: tuple[Decision, ...]) -> None:
        no = next(decision for decision in decisions if not decision.allowed)
        problem = no.problem or Problem.NO_BASIS
        super().__init__(_field(no), no.explanation_en.rstrip("."), wording.FIXES[problem])
        self.decisions = decisions

    @property
    def decision(self) -> Decision:
        """The decision that said no."""
        return next(decision for decision in self.decisions if not decision.allowed)

    @property
    def lasting(self) -> bool:
        """Whether the same question will get the same no: a call is then stopped, otherwise it is tried again."""
        return self.decision.problem not in (Problem.KEYS_UNREADABLE, Problem.CALL_IN_FUTURE, Problem.IN_FUTURE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a decision about stored content needs.

    expires_at: of the kind of content that is asked for.
    """

    header: CallHeader
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Admission:
    """A new call's keys, and its header sealed: what has to be stored with the call."""

    decisions: tuple[Decision, ...]
    keys: Mapping[Kind, Key]  # audio and analysis
    sealed_header: tuple[bytes, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """A key for one call, one kind of content, now."""

    decision: Decision
    key: Key


class Gate:
    """Decides and gives out keys. Thread-safe."""

    def __init__(self, keys: KeyStore) -> None:
        self._keys = keys
        self._pseudonyms = Pseudonyms(keys)

    def admit(self, header: CallHeader, *, now: datetime) -> tuple[Decision, ...]:
        """Decide whether a call may be taken, before anything of it is read; one decision per purpose of ADMISSION.

        Raises: Refusal.
        """
        decisions = tuple(_decide(header, purpose, now) for purpose in ADMISSION)
        if not all(decision.allowed is True for decision in decisions):
            raise Refusal(decisions)
        return decisions

    def new_keys(self, header: CallHeader, *, now: datetime) -> Admission:
        """Admit once more, make the call's keys and seal its header.

        Call it in the transaction that adds the call, after checking that the store doesn't hold it. If that
        transaction fails, the keys that stay behind open nothing, and the next attempt gets them again.
        Raises: Refusal; Conflict if a call of that name was erased on this box; NotReady if no key can be stored.
        """
        decisions = self.admit(header, now=now)
        keys = self._keys.create_keys(header.call_id, Kind)
        address = self.address(header.call_id, Kind.HEADER)
        return Admission(
            decisions=decisions,
            keys={kind: key for kind, key in keys.items() if kind is not Kind.HEADER},
            sealed_header=tuple(seal(keys[Kind.HEADER], address, _HEADER.dump_json(header))),
        )

    def read_header(
        self, call_id: str, sealed_header: Sequence[bytes], *, purpose: Purpose, version: int = 1
    ) -> CallHeader:
        """Open a stored call's header. `purpose` is what it is opened for, and stands in a refusal.

        Raises: Refusal if its key is gone; Damaged.
        """
        key = self._key(call_id, Kind.HEADER, purpose)
        content = unseal(key, self.address(call_id, Kind.HEADER, version=version), sealed_header)
        try:
            return _HEADER.validate_json(content)
        except ValidationError:
            raise Damaged from None  # pydantic's message would quote the header

    def seal_header(self, header: CallHeader, *, purpose: Purpose, version: int) -> tuple[bytes, ...]:
        """Seal a stored call's header anew, with a withdrawal or a later basis in it, as a higher version.

        Raises: Refusal if its key is gone.
        """
        key = self._key(header.call_id, Kind.HEADER, purpose)
        address = self.address(header.call_id, Kind.HEADER, version=version)
        return tuple(seal(key, address, _HEADER.dump_json(header)))

    def release(self, facts: Facts, *, kind: Kind, purpose: Purpose, now: datetime) -> Release:
        """Give the key for one kind of a call's content, for one purpose, now. Raises: Refusal."""
        if purpose not in SERVES[kind]:
            raise Refusal((rules.refuse(purpose, Problem.KIND_NOT_FOR_PURPOSE),))
        if now.utcoffset() is None or facts.expires_at.utcoffset() is None:
            raise Refusal((rules.refuse(purpose, Problem.TIME_UNREADABLE),))
        if now >= facts.expires_at:
            raise Refusal((rules.refuse(purpose, Problem.EXPIRED),))
        decision = _decide(facts.header, purpose, now)
        if decision.allowed is not True:
            raise Refusal((decision,))
        return Release(decision=decision, key=self._key(facts.header.call_id, kind, purpose))

    def address(self, call_id: str, kind: Kind, *, version: int = 1) -> Address:
        """Where content of a call belongs, for `vault.cipher.seal` and `unseal`."""
        reference = self._pseudonyms.log_reference(call_id)
        return Address(box=self._keys.box_id, call=reference, kind=kind, version=version)

    def _key(self, call_id: str, kind: Kind, purpose: Purpose) -> Key:
        try:
            return self._keys.release_key(call_id, kind)
        except NotFound as error:
            raise Refusal((rules.refuse(purpose, Problem.ERASED),)) from error
        except NotReady as error:
            raise Refusal((rules.refuse(purpose, Problem.KEYS_UNREADABLE),)) from error


def _decide(header: CallHeader, purpose: Purpose, now: datetime) -> Decision:
    return rules.decide(
        header.bases, purpose=purpose, jurisdiction=header.jurisdiction, started_at=header.started_at, now=now
    )


def _field(no: Decision) -> str:
    """The input that is wrong, as the sender wrote it: `bases[customer].analyse`, `started_at`, `call_id`."""
    if no.party is not None:
        return f"bases[{no.party}].{no.missing}"
    if no.problem in (Problem.TIME_UNREADABLE, Problem.CALL_IN_FUTURE):
        return "started_at"
    return "keys" if no.problem is Problem.KEYS_UNREADABLE else "call_id"
