"""The speech stage: a recording in, a transcript out."""

from __future__ import annotations

import hashlib
import importlib.metadata
import itertools
import os
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

# Weights come from disk alone; on a closed network an attempt to ask a hub would hang for minutes.
os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("TRANSFORMERS_OFFLINE", "1")

from edge.errors import BadInput
from edge.records import Audio, ChannelRole, ChannelSummary, Language, Speaker, Stretch, Transcript, Utterance
from edge.speech.diarise import Diariser
from edge.speech.lanes import Lane, lanes
from edge.speech.mono import Voices, voices
from edge.speech.packs import packs
from edge.speech.recogniser import MARGIN_S, Recogniser
from edge.speech.turns import Turn, turns
from edge.speech.utterances import Said, said
from edge.speech.voice import VoiceDetector
from edge.speech.whisper import Whisper

Progress = Callable[[float], None]  # share of the recognition done, 0 to 1
