"""The box's own small certificate authority, for its gRPC door and its pages.

    HOME/tls/ca.{key,crt}            signs everything below; 10 years, ECDSA P-256
    HOME/tls/server.{key,crt}        shown by both doors; 397 days
    HOME/tls/clients/NAME.{key,crt}  one per machine that may call; 90 days
    HOME/tls/clients/allowed/SERIAL  what the certificate of that serial number may do

A client is known only while its serial number is on the allowed list: taking the file away revokes it at its next
call, long before the certificate ends. Every file is written beside its place, synced and renamed; keys come before
their certificates, and a pair that doesn't match (power lost between the two) is made anew by the next `ensure`.
"""

from __future__ import annotations

import fcntl
import ipaddress
import json
import re
import ssl
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from edge.durable import replace_file, sync_folder
from edge.errors import BadInput, NotFound, NotReady

CA_LIFE = timedelta(days=3650)
SERVER_LIFE = timedelta(days=397)  # browsers accept 398 days at most
CLIENT_LIFE = timedelta(days=90)
RENEWED_BEFORE_END = timedelta(days=30)
# Sites without a time server drift apart; a certificate must hold at once on a machine whose clock is behind.
CLOCK_DRIFT_MAX = timedelta(hours=1)
CLIENT_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
HOST_NAME = re.compile(
    r"(?=.{1,253}$)[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*"
)
FOLDER = "tls"
ALLOWED = "clients/allowed"
OPERATOR = "operator"  # the client certificate of the box's own command line
LOOPBACK = ("localhost", "127.0.0.1", "::1")


class Right(StrEnum):
    """What a client certificate may be used for."""

    SEND = "send"  # upload calls and follow them
    READ = "read"  # list calls, read analyses with identifying words masked
    REVEAL = "reveal"  # read what was masked
    ERASE = "erase"  # destroy calls


SENDER_RIGHTS = frozenset({Right.SEND, Right.READ})
ALL_RIGHTS = frozenset(Right)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientPaths:
    """Where one client's certificate lies."""

    certificate: Path  # PEM
    key: Path  # PEM, PKCS #8, not encrypted, mode 0600
    authority: Path  # PEM, what the client must trust


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """Who called: the name in the certificate and what it may do."""

    name: str
    rights: frozenset[Right]


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerPair:
    """What the box shows on its doors, and whom it trusts; all PEM."""

    key: bytes
    certificate: bytes
    authority: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pair:
    """A private key with the certificate for it."""

    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate


def ensure(home: Path, site: str, names: Sequence[str], *, now: datetime | None = None) -> None:
    """Make the authority, the server's and the operator's certificate where they are missing or near their end.

    Args:
        home: the box's folder; `tls/` is made in it.
        site: the box's name. It stays in the authority, and so in every identity, as it was at the first call.
        names: host names and addresses of the box besides loopback.
        now: for tests; otherwise the clock's.
    Raises: BadInput if a name is no host name, NotReady if the folder can't be written or the authority is damaged.
    """
    now = now or datetime.now(UTC)
    wanted = [_general_name(name) for name in dict.fromkeys((*LOOPBACK, *names))]
    with _locked(home) as folder:
        authority = _ensure_authority(folder, site, now)
        _ensure_server(folder, authority, wanted, now)
        if _due(folder / f"clients/{OPERATOR}", authority, now) or not _is_allowed(folder, OPERATOR):
            _issue(folder, authority, OPERATOR, ALL_RIGHTS, now)


def issue_client(
    home: Path, name: str, *, rights: Iterable[Right] = SENDER_RIGHTS, now: datetime | None = None
) -> ClientPaths:
    """Make a client certificate of 90 days; earlier ones of that name hold until their own end, for a calm change-over.

    Raises: BadInput if the name isn't of lower-case letters, digits and hyphens; NotReady before `ensure`.
    """
    _check_client_name(name)
    with _locked(home) as folder:
        authority = _read_authority(folder)
        if authority is None:
            raise NotReady("certificates", "the box has no authority yet", "Start the box once: sottovoce box run")
        return _issue(folder, authority, name, frozenset(rights), now or datetime.now(UTC))


def operator(home: Path) -> ClientPaths:
    """Where the certificate of the box's own command line lies. Raises: NotReady before `ensure`."""
    paths = _client_paths(home / FOLDER, OPERATOR)
    if not paths.certificate.exists():
        raise NotReady("certificates", "the box has none yet", "Start the box once: sottovoce box run")
    return paths


def revoke_client(home: Path, name: str) -> int:
    """Take every certificate of that name off the allowed list; how many there were.

    Raises: NotFound if none is on the list.
    """
    _check_client_name(name)
    with _locked(home) as folder:
        revoked = [path for path in _allowed_files(folder) if json.loads(path.read_bytes())["name"] == name]
        if not revoked:
            raise NotFound("name", "no certificate of that name is allowed", "Check the name")
        for path in revoked:
            path.unlink()
        sync_folder(folder / ALLOWED)
    return len(revoked)


