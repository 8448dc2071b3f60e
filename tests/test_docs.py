"""The documentation says what is there: links lead somewhere, every command, method and dependency is named."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
import typer
from sottovoce.edge.v1 import calls_pb2

from edge.cli import app
from edge.settings import Settings

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def text(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


def commands(group: typer.Typer, path: str) -> set[str]:
    own = {
        f"{path} {command.name or command.callback.__name__}"
        for command in group.registered_commands
        if command.callback
    }
    inner = [
        commands(each.typer_instance, f"{path} {each.name}") for each in group.registered_groups if each.typer_instance
    ]
    return own.union(*inner)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_link_leads_to_a_file(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text("utf-8")):
        if "://" not in target:
            assert (page.parent / target).exists(), target


def test_every_command_is_documented() -> None:
    documented = text("README.md") + text("docs/operations.md") + text("docs/api.md")
    missing = {command for command in commands(app, "sottovoce") if command not in re.sub(r"  +", " ", documented)}
    assert not missing


def test_every_rpc_is_documented() -> None:
    methods = [method.name for method in calls_pb2.DESCRIPTOR.services_by_name["Calls"].methods]
    assert methods
    assert not [name for name in methods if name not in text("docs/api.md")]


def test_every_dependency_has_its_reason() -> None:
    project = tomllib.loads(text("pyproject.toml"))["project"]
    direct = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    reasons = text("docs/dependencies.md")
    assert not [name for name in direct if not re.search(rf"\b{re.escape(name)}\b", reasons)]


def test_every_setting_is_documented() -> None:
    names = {
        key
        for field in ("ingest", "speech", "events", "retention", "serve", "facts")
        for key in type(getattr(Settings(), field)).model_fields
    }
    operations = text("docs/operations.md")
    assert not {name for name in names if name not in operations}


def test_decision_numbers_never_vanish() -> None:
    numbers = sorted(int(path.name[:4]) for path in (ROOT / "docs/decisions").glob("*.md"))
    assert numbers == list(range(1, len(numbers) + 1))
