"""What holds for every score: what may enter it, when it abstains, and that it says where it came from."""

import dataclasses
import random
import types
import typing

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.records import AnalysedUtterance, Label, Language, ScoreState, Speaker
from edge.scores.call import score_call
from edge.scores.weights import PATH, WEIGHTS, read_weights

NAMES = {"empathy", "over_promise_risk", "discovery_depth", "follow_up_latency", "emotion_swing"}
STAFF = NAMES - {"follow_up_latency", "emotion_swing"}
# Everything that may be known of an utterance when a person is scored: words, labels, times, and how sure we are.
KNOWN = {
    *("id", "channel", "speaker", "start_s", "end_s", "text", "confidence", "labels", "commitment", "pii", "words"),
    *(
        "speaker_doubtful",
        "label",
        "probability",
        "kind",
        "span",
        "why",
        "what",
        "due",
        "due_at",
        "start",
        "end",
        "type",
    ),
    *("promises", "who", "certainty", "due_from", "condition", "price", "discount_percent"),
}

TALK = [
    ("agent", "您好，这里是客服，请问有什么可以帮您？"),
    ("customer", "修了三次还是漏水，我真的受够了！", "emotion_negative", "complaint"),
    ("agent", "天天接着水盆过日子，换谁都受不了。是哪个位置漏？", "empathy", "discovery_question", "deep_discovery"),
    ("customer", "厨房。你们不会又糊弄我吧？", "objection:trust"),
    ("agent", "我保证明天一定修好，一分钱不用您掏。", "over_promise:outcome", "over_promise:price"),
    ("customer", "说得好听。"),
    ("agent", "准确说要看管子的情况，师傅看过才能定。", "hedge", "objection_response"),
    ("customer", "那行吧。"),
]


def scored(utterances, language=Language.ZH):
    return score_call(utterances, language=language, versions={"language": "test"})


def fields_of(record, seen):
    """Every field that can be reached from a record's type, with its annotation's leaves."""
    if record in seen:
        return
    seen.add(record)
    hints = typing.get_type_hints(record)
    for field in dataclasses.fields(record):
        for leaf in leaves(hints[field.name]):
            yield field.name, leaf
            if dataclasses.is_dataclass(leaf):
                yield from fields_of(leaf, seen)


def leaves(hint):
    arguments = typing.get_args(hint)
    if typing.get_origin(hint) in (tuple, types.UnionType, typing.Union):
        return [leaf for argument in arguments if argument is not Ellipsis for leaf in leaves(argument)]
    return [hint]


def test_no_field_that_reaches_a_score_is_acoustic():
    found = list(fields_of(AnalysedUtterance, set()))
    assert {name for name, _ in found} <= KNOWN
    plain = {"str", "int", "float", "bool", "NoneType", "datetime", "Speaker", "Promiser", "Certainty"}
    assert {leaf.__name__ for _, leaf in found if not dataclasses.is_dataclass(leaf)} <= plain


def test_scores_ignore_turns_whose_speaker_is_in_doubt(conversation):
    utterances = conversation(TALK)
    doubtful = [
        dataclasses.replace(
            utterances[4],
            id=f"x{number}",
            start_s=utterances[number].start_s + 0.01,
            labels=tuple(
                Label(label=name, probability=1.0) for name in ("over_promise", "empathy", "pressure", "hedge")
            ),
            **how,
        )
        for number in range(len(utterances))
        for how in ({"speaker_doubtful": True}, {"speaker": Speaker.UNKNOWN})
    ]
    without, with_doubt = scored(utterances), scored([*utterances, *doubtful])
    for name in NAMES:
        assert with_doubt[name].value == without[name].value
        assert with_doubt[name].evidence == without[name].evidence
        assert any("分不清是谁" in limit for limit in with_doubt[name].limits)


def test_scores_ignore_times_but_for_their_order(conversation):
    utterances = conversation(TALK)
    stretched = [dataclasses.replace(one, start_s=one.start_s * 7, end_s=one.start_s * 7 + 0.1) for one in utterances]
    unmoved = NAMES - {"emotion_swing"}  # the customer's pauses and pace may enter that one
    assert {name: scored(stretched)[name].value for name in unmoved} == {
        name: scored(utterances)[name].value for name in unmoved
    }


