"""`sottovoce box erasures`: what was erased, its certificates, and trying to open it (docs/compliance.md)."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import TypeAdapter
from rich.progress import Progress
from rich.table import Table

from edge.box import Box
from edge.cli import EXIT_OUR_FAULT, Home, Json, box_app, err, out, print_json, settings_from
from edge.durable import replace_file
from edge.erasure.book import read_certificate, row
from edge.erasure.certificate import Certificate, Finding
from edge.erasure.trigger import Trigger
from edge.erasure.wording import CHECKS, DOESNT_PROVE, FAULTS, KINDS, METHOD, TRIGGERS
from edge.errors import BadInput
from edge.vault.trial import Tried

erasures_app = typer.Typer(help="擦除记录 (erasures and their certificates)", no_args_is_help=True)
box_app.add_typer(erasures_app, name="erasures")

Number = Annotated[int, typer.Argument(metavar="NUMBER", help="The erasure's number.", min=1)]
Copies = Annotated[
    list[Path] | None, typer.Option("--copy", help="A copy or backup of the key store to try too; repeatable.")
]
Language = Annotated[str, typer.Option(help="Of an HTML certificate: zh or en.")]
PUBLIC_MODE = 0o644


@erasures_app.command("list")
def list_(limit: Annotated[int, typer.Option(min=1, max=10_000)] = 50, home: Home = None, json_: Json = False) -> None:
    """List erasures, newest first."""
    with Box.open(settings_from(home)) as box:
        found = box.erasures.page(limit=limit)
    if json_:
        print_json({"erasures": [row(one) for one in found]})
        return
    table = Table("编号 no.", "时间 at", "原因 why", "通话 calls", "密钥代 epoch", box=None)
    for one in found:
        why, at = TRIGGERS[Trigger(one.why.trigger)].zh, f"{one.at:%Y-%m-%d %H:%M}"
        table.add_row(str(one.id), at, why, str(one.calls), f"{one.key_epoch} → {one.key_epoch_after or '…'}")
    out.print(table)


@erasures_app.command()
def show(number: Number, home: Home = None, json_: Json = False) -> None:
    """Show what one erasure's certificate says."""
    with Box.open(settings_from(home)) as box:
        certificate = box.erasures.certificate(number, now=datetime.now(UTC))
    if json_:
        print_json(certificate.document())
        return
    for name, value in _lines(certificate):
        out.print(f"{name:>10}  {value}", highlight=False, markup=False, soft_wrap=True)


@erasures_app.command("certificate")
def write_certificate(
    number: Number,
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="The file to write: .json to be checked, .html to read.")
    ],
    language: Language = "zh",
    home: Home = None,
) -> None:
    """Write one erasure's certificate."""
    if file.suffix not in (".json", ".html"):
        raise BadInput("file", "it ends neither in .json nor in .html", "Name it erasure.json or erasure.html")
    if language not in ("zh", "en"):
        raise BadInput("--language", "certificates are written in zh or en", "Choose one of them")
    with Box.open(settings_from(home)) as box:
        certificate = box.erasures.certificate(number, now=datetime.now(UTC))
    if file.suffix == ".json":
        written = json.dumps(certificate.document(), ensure_ascii=False, indent=1)
    else:
        from edge.web.certificate import as_html

        written = as_html(certificate, language)
    replace_file(file, written.encode(), mode=PUBLIC_MODE)
    out.print(f"已写入证书 (certificate written): {file}", highlight=False, soft_wrap=True)


@erasures_app.command()
def verify(
    erasure: Annotated[str, typer.Argument(help="The erasure's number, or the file of a certificate (JSON).")],
    copy: Copies = None,
    home: Home = None,
    json_: Json = False,
) -> None:
    """Check a certificate, and try to open what was erased with everything there is; exit code 1 if that works."""
    with Box.open(settings_from(home)) as box, Progress(console=err, transient=True) as bars:
        bar = bars.add_task("尝试解密 (trying to open it)", total=1.0)
        findings, tried = box.erasures.verify(
            _document(box, erasure), copies=copy or (), progress=lambda share: bars.update(bar, completed=share)
        )
    if json_:
        print_json(_report(findings, tried))
    else:
        _show(findings, tried)
    if not all(finding.right for finding in findings):
        raise SystemExit(EXIT_OUR_FAULT)


def _document(box: Box, erasure: str) -> dict[str, Any]:
    """The certificate of that number, as the box would write it now, or out of a file."""
    if erasure.isascii() and erasure.isdigit():
        return box.erasures.certificate(int(erasure), now=datetime.now(UTC)).document()
    try:
        return read_certificate(Path(erasure).read_bytes())
    except OSError:
        raise BadInput("erasure", "there is no such file", "Give a number of the list, or a certificate") from None


def _report(findings: tuple[Finding, ...], tried: tuple[Tried, ...]) -> dict[str, Any]:
    return {
        "verified": all(finding.right for finding in findings),
        "checks": {finding.what: finding.why or "right" for finding in findings},
        "tried": TypeAdapter(tuple[Tried, ...]).dump_python(tried, mode="json"),
    }


def _show(findings: tuple[Finding, ...], tried: tuple[Tried, ...]) -> None:
    for finding in findings:
        mark = "[green]✓[/]" if finding.right else "[red]✗[/]"
        out.print(
            f"{mark} {CHECKS[finding.what]}" + (f": {FAULTS[finding.why]}" if finding.why else ""), highlight=False
        )
    for one in tried:
        opened = f"打开了 {len(one.opened)} 个样本 (samples opened)" if one.opened else "一个也打不开 (nothing opened)"
        what = (
            f"{one.files} 个文件，{one.keys} 把密钥，{one.stretches:,} 处字节 (files, keys, stretches of bytes tried)"
        )
        out.print(f"  {one.source}: {what} — {opened}", highlight=False, markup=False, soft_wrap=True)


def _lines(certificate: Certificate) -> list[tuple[str, str]]:
    one = certificate.erasure
    counts = [f"{KINDS[kind]}: {n['objects']} × , {n['bytes']:,} B" for kind, n in certificate.counts().items()]
    destroyed = {True: "旧密钥已销毁 (old key destroyed)", False: "旧密钥仍在 (old key still there)", None: "…"}
    return [
        ("编号 no.", str(one.id)),
        ("时间 at", f"{one.at:%Y-%m-%d %H:%M:%S} UTC"),
        ("原因 why", f"{TRIGGERS[Trigger(one.why.trigger)]}; {one.article}"),
        ("案件 case", one.why.case or "–"),
        ("本人 person", one.why.subject or "–"),
        ("操作 by", one.why.actor),
        ("方法 how", f"{METHOD}; {one.suite}"),
        ("通话 calls", str(one.calls)),
        *(("内容 what", count) for count in counts),
        ("密钥 keys", f"{len(certificate.manifest['keys'])}"),
        ("密钥代 epoch", f"{one.key_epoch} → {one.key_epoch_after or '…'}, {destroyed[one.old_key_destroyed]}"),
        ("备份 backups", f"{one.backups_expire_at:%Y-%m-%d} 起不再存在 (none left from then on)"),
        ("日志 log", f"{one.leaf[0]}/{one.leaf[1]}"),
        ("清单 hash", certificate.manifest_sha256),
        *(("不能证明", str(limit)) for limit in DOESNT_PROVE),
    ]
