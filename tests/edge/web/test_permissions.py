"""No page is without an answer to who may use it."""

from __future__ import annotations

from edge.web.app import make_app
from edge.web.keys import SIGNED_PREFIX
from edge.web.permissions import ALLOWED
from edge.web.security import is_public
from tests.edge.web.conftest import Site


def test_every_page_is_in_the_table_and_nothing_else_is(quiet: Site) -> None:
    patterns = {resource.canonical for resource in make_app(quiet.box, quiet.settings).router.resources()}
    guarded = {pattern for pattern in patterns if not is_public(pattern) and not pattern.startswith(SIGNED_PREFIX)}
    assert guarded == set(ALLOWED)
