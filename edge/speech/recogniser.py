"""From packs to spoken pieces: batches of windows of one length, guards after every decode, one second try."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from edge.records import Language
from edge.speech.features import FRAMES_MAX, FRAMES_PER_S
from edge.speech.guards import Fault, faults
from edge.speech.packs import Pack, alone
from edge.speech.track import Track
from edge.speech.whisper import Heard, Piece, Whisper, Window

MARGIN_S = 2.0  # silent rest of a window; docs/speech.md holds the curve of error rate against it
# A lone short turn in a short window loses words however long the margin; 10 s is where the curve flattens.
WINDOW_S_MIN = 10.0
RETRY_MARGIN_S = 5.0
STEP_FRAMES = 100  # windows come in whole seconds, so that neighbours in length share a batch
BATCH_MAX = 8  # windows decoded at once; more gain little on a few cores and cost memory
SPREAD_S_MAX = 4.0  # within a batch: a short pack in a long window costs more than a decode of its own
BEAM = 3
# People say three to six characters, ten to fifteen letters a second; a turn with less than a quarter of that was
# passed over. The pad around it counts in, so a lone 嗯 with one character is above.
CHARACTERS_PER_S_MIN = {Language.ZH: 1.0, Language.EN: 3.0}


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
        self, packs: Sequence[Pack], tracks: Sequence[Track], language: Language, progress: Callable[[float], None]
    ) -> tuple[Spoken, ...]:
        """Decode packs of all lanes, in any order; `tracks` are by lane.

        Two kinds of turns get a second try with a longer window: those of a pack that fails a guard, each alone, and
        those the decoder passed over. What fails a guard then is returned with its faults.
        """
        good: list[Spoken] = []
        again: list[Pack] = []
        for done, batch in _batches(packs):
            for spoken in self._decode(batch, tracks, language, MARGIN_S):
                missed = alone(spoken.pack) if spoken.faults else passed_over(spoken, language)
                again.extend(missed)
                good.append(_without(spoken, missed))
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


def passed_over(spoken: Spoken, language: Language) -> tuple[Pack, ...]:
    """The turns of a pack that came out with hardly any text, neighbours together in one pack.

    A decoder that reads several sentences at once sometimes closes the text early or leaps over one of them.
    """
    length_s: dict[int, float] = {}
    characters: Counter[int] = Counter()
    for part in spoken.pack.parts:
        length_s[part.turn] = length_s.get(part.turn, 0.0) + part.length_s
    for piece in spoken.pieces:
        characters[spoken.pack.place(piece.start_s)[0].turn] += sum(map(str.isalnum, piece.text))
    missed = {turn for turn, seconds in length_s.items() if characters[turn] < CHARACTERS_PER_S_MIN[language] * seconds}
    groups = itertools.groupby(spoken.pack.parts, key=lambda part: part.turn in missed)
    return tuple(Pack(lane=spoken.pack.lane, parts=tuple(parts)) for hit, parts in groups if hit)


def _without(spoken: Spoken, packs: Sequence[Pack]) -> Spoken:
    """The same without the pieces of the turns that are in other packs now."""
    turns = {part.turn for pack in packs for part in pack.parts}
    kept = (piece for piece in spoken.pieces if spoken.pack.place(piece.start_s)[0].turn not in turns)
    return replace(spoken, pieces=tuple(kept))


def _frames(seconds: float, margin_s: float) -> int:
    """The window for so much audio: the margin added, in whole steps, within what the encoder takes."""
    wanted = round(max(seconds + margin_s, WINDOW_S_MIN) * FRAMES_PER_S)
    return min(FRAMES_MAX, -(-wanted // STEP_FRAMES) * STEP_FRAMES)


def _batches(packs: Sequence[Pack]) -> Iterator[tuple[int, list[Pack]]]:
    """Packs of like length together, longest first, with the number done after each batch."""
    ordered = sorted(packs, key=lambda pack: -pack.length_s)
    start = 0
    while start < len(ordered):
        shortest_s = ordered[start].length_s - SPREAD_S_MAX
        batch = list(itertools.takewhile(lambda pack: pack.length_s >= shortest_s, ordered[start : start + BATCH_MAX]))  # noqa: B023 (used at once)
        start += len(batch)
        yield start, batch
