"""The box's own authority: what it signs, how long, for whom, and what survives a power cut."""

import json
import ssl
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from cryptography.x509.oid import ExtendedKeyUsageOID

from edge import certificates
from edge.certificates import ALL_RIGHTS, OPERATOR, Right, client_of, ensure, issue_client, revoke_client
from edge.errors import BadInput, NotFound, NotReady

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    ensure(tmp_path, "berlin-1", ["box.shop.example"], now=NOW)
    return tmp_path


def read(home: Path, name: str) -> x509.Certificate:
    return x509.load_pem_x509_certificate((home / "tls" / name).read_bytes())


def purposes(certificate: x509.Certificate) -> list[x509.ObjectIdentifier]:
    return list(certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value)


def names(certificate: x509.Certificate) -> list[str]:
    return [
        str(name.value) for name in certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    ]


@pytest.mark.parametrize("name", ["", "PBX", "a/b", "../ca", "a b", "-a", "a" * 64, "电话", "a\n"])
def test_client_is_refused_when_its_name_is_no_plain_word(home: Path, name: str) -> None:
    with pytest.raises(BadInput) as refusal:
        issue_client(home, name, now=NOW)
    assert refusal.value.field == "name"


@pytest.mark.parametrize("name", ["", "a b", "-a.example", "http://box", "*.example", "a" * 254, "商店"])
def test_box_refuses_a_name_that_is_neither_host_nor_address(tmp_path: Path, name: str) -> None:
    with pytest.raises(BadInput, match=r"serve\.names"):
        ensure(tmp_path, "berlin-1", [name], now=NOW)


def test_client_cannot_be_issued_before_the_authority_exists(tmp_path: Path) -> None:
    with pytest.raises(NotReady):
        issue_client(tmp_path, "pbx", now=NOW)


def test_damaged_authority_is_never_replaced_silently(home: Path) -> None:
    (home / "tls/ca.key").unlink()
    with pytest.raises(NotReady, match="authority is damaged"):
        ensure(home, "berlin-1", [], now=NOW)


def test_unwritable_folder_is_reported_as_not_ready(tmp_path: Path) -> None:
    (tmp_path / "tls").write_text("a file where the folder should be")
    with pytest.raises(NotReady, match="can't be read or written"):
        ensure(tmp_path, "berlin-1", [], now=NOW)


def test_keys_are_readable_by_their_owner_alone(home: Path) -> None:
    issue_client(home, "pbx", now=NOW)
    keys = list((home / "tls").rglob("*.key"))
    assert len(keys) == 4
    assert {key.stat().st_mode & 0o777 for key in keys} == {0o600}
    assert (home / "tls").stat().st_mode & 0o777 == 0o700


def test_authority_may_sign_leaves_and_nothing_else(home: Path) -> None:
    authority = read(home, "ca.crt")
    constraints = authority.extensions.get_extension_for_class(x509.BasicConstraints)
    usage = authority.extensions.get_extension_for_class(x509.KeyUsage).value
    assert constraints.critical
    assert (constraints.value.ca, constraints.value.path_length) == (True, 0)
    assert usage.key_cert_sign
    assert not usage.digital_signature
    assert authority.not_valid_after_utc == NOW + 3650 * DAY


def test_server_certificate_names_the_box_and_loopback(home: Path) -> None:
    server = read(home, "server.crt")
    assert names(server) == ["localhost", "127.0.0.1", "::1", "box.shop.example"]
    assert ip_address("::1") in [
        name.value for name in server.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    ]
    assert purposes(server) == [ExtendedKeyUsageOID.SERVER_AUTH]
    assert server.not_valid_after_utc == NOW + 397 * DAY
    server.verify_directly_issued_by(read(home, "ca.crt"))


def test_client_certificate_carries_its_identity_and_can_only_call(home: Path) -> None:
    client = x509.load_pem_x509_certificate(issue_client(home, "pbx-2", now=NOW).certificate.read_bytes())
    assert names(client) == ["spiffe://berlin-1/client/pbx-2"]
    assert purposes(client) == [ExtendedKeyUsageOID.CLIENT_AUTH]
    assert client.not_valid_after_utc == NOW + 90 * DAY


