"""The annotated conversations in data/ obey the codebook, and training reads them as written."""

import json
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from edge.codebook import KINDS, LABELS_OF
from edge.evaluate.language import read_calls
from edge.records import Speaker

ROOT = Path(__file__).parent.parent
CALLS = [ROOT / "data/calls.jsonl", *sorted((ROOT / "data/written").glob("*.jsonl"))]
sys.path.insert(0, str(ROOT / "scripts"))

from training import data, noise  # noqa: E402  # scripts are no package that is installed


def turns(path: Path) -> list[tuple[str, dict[str, Any]]]:
    calls = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    return [(call["call_id"], turn) for call in calls for turn in call["turns"]]


@pytest.mark.parametrize("path", CALLS, ids=lambda path: path.stem)
def test_annotations_obey_the_codebook(path: Path) -> None:
    wrong = []
    for call_id, turn in turns(path):
        labels, kinds = set(turn["labels"]), turn.get("kind", {})
        commitment = turn.get("commitment")
        right = (
            labels <= set(LABELS_OF[Speaker(turn["speaker"])])
            and all(kinds.get(label) in KINDS[label] for label in labels & KINDS.keys())
            and not ("deep_discovery" in labels and "discovery_question" not in labels)
            and (commitment is not None) == ("commitment" in labels)
        )
        if commitment is not None and right:
            due, due_at = commitment["due"], commitment["due_at"]
            right = (due is None or due in turn["text"]) and (
                due_at is None or datetime.fromisoformat(due_at).tzinfo is not None
            )
        if not right:
            wrong.append((call_id, turn["i"]))
    assert turns(path)
    assert not wrong


@pytest.mark.parametrize("path", CALLS, ids=lambda path: path.stem)
def test_evaluation_reads_every_file(path: Path) -> None:
    assert len(read_calls(path)) == len(path.read_text("utf-8").splitlines())


def test_no_conversation_is_on_both_sides_of_a_split() -> None:
    conversations = [one for path in CALLS for one in data.read(path)]
    inside, outside = data.split(conversations, fold=3, folds=7)
    names = {(one.source, one.index) for one in inside}
    assert not names & {(one.source, one.index) for one in outside}
    assert len(inside) + len(outside) == len(conversations)
    assert 0.1 < len(outside) / len(conversations) < 0.2


def test_example_knows_the_two_turns_before_it_and_only_labels_of_its_side() -> None:
    [conversation] = data.read(CALLS[0])[:1]
    examples = data.examples([conversation])
    assert examples[0].before == ()
    assert examples[5].before == conversation.turns[3:5]
    assert all(example.labels <= set(LABELS_OF[example.speaker]) for example in examples)


def test_of_a_corrected_call_only_what_a_person_looked_at_is_learnt(tmp_path: Path) -> None:
    call = json.loads(CALLS[0].read_text("utf-8").splitlines()[0]) | {"corrected": [4, 6]}
    (tmp_path / "site.jsonl").write_text(json.dumps(call), encoding="utf-8")
    examples = data.examples(data.read(tmp_path / "site.jsonl"))
    assert [example.text for example in examples] == [call["turns"][at]["text"] for at in (4, 6)]


def test_mishearing_sounds_alike_and_repeats_with_its_seed() -> None:
    texts = [turn["text"] for _, turn in turns(CALLS[0])]
    once, again = noise.Noise(texts, seed=1), noise.Noise(texts, seed=1)
    heard = [once.mishear(text) for text in texts]
    assert heard == [again.mishear(text) for text in texts]
    assert sum(one != text for one, text in zip(heard, texts, strict=True)) > len(texts) / 2
    assert all(heard)
