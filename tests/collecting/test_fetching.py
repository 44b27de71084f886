"""What comes from an address, and what an address must not get out of us."""

import gzip
import socket
import ssl
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Response

from cop.base.fetching import FetchFailed, fetch, seconds_to_wait

RSS = b"<rss version='2.0'><channel><title>T</title></channel></rss>"
pytestmark = pytest.mark.usefixtures("loopback_allowed")


def code_of(url: str, **limits) -> str:
    with pytest.raises(FetchFailed) as caught:
        fetch(url, **limits)
    assert str(caught.value)
    return caught.value.code


def test_an_address_gives_its_bytes_and_what_to_ask_with_next_time(httpserver):
    httpserver.expect_request("/feed").respond_with_data(RSS, headers={"ETag": '"a"', "Last-Modified": "Mon"})
    fetched = fetch(httpserver.url_for("/feed"))
    assert (fetched.content, fetched.etag, fetched.last_modified) == (RSS, '"a"', "Mon")


def test_asking_again_is_conditional_and_polite(httpserver, settings):
    settings.SITE_URL = "https://cop.example"
    httpserver.expect_request("/feed").respond_with_response(Response(status=304))
    fetched = fetch(httpserver.url_for("/feed"), etag='"a"', last_modified="Mon")
    headers = httpserver.log[0][0].headers
    assert fetched.is_unchanged
    assert (headers["If-None-Match"], headers["If-Modified-Since"]) == ('"a"', "Mon")
    assert "https://cop.example" in headers["User-Agent"]


def test_a_permanent_redirect_says_where_the_feed_went(httpserver):
    new = httpserver.url_for("/new")
    httpserver.expect_request("/old").respond_with_response(Response(status=301, headers={"Location": "/new"}))
    httpserver.expect_request("/new").respond_with_data(RSS)
    assert fetch(httpserver.url_for("/old")).moved_to == new


def test_a_passing_redirect_moves_nothing(httpserver):
    httpserver.expect_request("/old").respond_with_response(Response(status=302, headers={"Location": "/new"}))
    httpserver.expect_request("/new").respond_with_data(RSS)
    fetched = fetch(httpserver.url_for("/old"))
    assert (fetched.moved_to, fetched.content) == ("", RSS)


def test_redirects_in_a_circle_end(httpserver):
    httpserver.expect_request("/a").respond_with_response(Response(status=302, headers={"Location": "/b"}))
    httpserver.expect_request("/b").respond_with_response(Response(status=302, headers={"Location": "/a"}))
    assert code_of(httpserver.url_for("/a")) == "redirects"


@pytest.mark.parametrize(
    "target",
    ["http://127.0.0.2/", "http://10.0.0.1/", "http://[::1]/", "http://169.254.169.254/latest/", "http://0.0.0.0/"],
)
def test_a_redirect_to_a_private_address_is_refused(httpserver, target):
    httpserver.expect_request("/feed").respond_with_response(Response(status=302, headers={"Location": target}))
    assert code_of(httpserver.url_for("/feed")) == "private"


@pytest.mark.parametrize("target", ["file:///etc/passwd", "ftp://example.org/", "gopher://example.org/", "data:,x"])
def test_a_redirect_to_another_scheme_is_refused(httpserver, target):
    httpserver.expect_request("/feed").respond_with_response(Response(status=302, headers={"Location": target}))
    assert code_of(httpserver.url_for("/feed")) == "address"


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.2",
        "localhost.localdomain",
        "2130706434",
        "0x7f.2",
        "0177.0.0.2",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",  # noqa: S104
        "255.255.255.255",
        "224.0.0.1",
        "[::1]",
        "[::ffff:10.0.0.1]",
        "[::127.0.0.1]",
        "[fe80::1]",
        "[fc00::1]",
        "[64:ff9b::a00:1]",
        "[2002:a00:1::]",
    ],
)
def test_private_addresses_are_refused_in_every_spelling(host, monkeypatch):
    real = socket.getaddrinfo
    names = {"localhost.localdomain": "127.0.0.2"}
    monkeypatch.setattr(socket, "getaddrinfo", lambda name, *rest, **more: real(names.get(name, name), *rest, **more))
    assert code_of(f"http://{host}/feed") == "private"


@pytest.mark.parametrize(
    "url", ["", "feed", "file:///etc/passwd", "https://", "http://u:p@example.org/", "http://[::1"]
)
def test_what_is_no_web_address_is_refused(url):
    assert code_of(url) == "address"


def test_other_ports_of_public_addresses_are_refused(monkeypatch):
    answer_with(monkeypatch, ["93.184.215.14"])
    assert code_of("http://public.example:6379/") == "port"


def test_loopback_is_refused_where_no_setting_allows_it(httpserver, settings):
    settings.FEED_ALLOWED_NETWORKS = []
    assert code_of(httpserver.url_for("/feed")) == "private"
    assert not httpserver.log


def test_a_name_that_changes_its_answer_is_connected_to_at_the_address_that_was_checked(httpserver, monkeypatch):
    """DNS rebinding: public when it is checked, loopback when it would be connected to."""
    asked = answer_with(monkeypatch, ["93.184.215.14", "127.0.0.1", "127.0.0.1"])
    connected = []

    def connect(connection: socket.socket, address: tuple) -> None:
        connected.append(address[0])
        raise ConnectionRefusedError

    monkeypatch.setattr(socket.socket, "connect", connect)
    assert code_of("http://rebind.example/feed") == "connection"
    assert asked.count("rebind.example") == 1
    assert connected == ["93.184.215.14"]
    assert not httpserver.log