def test_ensure_changes_nothing_when_all_is_well(home: Path) -> None:
    before = {path: path.read_bytes() for path in home.rglob("*") if path.is_file()}
    ensure(home, "berlin-1", ["box.shop.example"], now=NOW + 59 * DAY)
    assert {path: path.read_bytes() for path in home.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize(("days", "renewed"), [(59, set()), (61, {OPERATOR}), (368, {OPERATOR, "server"})])
def test_ensure_renews_what_is_within_thirty_days_of_its_end(home: Path, days: int, renewed: set[str]) -> None:
    before = {"server": read(home, "server.crt"), OPERATOR: read(home, "clients/operator.crt")}
    ensure(home, "berlin-1", ["box.shop.example"], now=NOW + days * DAY)
    after = {"server": read(home, "server.crt"), OPERATOR: read(home, "clients/operator.crt")}
    assert {name for name in before if before[name] != after[name]} == renewed


def test_renewed_authority_still_vouches_for_what_it_signed_before(home: Path) -> None:
    late = NOW + 3640 * DAY
    old = read(home, "ca.crt")
    client = x509.load_pem_x509_certificate(issue_client(home, "pbx", now=NOW + 3600 * DAY).certificate.read_bytes())
    assert client.not_valid_after_utc == old.not_valid_after_utc
    ensure(home, "berlin-1", [], now=late)
    renewed = read(home, "ca.crt")
    assert renewed.not_valid_after_utc == late + 3650 * DAY
    client.verify_directly_issued_by(renewed)


def test_site_keeps_its_first_name_when_the_setting_changes(home: Path) -> None:
    ensure(home, "another-name", ["box.shop.example"], now=NOW)
    client = x509.load_pem_x509_certificate(issue_client(home, "pbx", now=NOW).certificate.read_bytes())
    assert names(client) == ["spiffe://berlin-1/client/pbx"]


def test_new_host_name_gives_a_new_server_certificate(home: Path) -> None:
    ensure(home, "berlin-1", ["10.1.2.3"], now=NOW)
    assert names(read(home, "server.crt")) == ["localhost", "127.0.0.1", "::1", "10.1.2.3"]


def test_door_that_asks_for_fewer_names_leaves_the_others_certificate_alone(home: Path) -> None:
    before = read(home, "server.crt")
    ensure(home, "berlin-1", [], now=NOW)
    assert read(home, "server.crt") == before


@pytest.mark.parametrize("stem", ["server", "clients/operator"])
def test_pair_is_made_anew_when_power_was_lost_between_key_and_certificate(home: Path, stem: str) -> None:
    other = issue_client(home, "pbx", now=NOW)
    key = home / f"tls/{stem}.key"
    key.write_bytes(other.key.read_bytes())
    ensure(home, "berlin-1", ["box.shop.example"], now=NOW)
    private = load_pem_private_key(key.read_bytes(), password=None)
    assert read(home, f"{stem}.crt").public_key() == private.public_key()


def test_first_start_goes_on_when_power_was_lost_after_the_authoritys_key(home: Path, tmp_path: Path) -> None:
    (home / "tls/ca.crt").unlink()
    ensure(home, "berlin-1", ["box.shop.example"], now=NOW)
    read(home, "server.crt").verify_directly_issued_by(read(home, "ca.crt"))


def test_client_is_known_by_its_certificate(home: Path) -> None:
    paths = issue_client(home, "pbx", rights={Right.SEND}, now=NOW)
    client = client_of(home, paths.certificate.read_bytes())
    assert client is not None
    assert (client.name, client.rights) == ("pbx", {Right.SEND})


def test_client_may_neither_unmask_nor_erase_unless_it_was_granted(home: Path) -> None:
    client = client_of(home, issue_client(home, "pbx", now=NOW).certificate.read_bytes())
    assert client is not None
    assert client.rights == {Right.SEND, Right.READ}


def test_operator_may_do_everything(home: Path) -> None:
    client = client_of(home, certificates.operator(home).certificate.read_bytes())
    assert client is not None
    assert client.rights == ALL_RIGHTS


def test_client_is_unknown_once_it_was_revoked(home: Path) -> None:
    first = issue_client(home, "pbx", now=NOW).certificate.read_bytes()
    second = issue_client(home, "pbx", now=NOW).certificate.read_bytes()
    other = issue_client(home, "till", now=NOW).certificate.read_bytes()
    assert revoke_client(home, "pbx") == 2
    assert client_of(home, first) is None
    assert client_of(home, second) is None
    assert client_of(home, other) is not None
    with pytest.raises(NotFound):
        revoke_client(home, "pbx")


def test_replaced_certificate_holds_until_its_own_end(home: Path) -> None:
    first = issue_client(home, "pbx", now=NOW).certificate.read_bytes()
    issue_client(home, "pbx", now=NOW + 60 * DAY)
    assert client_of(home, first) is not None
    issue_client(home, "pbx", now=NOW + 91 * DAY)
    assert client_of(home, first) is None


@pytest.mark.parametrize(
    "entry",
    [
        b"",
        b"{",
        b"[]",
        b'{"name": "pbx"}',
        b'{"name": "till", "rights": ["send"]}',
        b'{"name": "pbx", "rights": ["all"]}',
    ],
)
def test_client_is_unknown_when_its_entry_is_unreadable_or_about_another(home: Path, entry: bytes) -> None:
    certificate = issue_client(home, "pbx", now=NOW).certificate.read_bytes()
    serial = x509.load_pem_x509_certificate(certificate).serial_number
    (home / f"tls/clients/allowed/{serial:x}").write_bytes(entry)
    assert client_of(home, certificate) is None


def test_server_certificate_is_no_client(home: Path) -> None:
    server = read(home, "server.crt")
    entry = json.dumps({"name": "pbx", "rights": ["send"]})
    (home / f"tls/clients/allowed/{server.serial_number:x}").write_text(entry)
    assert client_of(home, (home / "tls/server.crt").read_bytes()) is None
    assert client_of(home, b"no certificate") is None


def handshake(server: ssl.SSLContext, client: ssl.SSLContext) -> ssl.SSLObject:
    """Both ends in memory; the client's side of the finished connection."""
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    ends = (
        client.wrap_bio(to_client, to_server, server_hostname="localhost"),
        server.wrap_bio(to_server, to_client, server_side=True),
    )
    pending = set(ends)
    for _ in range(8):
        for end in list(pending):
            try:
                end.do_handshake()
                pending.discard(end)
            except ssl.SSLWantReadError:
                continue
        if not pending:
            break
    return ends[0]


def test_pages_refuse_tls_1_2(tmp_path: Path) -> None:
    ensure(tmp_path, "box", [])
    client = ssl.create_default_context(cafile=str(tmp_path / "tls/ca.crt"))
    client.maximum_version = ssl.TLSVersion.TLSv1_2
    with pytest.raises(ssl.SSLError):
        handshake(certificates.server_ssl_context(tmp_path), client)


def test_pages_show_a_renewed_certificate_without_a_restart(tmp_path: Path) -> None:
    ensure(tmp_path, "box", [])
    context = certificates.server_ssl_context(tmp_path)
    client = ssl.create_default_context(cafile=str(tmp_path / "tls/ca.crt"))
    before = handshake(context, client).getpeercert()
    ensure(tmp_path, "box", ["box.shop.example"])
    after = handshake(context, client).getpeercert()
    assert before is not None and after is not None
    assert ("DNS", "box.shop.example") not in before["subjectAltName"]
    assert ("DNS", "box.shop.example") in after["subjectAltName"]


def test_pages_cannot_be_served_before_there_is_a_certificate(tmp_path: Path) -> None:
    with pytest.raises(NotReady):
        certificates.server_ssl_context(tmp_path)