@pytest.mark.parametrize("name", sorted(NAMES))
def test_score_abstains_when_the_agent_hardly_spoke(conversation, name):
    utterances = conversation(
        [("agent", "稍等我看下。"), ("customer", "气死我了，你们又骗人！", "emotion_negative", "objection")]
    )
    assert scored(utterances)[name].state is ScoreState.NOT_ENOUGH_EVIDENCE


@pytest.mark.parametrize("name", sorted(NAMES))
def test_score_abstains_without_any_utterance(name):
    assert scored([])[name].state is ScoreState.NOT_ENOUGH_EVIDENCE


@pytest.mark.parametrize("name", sorted(NAMES))
def test_score_abstains_when_the_transcript_is_too_poor(conversation, name):
    score = scored(conversation(TALK, confidence=0.3))[name]
    assert score.state is ScoreState.TRANSCRIPT_TOO_POOR
    assert score.value is None


@pytest.mark.parametrize("name", sorted(STAFF))
def test_score_says_which_turns_were_hard_to_hear_and_trusts_them_less(conversation, name):
    clear = scored(conversation(TALK))[name]
    faint = scored(conversation(TALK, confidence=0.45))[name]
    assert any("u0004" in limit for limit in faint.limits)
    assert max(abs(one.contribution) for one in faint.evidence) < max(abs(one.contribution) for one in clear.evidence)


@given(st.randoms(use_true_random=False))
def test_same_call_gets_the_same_scores_in_any_order_of_input(conversation, randomness: random.Random):
    utterances = list(conversation(TALK))
    shuffled = randomness.sample(utterances, len(utterances))
    assert scored(shuffled) == scored(utterances)


def test_every_score_carries_versions_and_limits(conversation):
    scores = scored(conversation(TALK))
    assert set(scores) == NAMES
    for score in scores.values():
        assert score.versions["language"] == "test"
        assert score.versions["scores_weights"] == WEIGHTS.version
        assert {"scores_rules", "scores_lexicon"} <= set(score.versions)
        assert score.limits


def test_every_piece_of_evidence_explains_itself_in_both_languages(conversation):
    for score in scored(conversation(TALK)).values():
        assert score.evidence
        for piece in score.evidence:
            assert piece.why
            assert piece.why_en.isascii()


def test_version_moves_when_a_weight_does():
    changed = PATH.read_bytes().replace(b"hedged_at_once = { value = 0.6", b"hedged_at_once = { value = 0.7")
    assert read_weights(changed).version != WEIGHTS.version


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"miss_rate = {", b"mis_rate = {"),
        (b'reason = "A missed date can be seen and made good."', b'reason = ""'),
        (b"value = 0.65, ", b""),
    ],
)
def test_weights_without_name_number_or_reason_are_refused(old, new):
    source = PATH.read_bytes()
    assert old in source
    with pytest.raises(ValueError, match="weights"):
        read_weights(source.replace(old, new))


LABELS = st.sampled_from(
    [
        *("empathy", "emotion_negative", "complaint", "emotion_positive", "objection:price", "over_promise:outcome"),
        *("over_promise", "hedge", "pressure", "discovery_question", "deep_discovery", "commitment", "follow_up_offer"),
    ]
)
LINES = st.lists(
    st.tuples(
        st.sampled_from(["agent", "customer"]),
        st.sampled_from(
            ["嗯。", "你们到底什么时候能修好呢", "我们三天之内一定送到，不收一分钱", "预算大概多少？", "好的"]
        ),
        LABELS,
        LABELS,
        st.floats(0.0, 1.0),
    ),
    max_size=14,
)


@given(LINES, st.floats(0.0, 1.0))
def test_every_score_can_be_built_and_is_recomputable_from_its_evidence(conversation, lines, confidence):
    written = [(who, text, f"{one}@{p:.3f}", f"{two}@{1 - p:.3f}") for who, text, one, two, p in lines]
    scores = scored(conversation(written, confidence=confidence))
    prior = WEIGHTS.empathy.prior_answered / (WEIGHTS.empathy.prior_answered + WEIGHTS.empathy.prior_missed)
    bases = {"empathy": 100 * prior, "over_promise_risk": 0.0, "discovery_depth": 0.0, "emotion_swing": 50.0}
    for name, score in scores.items():
        if score.value is not None:
            total = bases[name] + sum(piece.contribution for piece in score.evidence)
            assert total == pytest.approx(score.value, abs=1e-6)
        else:
            assert all(piece.contribution == 0.0 for piece in score.evidence)