def client_of(home: Path, certificate: bytes) -> Client | None:
    """The client that a certificate (PEM) stands for, or None unless its serial number is allowed for that name.

    The TLS handshake has checked signature, dates and purpose; here only the identity is read. Unknown, unreadable
    and contradicting all mean None.
    """
    try:
        parsed = x509.load_pem_x509_certificate(certificate)
        entry = json.loads((home / FOLDER / ALLOWED / f"{parsed.serial_number:x}").read_bytes())
        client = Client(name=entry["name"], rights=frozenset(Right(right) for right in entry["rights"]))
        names = parsed.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (OSError, ValueError, KeyError, TypeError, x509.ExtensionNotFound):
        return None
    identities = [str(name.value) for name in names]
    expected = re.compile(rf"spiffe://[^/]+/client/{re.escape(client.name)}")
    return client if len(identities) == 1 and expected.fullmatch(identities[0]) else None


def server_pair(home: Path) -> ServerPair:
    """What the box shows on its doors. Raises: NotReady if it isn't there or key and certificate don't match."""
    folder = home / FOLDER
    pair = _read_pair(folder / "server")
    if pair is None:
        raise NotReady("certificates", "the server's certificate is missing or damaged", "Start the box again")
    return ServerPair(
        key=_key_pem(pair.key),
        certificate=_certificate_pem(pair.certificate),
        authority=(folder / "ca.crt").read_bytes(),
    )


def server_ssl_context(home: Path) -> ssl.SSLContext:
    """TLS 1.3 for the pages, without client certificates; a renewed certificate is shown from the next handshake on.

    Raises: NotReady before `ensure`.
    """
    server_pair(home)
    certificate = home / FOLDER / "server.crt"
    shown = {certificate.stat().st_mtime_ns: _page_context(home)}

    def refresh(connection: ssl.SSLSocket | ssl.SSLObject, _name: str | None, _context: ssl.SSLContext) -> None:
        written_at_ns = certificate.stat().st_mtime_ns
        if written_at_ns not in shown:
            shown.clear()
            shown[written_at_ns] = _page_context(home)
        connection.context = shown[written_at_ns]

    context = _page_context(home)
    context.sni_callback = refresh
    return context


def _page_context(home: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.load_cert_chain(home / FOLDER / "server.crt", home / FOLDER / "server.key")
    return context


# ---- Issuing ----


def _ensure_authority(folder: Path, site: str, now: datetime) -> _Pair:
    """The authority; near its end the same key gets a new certificate, so that what it signed stays good."""
    found = _read_authority(folder)
    if found is not None and now < found.certificate.not_valid_after_utc - RENEWED_BEFORE_END:
        return found
    key = found.key if found else ec.generate_private_key(ec.SECP256R1())
    subject = found.certificate.subject if found else _subject("Sottovoce box", site)
    builder = _builder(subject, subject, key.public_key(), key.public_key(), now, now + CA_LIFE)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    builder = builder.add_extension(_key_usage(signs_certificates=True), critical=True)
    return _write_pair(folder / "ca", _Pair(key=key, certificate=builder.sign(key, hashes.SHA256())))


def _ensure_server(folder: Path, authority: _Pair, names: Sequence[x509.GeneralName], now: datetime) -> None:
    """The server's certificate; a name it bears beyond those asked for does no harm until it is renewed anyway."""
    stem = folder / "server"
    if not _due(stem, authority, now) and set(names) <= set(_names_on(stem)):
        return
    _write_pair(stem, _leaf(authority, "Sottovoce box", names, ExtendedKeyUsageOID.SERVER_AUTH, now, SERVER_LIFE))


def _issue(folder: Path, authority: _Pair, name: str, rights: frozenset[Right], now: datetime) -> ClientPaths:
    """Allow, then hand out: a power cut between the two leaves a list entry for a certificate nobody has."""
    identity = x509.UniformResourceIdentifier(f"spiffe://{_site(authority)}/client/{name}")
    pair = _leaf(authority, name, [identity], ExtendedKeyUsageOID.CLIENT_AUTH, now, CLIENT_LIFE)
    _drop_ended(folder, now)
    entry = {"name": name, "rights": sorted(rights), "ends_at": pair.certificate.not_valid_after_utc.isoformat()}
    replace_file(folder / ALLOWED / f"{pair.certificate.serial_number:x}", json.dumps(entry).encode(), mode=0o600)
    _write_pair(folder / f"clients/{name}", pair)
    return _client_paths(folder, name)


def _leaf(
    authority: _Pair,
    common_name: str,
    names: Sequence[x509.GeneralName],
    purpose: x509.ObjectIdentifier,
    now: datetime,
    life: timedelta,
) -> _Pair:
    key = ec.generate_private_key(ec.SECP256R1())
    ends_at = min(now + life, authority.certificate.not_valid_after_utc)
    issuer = authority.certificate.subject
    builder = _builder(
        _subject(common_name, _site(authority)), issuer, key.public_key(), authority.key.public_key(), now, ends_at
    )
    builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    builder = builder.add_extension(_key_usage(signs_certificates=False), critical=True)
    builder = builder.add_extension(x509.ExtendedKeyUsage([purpose]), critical=False)
    builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
    return _Pair(key=key, certificate=builder.sign(authority.key, hashes.SHA256()))


def _builder(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePublicKey,
    issuer_key: ec.EllipticCurvePublicKey,
    now: datetime,
    ends_at: datetime,
) -> x509.CertificateBuilder:
    builder = x509.CertificateBuilder(subject_name=subject, issuer_name=issuer, public_key=key)
    builder = builder.serial_number(x509.random_serial_number())
    builder = builder.not_valid_before(now - CLOCK_DRIFT_MAX).not_valid_after(ends_at)
    builder = builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    return builder.add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key), critical=False)


