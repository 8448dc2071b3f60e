"""Signing in and out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.store.schema import AccountRow
from edge.web.accounts import Accounts
from edge.web.login import own_path
from edge.web.sessions import COOKIE, IDLE_MAX, LIFE_MAX, Sessions
from tests.edge.web.conftest import Site
from tests.edge.web.visitor import NAME, PASSWORD, Visitor

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


async def test_login_gives_the_same_answer_for_a_wrong_password_and_an_unknown_name(
    site: Site, visitor: Visitor
) -> None:
    wrong = await visitor.sign_in(password="wrong password")
    unknown = await visitor.sign_in(name="王", password="wrong password")
    assert wrong.status == unknown.status == 400
    assert (await wrong.text()).replace(NAME, "王") == await unknown.text()


async def test_login_makes_guessers_wait_even_if_they_then_find_the_password(site: Site, visitor: Visitor) -> None:
    for _ in range(5):
        await visitor.sign_in(password="wrong password")
    answer = await visitor.sign_in()
    assert answer.status == 429 and COOKIE not in answer.cookies


async def test_login_sets_a_cookie_that_scripts_and_other_sites_cannot_use(site: Site, visitor: Visitor) -> None:
    cookie = (await visitor.sign_in()).cookies[COOKIE]
    assert cookie.key.startswith("__Host-")
    assert cookie["secure"] and cookie["httponly"] and cookie["samesite"] == "Strict"
    assert cookie["path"] == "/" and not cookie["domain"]


async def test_session_cookie_opens_nothing_once_signed_out(site: Site, member: Visitor) -> None:
    cookie = member.http.cookie_jar.filter_cookies(member.http._base_url)[COOKIE].value
    assert (await member.post("/logout", {"csrf": await member.token()})).status == 303
    async with Visitor(site.base) as thief:
        answer = await thief.get("/calls", cookies={COOKIE: cookie})
    assert (answer.status, answer.headers["Location"]) == (303, "/login?next=/calls")


@pytest.mark.parametrize("idle", [IDLE_MAX, IDLE_MAX + timedelta(hours=1)])
def test_session_ends_when_it_idles(site: Site, idle: timedelta) -> None:
    sessions, account = Sessions(site.box.store), Accounts(site.box.store).check(NAME, PASSWORD)
    assert account is not None
    token = sessions.start(account, now=NOW)
    assert sessions.find(token, now=NOW + IDLE_MAX - timedelta(seconds=1)) is not None
    assert sessions.find(token, now=NOW + IDLE_MAX - timedelta(seconds=1) + idle) is None


def test_session_ends_after_twelve_hours_however_busy(site: Site) -> None:
    sessions, account = Sessions(site.box.store), Accounts(site.box.store).check(NAME, PASSWORD)
    assert account is not None
    token, now = sessions.start(account, now=NOW), NOW
    while (now := now + timedelta(minutes=20)) < NOW + LIFE_MAX:
        assert sessions.find(token, now=now) is not None
    assert sessions.find(token, now=now) is None


def test_session_ends_when_its_account_is_disabled(site: Site) -> None:
    sessions, account = Sessions(site.box.store), Accounts(site.box.store).check(NAME, PASSWORD)
    assert account is not None
    token = sessions.start(account, now=NOW)
    with site.box.store.write() as tx:
        row = tx.get(AccountRow, account.id)
        assert row is not None
        row.disabled = True
    assert sessions.find(token, now=NOW) is None
    assert Accounts(site.box.store).check(NAME, PASSWORD) is None


def test_session_token_is_not_in_the_database(site: Site) -> None:
    account = Accounts(site.box.store).check(NAME, PASSWORD)
    assert account is not None
    token = Sessions(site.box.store).start(account, now=NOW)
    assert token.encode() not in (site.settings.home / "box.db").read_bytes()


async def test_login_leads_on_to_the_page_that_was_asked_for(site: Site, visitor: Visitor) -> None:
    answer = await visitor.post("/login", {"name": NAME, "password": PASSWORD, "next": "/upload"})
    assert answer.headers["Location"] == "/upload"


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "", None, "/\nx"]
)
def test_login_never_leads_to_another_site(target: str | None) -> None:
    assert own_path(target) == "/calls"


@given(st.text())
def test_own_path_is_a_path_of_this_site_whatever_was_asked(target: str) -> None:
    path = own_path(target)
    assert path.startswith("/") and not path.startswith(("//", "/\\"))
