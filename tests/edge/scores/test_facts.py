"""Which row of the facts table applies to a call."""

from datetime import date, datetime

import pytest

from edge.scores.facts import Authority, Fact, Facts, Grounds

STARTED_AT = datetime.fromisoformat("2026-03-02T10:15:00+08:00")
WASHER = Fact(product_line="滚筒洗衣机", aliases=("洗衣机", "滚筒"), stock=1)
MATTRESS = Fact(product_line="床垫", aliases=("乳胶床垫", "XL-9"), stock=2)


def grounds(*rows, region="", role=""):
    return Grounds(facts=Facts(version="v", rows=rows), started_at=STARTED_AT, region=region, role=role)


def in_region(region, stock):
    return Fact(product_line="床垫", region=region, stock=stock)


@pytest.mark.parametrize(
    ("texts", "at", "row"),
    [
        (["这台洗衣机三天到。"], 0, WASHER),
        (["想看看床垫", "好的", "三天到。"], 2, MATTRESS),
        (["床垫有货", "洗衣机呢", "三天到。"], 2, WASHER),
        (["床垫有货，洗衣机三天到。"], 0, WASHER),
        (["三天到。", "是床垫吧"], 0, MATTRESS),
        (["那款 xl-9 呢", "三天到。"], 1, MATTRESS),
        (["三天到。"], 0, None),
        (["沙发有吗", "三天到。"], 1, None),
    ],
    ids=["same text", "before", "last before", "last in the text", "after", "any case", "none named", "unknown"],
)
def test_row_is_that_of_the_product_line_last_named(texts, at, row):
    assert grounds(WASHER, MATTRESS).rows(texts)[at] == row


def test_only_row_applies_though_nothing_is_named():
    assert grounds(WASHER).rows(["三天到。"])[0] == WASHER


def test_only_row_of_another_region_does_not_apply():
    assert grounds(in_region("华东", 1), region="华北").rows(["三天到。"])[0] is None


@pytest.mark.parametrize(
    ("text", "region", "stock"),
    [
        ("床垫三天到。", "华东", 1),
        ("华北仓的床垫三天到。", "华东", 2),
        ("床垫三天到。", "", 3),
        ("床垫三天到。", "西南", 3),
    ],
    ids=["site's own", "named in the call", "unknown", "without a row"],
)
def test_region_named_in_the_call_goes_before_the_sites(text, region, stock):
    rows = [in_region("华东", 1), in_region("华北", 2), in_region("", 3)]
    assert grounds(*rows, region=region).rows([text])[0].stock == stock


def test_no_row_applies_where_several_could():
    assert grounds(in_region("华东", 1), in_region("华北", 2)).rows(["床垫三天到。"])[0] is None


@pytest.mark.parametrize(
    ("valid_from", "valid_until", "applies"),
    [
        (date(2026, 3, 2), date(2026, 3, 2), True),
        (date(2026, 3, 3), None, False),
        (None, date(2026, 3, 1), False),
        (None, None, True),
    ],
)
def test_row_applies_on_its_days_only(valid_from, valid_until, applies):
    row = Fact(product_line="床垫", valid_from=valid_from, valid_until=valid_until)
    assert (grounds(row).rows(["三天到。"])[0] is not None) is applies


@pytest.mark.parametrize(("role", "found"), [("", "staff"), ("manager", "manager"), ("director", None)])
def test_speaker_has_the_role_of_the_settings_else_the_first(role, found):
    row = Fact(product_line="床垫", authority=(Authority(role="staff"), Authority(role="manager")))
    authority = grounds(row, role=role).authority(row)
    assert (authority.role if authority else None) == found