def _key_usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


# ---- Names ----


def _check_client_name(name: str) -> None:
    if not CLIENT_NAME.fullmatch(name):
        raise BadInput("name", "no name for a client", "Use 1 to 63 lower-case letters, digits and hyphens")


def _general_name(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        pass
    if not HOST_NAME.fullmatch(name):
        raise BadInput("serve.names", "one is neither a host name nor an address", "Write it as a browser shows it")
    return x509.DNSName(name)


def _subject(common_name: str, site: str) -> x509.Name:
    unit = x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, site)
    return x509.Name([unit, x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def _site(authority: _Pair) -> str:
    """The site's name as it was when the authority was made."""
    [unit] = authority.certificate.subject.get_attributes_for_oid(NameOID.ORGANIZATIONAL_UNIT_NAME)
    return str(unit.value)


def _names_on(stem: Path) -> list[x509.GeneralName]:
    pair = _read_pair(stem)
    if pair is None:
        return []
    return list(pair.certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value)


# ---- Files ----


@contextmanager
def _locked(home: Path) -> Iterator[Path]:
    """The certificates' folder, held against other processes of this box. Raises: NotReady if it can't be written."""
    folder = home / FOLDER
    try:
        (folder / ALLOWED).mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.chmod(0o700)
        with (folder / "lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield folder
    except OSError as error:
        raise NotReady("certificates", "the folder can't be read or written", "Check its owner and the disk") from error


def _due(stem: Path, authority: _Pair, now: datetime) -> bool:
    """Whether a certificate has to be made: missing, damaged, not ours, not yet good or near its end."""
    pair = _read_pair(stem)
    if pair is None:
        return True
    try:
        pair.certificate.verify_directly_issued_by(authority.certificate)
    except (ValueError, TypeError, InvalidSignature):
        return True
    certificate = pair.certificate
    return not certificate.not_valid_before_utc <= now < certificate.not_valid_after_utc - RENEWED_BEFORE_END


def _read_authority(folder: Path) -> _Pair | None:
    """The authority, or None where there was none yet.

    Raises: NotReady where one half is missing or damaged: a new authority would shut out every client, so a person
    has to want that. Only a key without its certificate (power lost on the first start) is no loss.
    """
    found = _read_pair(folder / "ca")
    if found is None and (folder / "ca.crt").exists():
        fix = "Restore it from the backup, or move the folder away: every client then needs a new certificate"
        raise NotReady("certificates", "the authority is damaged", fix)
    return found


def _read_pair(stem: Path) -> _Pair | None:
    """Key and certificate, or None unless both are there, readable and made for each other."""
    try:
        key = serialization.load_pem_private_key(stem.with_name(f"{stem.name}.key").read_bytes(), password=None)
        certificate = x509.load_pem_x509_certificate(stem.with_name(f"{stem.name}.crt").read_bytes())
    except (FileNotFoundError, ValueError, TypeError):
        return None
    if not isinstance(key, ec.EllipticCurvePrivateKey) or certificate.public_key() != key.public_key():
        return None
    return _Pair(key=key, certificate=certificate)


def _write_pair(stem: Path, pair: _Pair) -> _Pair:
    replace_file(stem.with_name(f"{stem.name}.key"), _key_pem(pair.key), mode=0o600)
    replace_file(stem.with_name(f"{stem.name}.crt"), _certificate_pem(pair.certificate), mode=0o644)
    return pair


def _allowed_files(folder: Path) -> list[Path]:
    return [path for path in (folder / ALLOWED).iterdir() if not path.name.startswith(".")]


def _is_allowed(folder: Path, name: str) -> bool:
    pair = _read_pair(folder / f"clients/{name}")
    return pair is not None and (folder / ALLOWED / f"{pair.certificate.serial_number:x}").exists()


def _drop_ended(folder: Path, now: datetime) -> None:
    """Keep the list short; what has ended is refused by TLS anyway."""
    for path in _allowed_files(folder):
        if datetime.fromisoformat(json.loads(path.read_bytes())["ends_at"]) < now:
            path.unlink()


def _client_paths(folder: Path, name: str) -> ClientPaths:
    stem = folder / "clients" / name
    return ClientPaths(
        certificate=stem.with_name(f"{name}.crt"), key=stem.with_name(f"{name}.key"), authority=folder / "ca.crt"
    )


def _key_pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _certificate_pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)
