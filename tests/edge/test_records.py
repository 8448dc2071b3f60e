"""Records that were stored by an earlier version can still be read."""

from __future__ import annotations

import json

from pydantic import TypeAdapter

from edge.records import Analysis
from tests.edge.rpc.memory_box import an_analysis

_ANALYSIS = TypeAdapter(Analysis)


def test_analysis_stored_before_promises_had_a_structure_can_be_read() -> None:
    analysis = an_analysis("call-1")
    stored = json.loads(_ANALYSIS.dump_json(analysis))
    for utterance in stored["utterances"]:
        assert utterance.pop("promises") == []
    assert _ANALYSIS.validate_json(json.dumps(stored)) == analysis
