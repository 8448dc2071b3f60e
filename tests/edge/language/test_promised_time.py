"""Which of several times an utterance promises, and what it promises where no clause has the form of a promise."""

from datetime import datetime

import pytest

from edge.language.folding import fold
from edge.language.lexicon import load
from edge.language.promises import likeliest_time, promise_by_meaning
from edge.language.when import find

MONDAY = datetime.fromisoformat("2026-03-02T10:15:00+08:00")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("您周三付款的话，我周五之前给您发出去。", "周五之前"),
        ("我明天下午把样品寄出来，您后天到厂里看看机器。", "明天下午"),
        ("图纸我今晚先出草图，最晚周四给您定稿。", "周四"),
        ("If you send the form today, I'll have it back to you by Thursday.", "Thursday"),
    ],
)
def test_promise_is_due_when_the_speaker_acts(text: str, words: str) -> None:
    lexicon = load()
    folded = fold(text, homophones=lexicon.homophones, sounds=lexicon.sounds)
    time = likeliest_time(folded, find(text, started_at=MONDAY))
    assert time is not None and words in time.words


def test_act_without_the_form_of_a_promise_is_read_from_the_clause_with_its_time() -> None:
    text = "甭着急，礼拜五前搁您桌上，跑不了。"
    lexicon = load()
    folded = fold(text, homophones=lexicon.homophones, sounds=lexicon.sounds)
    promise = promise_by_meaning(folded, find(text, started_at=MONDAY), None)
    assert "搁您桌上" in promise.what
    assert promise.time is not None and promise.time.due_at == datetime.fromisoformat("2026-03-06T23:59:59+08:00")
