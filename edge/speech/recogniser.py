"""From packs to spoken pieces: batches of windows of one length, guards after every decode, one second try."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from edge.records import Language
from edge.speech.features import FRAMES_MAX, FRAMES_PER_S
from edge.speech.guards import Fault, faults
from edge.speech.packs import Pack, alone
from edge.speech.track import Track
from edge.speech.whisper import Heard, Piece, Whisper, Window

MARGIN_S = 3.0  # silent rest of a window; docs/speech.md holds the curve of error rate against it
RETRY_MARGIN_S = 8.0
STEP_FRAMES = 100  # windows come in whole seconds, so that neighbours in length share a batch
BATCH_MAX = 8  # windows decoded at once; more gain little on a few cores and cost memory
BEAM = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """What was heard of one pack: the pieces with their times in it."""

    pack: Pack
    heard: Heard
    pieces: tuple[Piece, ...]
    faults: frozenset[Fault]


class Recogniser:
    """Decodes the packs of a call."""

    def __init__(self, whisper: Whisper) -> None:
        self._whisper = whisper

    def recognise(
        self,
        packs: Sequence[Pack],
        tracks: Sequence[Track],
        language: Language,
        progress: Callable[[float], None],
    ) -> tuple[Spoken, ...]:
        """Decode packs of all lanes, in any order; `tracks` are by lane.

        A pack that fails a guard is taken apart into its turns, each decoded again alone with a longer window; what
        fails again is returned with its faults.
        """
        good: list[Spoken] = []
        again: list[Pack] = []
        for done, batch in _batches(packs):
            for spoken in self._decode(batch, tracks, language, MARGIN_S):
                if spoken.faults:
                    again.extend(alone(spoken.pack))
                else:
                    good.append(spoken)
            progress(done / len(packs))
        for _, batch in _batches(again):
            good.extend(self._decode(batch, tracks, language, RETRY_MARGIN_S))
        return tuple(good)

    def _decode(
        self,
        packs: Sequence[Pack],
        tracks: Sequence[Track],
        language: Language,
        margin_s: float,
    ) -> list[Spoken]:
        frames = _frames(max(pack.length_s for pack in packs), margin_s)
        windows = [Window(samples=pack.samples(tracks[pack.lane]), frames=frames) for pack in packs]
        encoded = self._whisper.encode(windows)
        heard = self._whisper.decode(encoded, windows, language, beam=BEAM)
        pieces = self._whisper.align(encoded, windows, heard, language)
        return [
            Spoken(pack=pack, heard=item, pieces=found, faults=faults(item, pack.length_s, language))
            for pack, item, found in zip(packs, heard, pieces, strict=True)
        ]


def _frames(seconds: float, margin_s: float) -> int:
    """The window for so much audio: the margin added, in whole steps, within what the encoder takes."""
    wanted = round((seconds + margin_s) * FRAMES_PER_S)
    return min(FRAMES_MAX, -(-wanted // STEP_FRAMES) * STEP_FRAMES)


def _batches(packs: Sequence[Pack]) -> Iterator[tuple[int, list[Pack]]]:
    """Packs of like length together, longest first, with the number done after each batch."""
    ordered = sorted(packs, key=lambda pack: -pack.length_s)
    for start in range(0, len(ordered), BATCH_MAX):
        batch = ordered[start : start + BATCH_MAX]
        yield start + len(batch), batch
