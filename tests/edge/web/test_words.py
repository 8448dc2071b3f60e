"""The words of the pages: none is missing in any language, none is written outside a catalogue."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone
from functools import cache
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from edge.consent.wording import FIXES
from edge.errors import BadInput
from edge.ingest.sidecar import read_sidecar
from edge.scores import discovery, empathy, explanation, follow_up, over_promise
from edge.web import wording
from edge.web.i18n import LANGUAGES, writer
from edge.web.phrases import translate

WEB = Path("edge/web")
CHINESE = re.compile("[一-鿿]")
PLACE = re.compile(r"%\(\w+\)s|\{\w+\}")
CST = timezone(timedelta(hours=8))


@cache
def messages() -> frozenset[str]:
    found = extract_from_dir(
        WEB,
        [("**.py", "python"), ("**/templates/**.html", "jinja2")],
        options_map={"**/templates/**.html": {"newstyle_gettext": "true", "trimmed": "true"}},
        keywords={"N_": None, "_": None, "gettext": None},
    )
    return frozenset(message for _, _, message, _, _ in found if isinstance(message, str) and message)


def catalogue(language: str) -> Catalog:
    with (WEB / f"locale/{language}/LC_MESSAGES/web.po").open("rb") as file:
        return read_po(file)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_message_is_translated_and_no_translation_is_left_over(language: str) -> None:
    needed = {message for message in messages() if bool(CHINESE.search(message)) == (language == "en")}
    translated = {str(entry.id) for entry in catalogue(language) if entry.id and entry.string and not entry.fuzzy}
    assert len(messages()) > 200
    assert translated == needed


@pytest.mark.parametrize("language", LANGUAGES)
def test_translation_keeps_the_places_of_its_message(language: str) -> None:
    for entry in catalogue(language):
        assert sorted(PLACE.findall(str(entry.id))) == sorted(PLACE.findall(str(entry.string))), entry.id


def test_no_chinese_is_written_outside_the_catalogues() -> None:
    files = [*WEB.rglob("*.html"), *WEB.glob("*.py"), *WEB.glob("static/*.js"), *WEB.glob("static/*.css")]
    found = {path.name for path in files if CHINESE.search(path.read_text("utf-8"))}
    assert found == {"i18n.py", "phrases.py"}, "the languages' own names, and what scores say in Chinese"


def test_every_label_of_the_codebook_has_a_name_and_a_colour() -> None:
    codebook = set(re.findall(r"^\| `(\w+)` \|", Path("docs/codebook.md").read_text("utf-8"), re.M))
    assert codebook
    assert codebook <= set(wording.LABELS) and codebook <= set(wording.TONES)


@pytest.mark.parametrize(
    "data", [b"", b"[]", b"{", b'{"a": 1}', b"\xff", b'{"call_id": "c", "call_id": "c"}', b'{"a": NaN}', b"[" * 99]
)
def test_refusal_of_a_sidecar_is_told_in_chinese(data: bytes) -> None:
    with pytest.raises(BadInput) as refused:
        read_sidecar(data, now=datetime(2026, 3, 2, tzinfo=CST))
    for sentence in (refused.value.problem, refused.value.fix):
        assert CHINESE.search(translate(sentence, writer("zh"))), sentence


@pytest.mark.parametrize("fix", FIXES.values())
def test_what_to_do_about_the_gates_no_is_told_in_chinese(fix: str) -> None:
    assert CHINESE.search(translate(fix, writer("zh")))


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        ("The customer has no basis at all, so none for recording", "客户没有任何处理依据，不能用于录音"),
        ("3.20 s of 9.00 s are there", "应有 9.00 秒，实有 3.20 秒"),
        ("3.20 s of 9.00 s are there; 2 damaged pieces left out", "应有 9.00 秒，实有 3.20 秒；略去 2 处损坏"),
        ("the file is no recording; it looks like a PDF document", "文件不是录音，看起来是PDF 文档"),
        ("something new", "something new"),
        ("", ""),
    ],
)
def test_sentence_from_deeper_in_the_box_is_told_in_chinese_where_it_is_known(english: str, chinese: str) -> None:
    assert translate(english, writer("zh")) == chinese


@pytest.mark.parametrize(
    "limit",
    [*discovery.LIMITS, *empathy.LIMITS, *follow_up.LIMITS, *over_promise.LIMITS, *explanation.REASONS.values()],
)
def test_limit_of_a_score_is_told_in_english(limit: str) -> None:
    assert not CHINESE.search(translate(limit, writer("en")))


@pytest.mark.parametrize(
    ("moment", "chinese", "english"),
    [
        (datetime(2026, 3, 3, 12, 0, tzinfo=CST), "3月3日 12:00 前", "by 12:00 on 3 Mar"),
        (datetime(2026, 3, 5, 23, 59, 59, tzinfo=CST), "3月5日 内", "by the end of 5 Mar"),
    ],
)
def test_due_time_is_written_as_people_say_it(moment: datetime, chinese: str, english: str) -> None:
    assert (writer("zh").due(moment), writer("en").due(moment)) == (chinese, english)
