"""The corrections of a box: made, taken back, shown, counted, and given for training. The gate is asked each time."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

import structlog

from edge import pipeline
from edge.consent.gate import Refusal
from edge.corrections.check import checked
from edge.corrections.counts import Counts, count
from edge.corrections.record import Correction, Proposal
from edge.corrections.training import labelled
from edge.errors import Conflict, NotFound
from edge.pipeline import Parts
from edge.records import Purpose
from edge.redaction import masked
from edge.store.corrections import corrected_calls

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingData:
    """The site's own labelled calls. lines: one JSON object each; refused: calls that the gate didn't open for it."""

    lines: tuple[str, ...]
    refused: int


class Book:
    """What people found wrong in the analyses of one box. Thread-safe; every method blocks."""

    def __init__(self, parts: Parts) -> None:
        """Use `Box.corrections`."""
        self._parts = parts

    def of_call(self, call_id: str, *, actor: str) -> tuple[Correction, ...]:
        """A call's corrections, oldest first. Raises: NotFound, Refused."""
        return pipeline.read_corrections(self._parts, call_id, actor=actor)

    def correct(self, call_id: str, proposal: Proposal, *, actor: str, now: datetime) -> Correction:
        """Keep a correction, in place of an earlier one of the same subject. The analysis stays as it is.

        Raises: NotFound, Refused, Conflict (not analysed yet), BadInput.
        """
        analysis, _ = pipeline.read_stored(self._parts, call_id, actor=actor)
        made: list[Correction] = []

        def add(present: tuple[Correction, ...]) -> tuple[Correction, ...]:
            new = checked(proposal, analysis, present, by=actor, at=now)
            made.append(new)
            return (*(one for one in present if one.subject != new.subject), new)

        pipeline.change_corrections(self._parts, call_id, add, actor=actor)
        self._note("corrected", call_id, made[0], actor)
        return made[0]

    def take_back(self, call_id: str, correction: str, *, actor: str) -> Correction:
        """Remove a correction by its id; nothing of it is kept. Raises: NotFound, Refused."""
        gone: list[Correction] = []

        def remove(present: tuple[Correction, ...]) -> tuple[Correction, ...]:
            gone.extend(one for one in present if one.id == correction)
            if not gone:
                raise NotFound("correction", "the call has no such correction", "It may have been taken back already")
            return tuple(one for one in present if one.id != correction)

        pipeline.change_corrections(self._parts, call_id, remove, actor=actor)
        self._note("correction taken back", call_id, gone[0], actor)
        return gone[0]

    def counts(self, *, actor: str) -> Counts:
        """How often each label was corrected, and how. A call that may not be counted (`aggregate`) is left out."""
        found: list[Correction] = []
        opened = refused = 0
        for call_id in self._calls():
            try:
                own = pipeline.read_corrections(self._parts, call_id, actor=actor, purpose=Purpose.AGGREGATE)
            except Refusal:
                refused += 1
            except NotFound:  # erased just now
                continue
            else:
                opened += bool(own)
                found += own
        return Counts(calls=opened, refused=refused, corrections=count(found))

    def training(self, *, actor: str) -> TrainingData:
        """Every corrected call as a labelled one, masked, under a name that stands for it."""
        lines, refused = [], 0
        for call_id in self._calls():
            try:
                own = self.of_call(call_id, actor=actor)
                if own:
                    analysis, _ = pipeline.read_stored(self._parts, call_id, actor=actor)
                    name = self._parts.pseudonyms.log_reference(call_id)
                    lines.append(json.dumps(labelled(name, masked(analysis), own), ensure_ascii=False))
            except Refusal:
                refused += 1
            except (NotFound, Conflict):  # erased or analysed anew just now
                continue
        return TrainingData(lines=tuple(lines), refused=refused)

    def _calls(self) -> tuple[str, ...]:
        with self._parts.store.read() as tx:
            return corrected_calls(tx)

    def _note(self, what: str, call_id: str, correction: Correction, actor: str) -> None:
        reference = self._parts.pseudonyms.log_reference(call_id)
        log.info(what, call=reference, change=str(correction.change), actor=actor)
