"""Named sets of thresholds for talk metrics, so that a buyer can compare number for number with another system.

Where a documented system says nothing about a threshold, its preset keeps ours; docs/metrics.md has the table with
the sources.
"""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True, kw_only=True)
class Preset:
    """One set of thresholds.

    silence_s_min: a pause of everyone that is longer than this is a silence.
    hold_apart: whether silences that are holds are counted apart from the others.
    hold_s_min: a silence longer than this is a hold even if nobody said to wait.
    spoken_s_min: how long the other side must have spoken in its turn before cutting in can interrupt it.
    overlap_s_min: how long both must then speak at once.
    backchannels_interrupt: whether a mere "uh-huh" can be an interruption.
    denominators: of what the talk shares are given, "speech" or "call".
    """

    name: str
    silence_s_min: float = 3.0
    hold_apart: bool = True
    hold_s_min: float = 10.0
    spoken_s_min: float = 1.0
    overlap_s_min: float = 0.5
    backchannels_interrupt: bool = False
    denominators: tuple[str, ...] = ("speech", "call")


SOTTOVOCE = Preset(name="sottovoce")

# Amazon Connect Contact Lens: non-talk time is hold and silence together, over 3 s; any cut into the other's sentence
# interrupts; talk time over the conversation's duration.
CONTACT_LENS = replace(
    SOTTOVOCE,
    name="contact_lens",
    hold_apart=False,
    spoken_s_min=0.0,
    overlap_s_min=0.0,
    backchannels_interrupt=True,
    denominators=("call",),
)

# MiiTel: both quiet for over 3 s; both speaking for over 1 s, whoever began.
MIITEL = replace(
    SOTTOVOCE, name="miitel", hold_apart=False, spoken_s_min=0.0, overlap_s_min=1.0, backchannels_interrupt=True
)

# Google CX Insights: silence over 5 s, as a share of the call.
GOOGLE = replace(SOTTOVOCE, name="google", silence_s_min=5.0, hold_apart=False)

# Gong: a speaker's share of the speech.
GONG = replace(SOTTOVOCE, name="gong", denominators=("speech",))

PRESETS = {preset.name: preset for preset in (SOTTOVOCE, CONTACT_LENS, MIITEL, GOOGLE, GONG)}
