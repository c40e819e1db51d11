# Copyright: (c) 2026, The unified.jobs project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""TLS: whom the client trusts, how it shows itself, and what it says when that fails (AWX contract 2.5)."""

from __future__ import annotations

import datetime
import ipaddress
import pathlib
import socket
import ssl
import threading
import time
import warnings
from typing import Any

import pytest
import requests
import trustme
import urllib3
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from scripted_server import LONG, Reply

from ansible_collections.unified.jobs.plugins.module_utils._errors import ApiError, ConnectionFailedError, TlsError
from ansible_collections.unified.jobs.plugins.module_utils._requests import https

AUTHORITY = trustme.CA()


def server_context(*names: str, authority: trustme.CA = AUTHORITY, clients: bool = False, **more: Any) -> Any:
    """What a server needs; with clients set, it wants to see a certificate of the authority."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*(names or ("127.0.0.1",)), **more).configure_cert(context)
    if clients:
        AUTHORITY.configure_trust(context)
        context.verify_mode = ssl.CERT_REQUIRED
    return context


@pytest.fixture
def ca_file(tmp_path: pathlib.Path) -> str:
    """The file with the right authority."""
    path = tmp_path / "ca.pem"
    AUTHORITY.cert_pem.write_to_path(str(path))
    return str(path)


@pytest.fixture
def wrong_ca_file(tmp_path: pathlib.Path) -> str:
    """A file with another authority."""
    path = tmp_path / "wrong-ca.pem"
    trustme.CA().cert_pem.write_to_path(str(path))
    return str(path)


def refusal(one: Any, verb: str = "get") -> ApiError:
    """The error of a request, which is one sentence and never ambiguous."""
    with pytest.raises(ApiError) as caught:
        getattr(one, verb)("jobs/1/")
    error = caught.value
    assert "\n" not in error.message
    assert error.message.endswith(".")
    assert "0x" not in error.message
    assert "_ssl.c" not in error.message
    return error


# -- trust -----------------------------------------------------------------------------------------------------


def test_ca_path(scripted: Any, client: Any, ca_file: str) -> None:
    server = scripted(tls=server_context())
    assert client(server.url, ca_path=ca_file).get("jobs/1/").data == {"ok": True}


def test_ca_path_may_be_a_folder(
    scripted: Any, client: Any, ca_file: str, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "cas"
    folder.mkdir()
    seen: list[Any] = []
    one = client("https://127.0.0.1", ca_path=str(folder))
    monkeypatch.setattr(one._session, "request", lambda *_a, **options: seen.append(options["verify"]) or 1 / 0)
    with pytest.raises(ConnectionFailedError, match="division by zero"):
        one.get("jobs/1/")
    assert seen[0] == str(folder)


@pytest.mark.parametrize("verb", ["get", "post", "post_once"])
@pytest.mark.parametrize("trust", ["system", "wrong", "variable"])
def test_an_unknown_authority(
    scripted: Any, client: Any, wrong_ca_file: str, monkeypatch: pytest.MonkeyPatch, verb: str, trust: str
) -> None:
    """House 0.6: `tls`. Nothing was sent, so a launch is not unclear, and trying again is of no use."""
    server = scripted(tls=server_context())
    if trust == "variable":
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", wrong_ca_file)
    error = refusal(client(server.url, ca_path=wrong_ca_file if trust == "wrong" else None), verb)
    assert isinstance(error, TlsError)
    unheld = f"{wrong_ca_file} does not hold the authority of this server"
    advice = {
        "system": "give ca_path if the server has a private CA",
        "wrong": f"{unheld}: give ca_path the file that does",
        "variable": f"REQUESTS_CA_BUNDLE={unheld}: mend the variable, or give ca_path",
    }[trust]
    assert error.message == (
        f"The TLS connection to {server.url}/api/v2/jobs/1/ failed (certificate verify failed: "
        f"unable to get local issuer certificate): {advice}."
    )
    assert error.ambiguous is False
    assert server.received == []
    assert server.connections == 1


def test_another_host_name(scripted: Any, client: Any, ca_file: str) -> None:
    server = scripted(tls=server_context("awx.example.test"))
    error = refusal(client(server.url, ca_path=ca_file), "post_once")
    assert isinstance(error, TlsError)
    assert "check the host in url, which must be a name in the certificate" in error.message
    assert error.ambiguous is False


@pytest.mark.parametrize(
    ("years", "said", "advice"),
    [
        (-5, "certificate has expired", "renewed on the server; until then validate_certs=false is the only way"),
        (5, "certificate is not yet valid", "check the clocks of this machine and of the server"),
    ],
)
def test_a_certificate_out_of_its_time(
    scripted: Any, client: Any, ca_file: str, years: int, said: str, advice: str
) -> None:
    begin = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=365 * years)
    server = scripted(tls=server_context(not_before=begin, not_after=begin + datetime.timedelta(days=1)))
    error = refusal(client(server.url, ca_path=ca_file), "post_once")
    assert isinstance(error, TlsError)
    assert said in error.message
    assert advice in error.message
    assert (error.ambiguous, server.received) == (False, [])


def test_a_certificate_that_signs_itself(
    scripted: Any, client: Any, wrong_ca_file: str, tmp_path: pathlib.Path
) -> None:
    """As a server makes one at its installation: it is its own authority."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "self")])
    now = datetime.datetime.now(datetime.timezone.utc)
    address = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), 1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(address, False)
        .sign(key, hashes.SHA256())
    )
    pem, secret = made.public_bytes(serialization.Encoding.PEM), serialization.NoEncryption()
    plain = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, secret)
    (tmp_path / "self.pem").write_bytes(pem)
    (tmp_path / "both.pem").write_bytes(plain + pem)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "both.pem")
    server = scripted(tls=context)
    error = refusal(client(server.url))
    assert isinstance(error, TlsError)
    assert "give ca_path, the file of its authority, or of the certificate itself" in error.message
    assert refusal(client(server.url, ca_path=wrong_ca_file)).message.endswith(
        f": {wrong_ca_file} does not hold the authority of this server, nor its certificate, which signs itself: "
        "give ca_path the file that does."
    )
    assert client(server.url, ca_path=str(tmp_path / "self.pem")).get("jobs/1/").data == {"ok": True}


