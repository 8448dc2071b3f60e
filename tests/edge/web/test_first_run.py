"""Claiming a new box."""

from __future__ import annotations

import stat

import pytest

from edge.web.accounts import Accounts
from edge.web.app import pending_setup_code
from edge.web.setup_code import SetupCode
from tests.edge.web.conftest import Site
from tests.edge.web.visitor import NAME, PASSWORD, Visitor


def form(site: Site, **changed: str) -> dict[str, str]:
    code = SetupCode(site.settings.home).ensure()
    return {"code": code, "name": NAME, "password": PASSWORD, "password_again": PASSWORD} | changed


@pytest.mark.parametrize("path", ["/", "/calls", "/upload", "/calls/c-1"])
async def test_every_page_leads_to_setup_while_nobody_has_claimed_the_box(visitor: Visitor, path: str) -> None:
    answer = await visitor.get(path)
    assert (answer.status, answer.headers["Location"]) == (303, "/setup")


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"code": "AAAAA-AAAAA-AAAAA-AAAAA"}, "code"),
        ({"code": ""}, "code"),
        ({"password": "short", "password_again": "short"}, "password"),
        ({"password_again": "another password"}, "password_again"),
        ({"name": "  "}, "name"),
    ],
)
async def test_setup_makes_no_account_from_a_wrong_form(
    fresh: Site, visitor: Visitor, changed: dict[str, str], field: str
) -> None:
    answer = await visitor.post("/setup", form(fresh, **changed))
    page = await answer.text()
    assert answer.status == 400
    assert 'role="alert"' in page and f'id="{field}"' in page and 'aria-invalid="true"' in page
    assert not Accounts(fresh.box.store).exist()


async def test_setup_asks_guessers_to_wait_even_if_they_then_find_the_code(fresh: Site, visitor: Visitor) -> None:
    for _ in range(10):
        await visitor.post("/setup", form(fresh, code="AAAAA"))
    answer = await visitor.post("/setup", form(fresh))
    assert answer.status == 429 and int(answer.headers["Retry-After"]) > 0
    assert not Accounts(fresh.box.store).exist()


async def test_setup_code_is_readable_by_the_boxs_user_alone(fresh: Site) -> None:
    path = SetupCode(fresh.settings.home).path
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


async def test_setup_code_stays_the_same_until_it_is_used(fresh: Site) -> None:
    assert pending_setup_code(fresh.box, fresh.settings) == pending_setup_code(fresh.box, fresh.settings)


async def test_setup_signs_the_first_account_in_and_burns_the_code(fresh: Site, visitor: Visitor) -> None:
    typed = form(fresh)
    answer = await visitor.post("/setup", typed | {"code": typed["code"].lower().replace("-", " ")})
    assert (answer.status, answer.headers["Location"]) == (303, "/calls")
    assert (await visitor.get("/calls")).status == 200
    assert not SetupCode(fresh.settings.home).path.exists()
    assert not SetupCode(fresh.settings.home).matches(typed["code"])
    assert pending_setup_code(fresh.box, fresh.settings) is None


async def test_setup_is_closed_once_the_box_is_claimed(site: Site, visitor: Visitor) -> None:
    answer = await visitor.post("/setup", form(site, name="somebody else"))
    assert (answer.status, answer.headers["Location"]) == (303, "/login")
    assert Accounts(site.box.store).check("somebody else", PASSWORD) is None