def test_a_name_that_means_loopback_is_not_connected_to(monkeypatch, settings):
    settings.FEED_ALLOWED_NETWORKS = []
    answer_with(monkeypatch, ["127.0.0.1", "93.184.215.14"])
    monkeypatch.setattr(socket.socket, "connect", lambda *rest: pytest.fail("connected"))
    assert code_of("http://rebind.example/feed") == "private"


def test_the_host_is_still_asked_by_its_name(httpserver, monkeypatch):
    answer_with(monkeypatch, ["127.0.0.1"])
    httpserver.expect_request("/feed").respond_with_data(RSS)
    fetch(f"http://journal.example:{httpserver.port}/feed")
    assert httpserver.log[0][0].host == f"journal.example:{httpserver.port}"


def test_a_name_that_does_not_exist_is_told(monkeypatch):
    def nowhere(*rest, **more):
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", nowhere)
    assert code_of("https://nowhere.example/") == "no-host"


def test_a_large_answer_is_cut_off(httpserver):
    httpserver.expect_request("/feed").respond_with_data(b"x" * 200_000)
    assert code_of(httpserver.url_for("/feed"), size_limit=100_000) == "too-big"


def test_a_gzip_bomb_is_counted_after_unpacking(httpserver):
    bomb = gzip.compress(b"\0" * 50_000_000)
    httpserver.expect_request("/feed").respond_with_data(bomb, headers={"Content-Encoding": "gzip"})
    assert len(bomb) < 60_000
    assert code_of(httpserver.url_for("/feed")) == "too-big"


def test_broken_compression_is_told(httpserver):
    httpserver.expect_request("/feed").respond_with_data(b"no gzip", headers={"Content-Encoding": "gzip"})
    assert code_of(httpserver.url_for("/feed")) == "answer"


@pytest.mark.parametrize(
    "lines",
    [
        [b"HTTP/1.1 200 OK\r\nContent-Length: 90000\r\n\r\n", b"x"],
        [b"HTTP/1.1 200 OK\r\n\r\n", b"x"],
        [b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"],
        [b"HTTP/1.1 200 OK\r\nX-Slow: ", b"x"],
        [b"H", b""],
    ],
    ids=["body", "body without length", "chunks", "headers", "silence"],
)
def test_a_server_that_drips_is_left_when_the_time_is_over(raw_server, lines):
    url = raw_server(lines)
    began = time.monotonic()
    assert code_of(url, time_limit=0.6) == "timeout"
    assert time.monotonic() - began < 2


def test_nobody_there_is_told():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    assert code_of(f"http://127.0.0.1:{port}/") == "connection"


def test_a_certificate_that_does_not_fit_is_told(raw_server):
    assert code_of(raw_server([b"this is no TLS\r\n", b"x"]).replace("http:", "https:")) in ("tls", "connection")


@pytest.mark.parametrize(
    ("status", "code"), [(404, "not-found"), (410, "gone"), (403, "forbidden"), (500, "answer"), (429, "busy")]
)
def test_a_bad_answer_is_told(httpserver, status, code):
    httpserver.expect_request("/feed").respond_with_response(Response(status=status))
    assert code_of(httpserver.url_for("/feed")) == code


def test_files_of_other_kinds_are_not_read(httpserver):
    httpserver.expect_request("/feed").respond_with_data(b"\x89PNG", content_type="image/png")
    assert code_of(httpserver.url_for("/feed")) == "kind"


def test_a_busy_server_says_how_long_to_wait(httpserver):
    httpserver.expect_request("/feed").respond_with_response(Response(status=503, headers={"Retry-After": "120"}))
    with pytest.raises(FetchFailed) as caught:
        fetch(httpserver.url_for("/feed"))
    assert caught.value.retry_after == 120


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("60", 60),
        ("Mon, 01 Jan 2024 00:02:00 GMT", 120),
        ("Sun, 31 Dec 2023 00:00:00 GMT", 0),
        ("9" * 40, 604800),
        ("soon", 0),
        ("-5", 0),
        ("²", 0),
        ("", 0),
    ],
)
def test_retry_after_is_seconds_or_a_date(header, seconds):
    assert seconds_to_wait(header, now=datetime(2024, 1, 1, tzinfo=UTC)) == seconds


def answer_with(monkeypatch: pytest.MonkeyPatch, addresses: list[str]) -> list[str]:
    """Let names resolve to `addresses` in turn; give the list of names that are asked for from now on."""
    asked: list[str] = []

    def resolve(name, port, *rest, **more):
        if isinstance(name, str) and name[0].isdigit():
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (name, port or 80))]
        asked.append(name)
        address = addresses[min(len(asked), len(addresses)) - 1]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port or 80))]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    return asked


def test_a_secure_address_whose_certificate_nobody_vouches_for_is_refused():
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(Path(__file__).parent.parent / "mail" / "localhost.pem")
    with HTTPServer(ssl_context=context) as safe:
        safe.expect_request("/feed").respond_with_data(RSS)
        assert code_of(safe.url_for("/feed")) == "tls"
        assert safe.log == []