@pytest.mark.parametrize("content", ["nothing\n", "", None])
def test_a_file_that_holds_no_authority(
    scripted: Any, client: Any, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch, content: str | None
) -> None:
    """Named is the place that was used; the option wins over the environment."""
    path = tmp_path / "garbage.pem"
    if content is not None:
        path.write_text(content)
    server = scripted(tls=server_context())
    advice = f"{path} must name a file with certificates in PEM, or a folder of them"
    monkeypatch.setenv("CURL_CA_BUNDLE", "/nonexistent")
    error = refusal(client(server.url, ca_path=str(path)))
    assert isinstance(error, TlsError)
    assert error.message.endswith(f": {advice}: check ca_path.")
    assert "CURL_CA_BUNDLE" not in error.message
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(path))
    error = refusal(client(server.url))
    assert isinstance(error, TlsError)
    assert error.message.endswith(f": REQUESTS_CA_BUNDLE={advice}: mend the variable, or give ca_path.")


def test_a_folder_without_the_right_names(scripted: Any, client: Any, ca_file: str, tmp_path: pathlib.Path) -> None:
    (tmp_path / "cas").mkdir()
    (tmp_path / "cas" / "my.pem").write_text(pathlib.Path(ca_file).read_text())
    error = refusal(client(scripted(tls=server_context()).url, ca_path=str(tmp_path / "cas")))
    assert isinstance(error, TlsError)
    assert "give ca_path" in error.message
    assert "the names that openssl rehash gives them" in error.message


def test_a_version_of_tls_that_only_one_side_knows(scripted: Any, client: Any, ca_file: str) -> None:
    """It was said to check client_cert, since the server's refusal is an alert."""
    context = server_context()
    context.set_ciphers("ALL:@SECLEVEL=0")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version, context.maximum_version = ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1
    error = refusal(client(scripted(tls=context).url, ca_path=ca_file))
    assert isinstance(error, TlsError)
    assert "no version or cipher of TLS in common" in error.message
    assert "client_cert" not in error.message


