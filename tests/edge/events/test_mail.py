"""The receiver for copies of mail, spoken to over a real connection: what counts as the firm writing to a customer."""

from __future__ import annotations

import asyncio
import smtplib
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from edge.box import Box
from edge.certificates import ensure, server_ssl_context
from edge.errors import BadInput, NotReady
from edge.events import mail
from edge.events.mail import JournalHandler, customers_written_to, read_traffic
from tests.edge.events.conftest import Clerk

CANARY = "canary-2b9f"
FIRM = frozenset({"shop.example"})
MAIL = f"""From: "Zhang, Sales" <zhang@shop.example>
To: Li Wei <LI@Example.com>,
 boss@shop.example
Cc: wang@example.org
Message-ID: <m1@shop.example>
Subject: {CANARY}

{CANARY}
To: hidden@example.net
"""


@dataclass
class Notes:
    """An intake that remembers what it was told, or can't keep anything."""

    full: bool = False
    taken: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)

    def take_mail(self, message_id: str, addresses: Iterable[str], *, now: datetime) -> int:
        if self.full:
            raise NotReady("store", "the disk is full", "Free some space")
        self.taken.append((message_id, tuple(addresses)))
        assert abs(now - datetime.now(UTC)) < timedelta(minutes=1)
        return 1


@pytest.fixture
def notes() -> Notes:
    return Notes()


@pytest.fixture
async def port(notes: Notes) -> AsyncIterator[int]:
    handler = JournalHandler(notes, peers=["127.0.0.1"], domains=["Shop.example"])
    server = await mail.serve(handler, host="127.0.0.1", port=0, bytes_max=10_000, tls=None)
    yield server.sockets[0].getsockname()[1]
    server.close()


async def send(
    port: int,
    text: str = MAIL,
    *,
    sender: str = "zhang@shop.example",
    to: tuple[str, ...] = ("journal@box.example",),
    source: str = "127.0.0.1",
) -> None:
    def over_smtp() -> None:
        with smtplib.SMTP("127.0.0.1", port, timeout=20, source_address=(source, 0)) as client:
            client.sendmail(sender, to, text.encode())

    await asyncio.to_thread(over_smtp)


async def test_mail_from_the_firm_counts_for_every_receiver_outside_of_it(port: int, notes: Notes) -> None:
    await send(port)
    assert notes.taken == [("<m1@shop.example>", ("journal@box.example", "li@example.com", "wang@example.org"))]


async def test_envelope_alone_is_enough(port: int, notes: Notes) -> None:
    await send(port, "Subject: x\n\nno address in here", to=("Li@example.com",))
    assert [addresses for _, addresses in notes.taken] == [("li@example.com",)]


@pytest.mark.parametrize(
    ("text", "sender"),
    [
        (MAIL.replace("zhang@shop.example>\nTo", "li@example.com>\nTo"), "li@example.com"),
        (MAIL, ""),
        ("Auto-Submitted: auto-replied\n" + MAIL, "zhang@shop.example"),
        ("Precedence: bulk\n" + MAIL, "zhang@shop.example"),
        ("List-Unsubscribe: <mailto:stop@shop.example>\n" + MAIL, "zhang@shop.example"),
    ],
    ids=["from a customer", "bounce", "automatic answer", "bulk", "newsletter"],
)
async def test_mail_that_is_no_follow_up_of_a_person_of_the_firm_is_passed_over(
    port: int, notes: Notes, text: str, sender: str
) -> None:
    await send(port, text, sender=sender)
    assert notes.taken == []


async def test_mail_from_an_unknown_machine_is_refused(port: int, notes: Notes) -> None:
    with pytest.raises(smtplib.SMTPSenderRefused):
        await send(port, source="127.0.0.2")
    assert notes.taken == []


async def test_mail_over_the_limit_is_refused(port: int, notes: Notes) -> None:
    with pytest.raises(smtplib.SMTPException):
        await send(port, MAIL + "x" * 70 + "\n" + ("y" * 70 + "\n") * 200)
    assert notes.taken == []


async def test_mail_server_is_asked_to_try_again_while_the_box_cannot_keep_it(port: int, notes: Notes) -> None:
    notes.full = True
    with pytest.raises(smtplib.SMTPDataError) as refused:
        await send(port)
    assert refused.value.smtp_code == 451


async def test_from_elsewhere_mail_comes_encrypted_or_not_at_all(tmp_path, notes: Notes) -> None:
    tmp_path.chmod(0o700)
    ensure(tmp_path, "box", ("localhost",))
    handler = JournalHandler(notes, peers=["127.0.0.1"], domains=FIRM)
    tls = server_ssl_context(tmp_path)
    server = await mail.serve(handler, host="127.0.0.1", port=0, bytes_max=10_000, tls=tls)
    port = server.sockets[0].getsockname()[1]
    with pytest.raises(smtplib.SMTPException, match="STARTTLS"):
        await send(port)

    def encrypted() -> None:
        with smtplib.SMTP("127.0.0.1", port, timeout=20) as client:
            client.starttls()
            client.sendmail("zhang@shop.example", ["li@example.com"], MAIL.encode())

    await asyncio.to_thread(encrypted)
    server.close()
    assert len(notes.taken) == 1


async def test_port_that_is_taken_is_told(port: int, notes: Notes) -> None:
    handler = JournalHandler(notes, peers=[], domains=FIRM)
    with pytest.raises(BadInput, match="smtp_port"):
        await mail.serve(handler, host="127.0.0.1", port=port, bytes_max=10, tls=None)


async def test_nothing_of_a_mail_is_on_disk_or_in_a_log(
    box: Box, clerk: Clerk, on_disk: Callable[[], bytes], capfd: pytest.CaptureFixture[str]
) -> None:
    customer = f"{CANARY}@example.com"
    clerk.call(customer)
    handler = JournalHandler(box.events, peers=["127.0.0.1"], domains=FIRM)
    server = await mail.serve(handler, host="127.0.0.1", port=0, bytes_max=10_000, tls=None)
    await send(server.sockets[0].getsockname()[1], MAIL.replace("LI@Example.com", customer))
    server.close()
    assert sum(box.events.counts().values()) == 1
    assert CANARY.encode() not in on_disk()
    printed = capfd.readouterr()
    assert CANARY not in printed.out + printed.err


def test_lines_of_the_text_are_never_taken_for_headers() -> None:
    traffic = read_traffic("zhang@shop.example", [], MAIL.encode())
    assert "hidden@example.net" not in customers_written_to(traffic, FIRM)


@pytest.mark.parametrize(
    "content", [b"", b"\n", b"To", b"To:", b"To: <", b" To: a@b\n", b"\xff\xfe: x\nTo: \xff@\xff\n"]
)
def test_damaged_mail_is_read_as_far_as_it_goes(content: bytes) -> None:
    assert (
        customers_written_to(read_traffic("zhang@shop.example", ["li@example.com"], content), FIRM)[0]
        == "li@example.com"
    )


@pytest.mark.parametrize(
    ("host", "local"), [("127.0.0.1", True), ("::1", True), ("localhost", True), ("0.0.0.0", False)]
)
def test_only_loopback_counts_as_this_machine(host: str, local: bool) -> None:
    assert mail.is_loopback(host) is local
