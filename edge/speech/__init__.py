"""The speech stage: who speaks when, and what they say."""

import os

# Weights come from disk alone; on a closed network an attempt to ask a hub would hang for minutes. Set before any
# library of the stage is imported.
os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("TRANSFORMERS_OFFLINE", "1")