def test_no_cipher_in_common(scripted: Any, client: Any, ca_file: str) -> None:
    """The alert is the one of a server that wants a client certificate, so both are said."""
    context = server_context()
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers("AES128-SHA")
    error = refusal(client(scripted(tls=context).url, ca_path=ca_file))
    assert isinstance(error, TlsError)
    assert "no version or cipher of TLS in common" in error.message
    assert "client_cert" in error.message


# -- pitfall 4: the environment --------------------------------------------------------------------------------


@pytest.mark.case("awx-48")
@pytest.mark.parametrize("name", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
def test_a_bundle_of_the_environment_does_not_defeat_validate_certs_false(
    scripted: Any, client: Any, wrong_ca_file: str, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """Contract 2.5, pitfall 4: requests lets the variable win over what only the session says."""
    monkeypatch.setenv(name, wrong_ca_file)
    server = scripted(tls=server_context())
    assert client(server.url, validate_certs=False).get("jobs/1/").data == {"ok": True}
    assert isinstance(refusal(client(server.url)), TlsError), "the variable must be one that counts"


@pytest.mark.parametrize("name", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
def test_a_bundle_of_the_environment_counts_where_nothing_else_is_said(
    scripted: Any,
    client: Any,
    ca_file: str,
    wrong_ca_file: str,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
) -> None:
    server = scripted(tls=server_context())
    monkeypatch.setenv(name, ca_file)
    assert client(server.url).get("jobs/1/").data == {"ok": True}
    monkeypatch.setenv(name, wrong_ca_file)
    assert client(server.url, ca_path=ca_file).get("jobs/1/").data == {"ok": True}


def test_what_is_trusted_is_named(
    scripted: Any, client: Any, wrong_ca_file: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CURL_CA_BUNDLE", wrong_ca_file)
    error = refusal(client(scripted(tls=server_context()).url))
    assert f"CURL_CA_BUNDLE={wrong_ca_file} does not hold the authority of this server: mend the" in error.message


def test_a_variable_of_openssl_does_not_count(
    scripted: Any, client: Any, ca_file: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As docs/connection.md says: C(requests) looks for its own two."""
    monkeypatch.setenv("SSL_CERT_FILE", ca_file)
    assert isinstance(refusal(client(scripted(tls=server_context()).url)), TlsError)


# -- pitfall 11: warnings --------------------------------------------------------------------------------------


def test_only_our_own_unchecked_requests_are_without_a_warning(scripted: Any, client: Any) -> None:
    """Contract 2.5, pitfall 11: the task may share its process with others, who are to be warned."""
    server = scripted(tls=server_context())
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        one = client(server.url, validate_certs=False)
        one.get("jobs/1/")
        one.post_once("jobs/1/relaunch/", {})
        assert seen == []
        requests.get(server.url, verify=False, timeout=LONG)  # as somebody else's code would
    assert [entry.category for entry in seen] == [urllib3.exceptions.InsecureRequestWarning]


# -- client certificates ---------------------------------------------------------------------------------------


@pytest.fixture
def client_files(tmp_path: pathlib.Path) -> dict[str, str]:
    """Certificate and key, apart, together, and with a locked key."""
    made = AUTHORITY.issue_cert("client@example.test")
    certificate = b"".join(blob.bytes() for blob in made.cert_chain_pems)
    key = made.private_key_pem.bytes()
    locked = serialization.load_pem_private_key(key, None).private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(b"opensesame"),
    )
    contents = {
        "cert": certificate,
        "key": key,
        "both": key + certificate,
        "locked": locked,
        "locked_both": locked + certificate,
        "garbage": b"nothing\n",
    }
    paths = {}
    for name, content in contents.items():
        path = tmp_path / f"{name}.pem"
        path.write_bytes(content)
        paths[name] = str(path)
    return paths


@pytest.mark.parametrize("files", [("cert", "key"), ("both", None)])
def test_a_client_certificate(
    scripted: Any, client: Any, ca_file: str, client_files: dict[str, str], files: tuple[str, Any]
) -> None:
    cert, key = files
    server = scripted(tls=server_context(clients=True))
    one = client(
        server.url, ca_path=ca_file, client_cert=client_files[cert], client_key=client_files[key] if key else None
    )
    assert one.get("jobs/1/").data == {"ok": True}


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
@pytest.mark.parametrize("verb", ["get", "post_once"])
def test_a_server_that_wants_a_client_certificate(
    scripted: Any, client: Any, ca_file: str, verb: str, version: ssl.TLSVersion
) -> None:
    """With TLS 1.3 the server says so only after the client may have sent; it has not read it all the same."""
    context = server_context(clients=True)
    context.minimum_version = context.maximum_version = version
    server = scripted(tls=context)
    error = refusal(client(server.url, ca_path=ca_file), verb)
    assert server.received == []
    assert error.code in ("tls", "connection")  # the alert may be lost in the reset that follows it
    if error.code == "tls":
        assert error.ambiguous is False
    if error.code == "tls" or "EOF" in error.message:
        assert "check client_cert" in error.message


@pytest.mark.parametrize(("years", "advice"), [(-5, "client_cert is no longer valid"), (0, "check client_cert")])
def test_a_client_certificate_that_is_refused(
    scripted: Any, client: Any, ca_file: str, tmp_path: pathlib.Path, years: int, advice: str
) -> None:
    """One that has expired, and one of an authority that the server does not know."""
    begin = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=365 * years - 1)
    authority = AUTHORITY if years else trustme.CA()
    made = authority.issue_cert("c", not_before=begin, not_after=begin + datetime.timedelta(days=2))
    made.private_key_and_cert_chain_pem.write_to_path(str(tmp_path / "mine.pem"))
    context = server_context(clients=True)
    context.maximum_version = ssl.TLSVersion.TLSv1_2  # with 1.3 the alert may be lost
    error = refusal(client(scripted(tls=context).url, ca_path=ca_file, client_cert=str(tmp_path / "mine.pem")))
    assert isinstance(error, TlsError)
    assert f": {advice}" in error.message


def test_a_key_of_another_certificate(
    scripted: Any, client: Any, ca_file: str, client_files: dict[str, str], tmp_path: pathlib.Path
) -> None:
    """It was said to check the host in url, since the library calls it a mismatch."""
    other = tmp_path / "other.pem"
    AUTHORITY.issue_cert("other").private_key_pem.write_to_path(str(other))
    server = scripted(tls=server_context())
    error = refusal(client(server.url, ca_path=ca_file, client_cert=client_files["cert"], client_key=str(other)))
    assert isinstance(error, TlsError)
    assert error.message.endswith(": client_key is not the key of client_cert.")
    assert server.received == []


@pytest.mark.parametrize("files", [("cert", "locked"), ("locked_both", None), ("locked_both", "key")])
def test_a_locked_key_is_refused_and_not_asked_for(
    client: Any, client_files: dict[str, str], files: tuple[str, Any]
) -> None:
    """OpenSSL would ask for the pass phrase on the terminal, and the task would hang."""
    cert, key = files
    with pytest.raises(TlsError, match=r"client_(cert|key): the private key in .* is encrypted"):
        client("https://127.0.0.1", client_cert=client_files[cert], client_key=client_files[key] if key else None)


@pytest.mark.parametrize("files", [("garbage", None), ("cert", "garbage"), ("garbage", "key"), ("cert", None)])
def test_files_that_hold_no_certificate_or_key(
    scripted: Any, client: Any, ca_file: str, client_files: dict[str, str], files: tuple[str, Any]
) -> None:
    cert, key = files
    server = scripted(tls=server_context())
    one = client(
        server.url, ca_path=ca_file, client_cert=client_files[cert], client_key=client_files[key] if key else None
    )
    error = refusal(one)
    assert isinstance(error, TlsError)
    assert "client_cert" in error.message
    assert server.received == []


def test_a_certificate_that_is_not_there(client: Any) -> None:
    with pytest.raises(TlsError, match="client_cert: /nonexistent cannot be read"):
        client("https://127.0.0.1", client_cert="/nonexistent")


# -- no TLS at the other end -----------------------------------------------------------------------------------


def test_a_port_without_tls(raw_server: Any, client: Any) -> None:
    def serve(connection: Any) -> None:
        connection.recv(1000)
        connection.sendall(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")

    error = refusal(client(f"https://127.0.0.1:{raw_server(serve).port}"), "post_once")
    assert isinstance(error, TlsError)
    assert "check the scheme and the port in url" in error.message
    assert error.ambiguous is False


def test_tls_where_none_is_spoken_to(scripted: Any, client: Any) -> None:
    server = scripted(tls=server_context())
    error = refusal(client(server.url.replace("https:", "http:")))
    assert error.code == "connection"


@pytest.mark.case("awx-28")
@pytest.mark.parametrize("verb", ["get", "post_once"])
def test_a_hangup_in_the_handshake_is_a_hiccup(raw_server: Any, client: Any, fake_clock: Any, verb: str) -> None:
    """As when a proxy restarts: tried again, and never the word `tls`, at which a wait gives up."""
    server = raw_server(lambda connection: connection.close())
    error = refusal(client(f"https://127.0.0.1:{server.port}"), verb)
    assert isinstance(error, ConnectionFailedError)
    assert error.ambiguous is False
    assert server.accepted == 4
    assert len(fake_clock.slept) == 3


def test_a_handshake_that_is_not_answered(raw_server: Any, client: Any) -> None:
    """The time-out looks like one of reading; nothing was sent all the same."""
    reached, stop = threading.Event(), threading.Event()
    server = raw_server(lambda connection: reached.set() or stop.wait(LONG))
    one = client(f"https://127.0.0.1:{server.port}", request_timeout=0.1)
    one.deadline = 0.0
    error = refusal(one, "post_once")
    assert reached.wait(LONG)
    stop.set()
    assert isinstance(error, ConnectionFailedError)
    assert error.ambiguous is False
    assert server.accepted == 1


@pytest.mark.parametrize("reply", [Reply(silent=True), Reply(silent=True, reset=True), Reply(cut=3, data={"id": 1})])
def test_a_break_after_sending_is_unclear_with_tls_too(scripted: Any, client: Any, ca_file: str, reply: Reply) -> None:
    server = scripted(reply, tls=server_context())
    error = refusal(client(server.url, ca_path=ca_file), "post_once")
    assert isinstance(error, ConnectionFailedError)
    assert error.ambiguous is True
    assert len(server.received) == 1


def test_headers_in_drops_are_cut_off_over_tls(raw_server: Any, client: Any, hurry: Any, ca_file: str) -> None:
    """House 0.4: a wait never hangs, and an unclear launch is known to be one."""
    context = server_context()

    def serve(connection: socket.socket) -> None:
        with context.wrap_socket(connection, server_side=True) as stream:
            stream.recv(65536)
            stream.sendall(b"HTTP/1.1 201 Created\r\n")
            hurry.go.set()
            for _number in range(10_000):
                stream.sendall(b"X")
                time.sleep(0.02)

    one = client(f"https://127.0.0.1:{raw_server(serve).port}", ca_path=ca_file)
    begin = time.monotonic()
    with pytest.raises(ConnectionFailedError, match="did not answer in time") as caught:
        one.post_once("x/launch/", {})
    assert caught.value.ambiguous is True
    assert time.monotonic() - begin < 100.0


# -- the wrong scheme --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "happened", "advised"),
    [
        ("http://h/api", "broke the connection", True),
        ("http://h/api", "400 The plain HTTP request was sent to HTTPS port", True),
        ("http://h/api", "Reason: You're speaking plain HTTP to an SSL-enabled server port.", True),
        ("http://h/api", "Client sent an HTTP request to an HTTPS server.", True),
        ("http://h/api", "Field 'nam' not recognized for searching!", False),
        ("https://h/api", "broke the connection", False),
    ],
)
def test_http_where_https_may_be_spoken(url: str, happened: str, advised: bool) -> None:
    assert (https(url, happened) == " If TLS is spoken there, write https in url.") is advised


def test_http_to_a_server_that_speaks_tls(scripted: Any, client: Any) -> None:
    """What Python's own servers do then is to hang up."""
    url = scripted(tls=server_context()).url.replace("https://", "http://")
    error = refusal(client(url))
    assert (error.code, error.message.endswith("). If TLS is spoken there, write https in url.")) == (
        "connection",
        True,
    )


def test_http_to_a_web_server_that_says_so(scripted: Any, client: Any) -> None:
    page = b"<html><title>400 The plain HTTP request was sent to HTTPS port</title></html>"
    error = refusal(client(scripted(Reply(400, body=page, kind="text/html")).url))
    assert error.message.endswith(". If TLS is spoken there, write https in url.")
