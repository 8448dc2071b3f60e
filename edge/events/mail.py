"""A receiver for copies of the firm's mail (journalling) that keeps times and pseudonyms, and nothing else.

A copy is looked at for one question: did somebody of the firm write to a customer? For that the envelope is enough
where the mail server hands copies on with their own; where it sends them to one journal address instead, the lines
From, To and Cc are read as well, and those that mark machines' mail and mass mail, which are no follow-up. Subject and
text are never parsed: they lie in memory until the line that ends the message, and are dropped. What is left is the
box's own time and pseudonyms of customers who have a call on the box.
"""

from __future__ import annotations

import asyncio
import ipaddress
import secrets
import ssl
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import getaddresses
from typing import Any, Protocol

import structlog
from aiosmtpd.smtp import SMTP, Envelope, Session

from edge.errors import BoxError, port_taken
from edge.events.address import domain_of, read_address

log = structlog.get_logger()

READ_HEADERS = frozenset({b"from", b"to", b"cc", b"message-id", b"auto-submitted", b"precedence", b"list-unsubscribe"})
MASS_PRECEDENCE = frozenset({"bulk", "list", "junk"})
HEADER_BYTES_MAX = 64 * 1024
ADDRESSES_MAX = 200
IDLE_S = 60.0
COMMANDS_MAX = 1_000  # on one connection; a mail with 200 receivers needs 203


class MailIntake(Protocol):
    """What becomes of a mail: `intake.Intake`, or one that a test looks into."""

    def take_mail(self, message_id: str, addresses: Iterable[str], *, now: datetime) -> int:
        """Keep that a mail went to these addresses."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Traffic:
    """Between whom a mail went, and its own name. personal: sent by a person to these, as far as its marks say."""

    message_id: str
    personal: bool
    senders: tuple[str, ...]
    receivers: tuple[str, ...]


def read_traffic(envelope_from: str, envelope_to: Sequence[str], content: bytes) -> Traffic:
    """Who wrote to whom, from the envelope and the few header lines that say so."""
    headers = _address_headers(content)
    return Traffic(
        message_id=(headers.get(b"message-id") or [secrets.token_hex(16)])[0],
        personal=read_address(envelope_from) is not None and _is_personal(headers),
        senders=_addresses([envelope_from, *headers.get(b"from", [])]),
        receivers=_addresses([*envelope_to, *headers.get(b"to", []), *headers.get(b"cc", [])]),
    )


def customers_written_to(traffic: Traffic, domains: frozenset[str]) -> tuple[str, ...]:
    """Receivers outside the firm, of a personal mail from inside; none of any other mail.

    Args:
        domains: the firm's own, in small letters.
    """
    if not traffic.personal or not any(domain_of(sender) in domains for sender in traffic.senders):
        return ()
    return tuple(each for each in traffic.receivers if domain_of(each) not in domains)


class JournalHandler:
    """Answers the mail server. Every method's name is aiosmtpd's.

    Args:
        peers: addresses of machines that may hand in mail; all others could invent follow-ups.
        domains: the firm's own mail domains.
    """

    def __init__(self, intake: MailIntake, *, peers: Iterable[str], domains: Iterable[str]) -> None:
        self._intake = intake
        self._peers = frozenset(peers)
        self._domains = frozenset(domain.lower() for domain in domains)

    async def handle_MAIL(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take mail from known machines only."""
        if not session.peer or session.peer[0] not in self._peers:
            return "550 5.7.1 this machine may not hand in mail"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - as above
        """Keep who wrote to whom and when, drop the rest. The mail server sends again what wasn't kept."""
        content, envelope.content, envelope.original_content = envelope.content, None, None
        traffic = read_traffic(envelope.mail_from or "", envelope.rcpt_tos, _as_bytes(content))
        customers = customers_written_to(traffic, self._domains)
        if customers:
            try:
                await asyncio.to_thread(self._intake.take_mail, traffic.message_id, customers, now=datetime.now(UTC))
            except BoxError:
                log.error("mail event not kept", stage="events")
                return "451 4.3.0 not now, try again"
        return "250 OK"


async def serve(
    handler: JournalHandler, *, host: str, port: int, bytes_max: int, tls: ssl.SSLContext | None
) -> asyncio.Server:
    """Listen for copies of mail.

    Args:
        bytes_max: largest message; it is announced, and a larger one is refused.
        tls: offered as STARTTLS, and then required; None for a mail server on this machine.
    Raises: BadInput if the port is taken.
    """
    try:
        return await asyncio.get_running_loop().create_server(lambda: _protocol(handler, bytes_max, tls), host, port)
    except OSError as error:
        raise port_taken("events.smtp_port") from error


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach that address."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _protocol(handler: JournalHandler, bytes_max: int, tls: ssl.SSLContext | None) -> SMTP:
    return SMTP(
        handler,
        data_size_limit=bytes_max,
        enable_SMTPUTF8=True,
        hostname="sottovoce",
        ident="sottovoce",
        tls_context=tls,
        require_starttls=tls is not None,
        timeout=IDLE_S,
        command_call_limit=COMMANDS_MAX,
    )


def _address_headers(content: bytes) -> dict[bytes, list[str]]:
    """The values of `READ_HEADERS`, unfolded; every other line is passed over without being decoded."""
    head = content[:HEADER_BYTES_MAX].replace(b"\r\n", b"\n").partition(b"\n\n")[0]
    found: dict[bytes, list[str]] = {}
    wanted: list[str] | None = None
    for line in head.split(b"\n"):
        if line[:1] in (b" ", b"\t"):
            if wanted:
                wanted[-1] += " " + line.strip().decode("utf-8", "replace")
            continue
        name, _, value = line.partition(b":")
        wanted = found.setdefault(name.strip().lower(), []) if name.strip().lower() in READ_HEADERS else None
        if wanted is not None:
            wanted.append(value.strip().decode("utf-8", "replace"))
    return found


def _is_personal(headers: dict[bytes, list[str]]) -> bool:
    """Neither an automatic answer (RFC 3834, section 5) nor mass mail (RFC 2369; `Precedence` by long habit)."""
    automatic = any(value.lower() != "no" for value in headers.get(b"auto-submitted", []))
    mass = any(value.lower() in MASS_PRECEDENCE for value in headers.get(b"precedence", []))
    return not (automatic or mass or headers.get(b"list-unsubscribe"))


def _addresses(fields: Iterable[str]) -> tuple[str, ...]:
    """Every address in header fields, once, in order; at most `ADDRESSES_MAX`."""
    found = (read_address(address) for _, address in getaddresses(list(fields)))
    return tuple(dict.fromkeys(filter(None, found)))[:ADDRESSES_MAX]


def _as_bytes(content: Any) -> bytes:
    return content if isinstance(content, bytes) else str(content or "").encode()
