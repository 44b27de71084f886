"""Fetching what strangers serve: within a size and a time, and never from a private address.

Redirects are followed here, one by one, so that each address is checked (cop.base.connecting) before anything is asked.
"""

import logging
import socket
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urljoin, urlsplit

import requests
import urllib3
from django.conf import settings
from django.utils.translation import gettext as _
from requests_hardened.ip_filter import InvalidIPAddress

from cop.base.connecting import Deadline, PortRefused, deadline_of, session_under

logger = logging.getLogger(__name__)

SIZE_LIMIT = 5 * 1024 * 1024  # bytes, after decompression
TIME_LIMIT = 20.0  # seconds for the whole way: names, redirects, headers, body
REDIRECT_LIMIT = 5
CHUNK = 16 * 1024
REDIRECTS = {301, 302, 303, 307, 308}
PERMANENT = {301, 308}
NEVER_A_TEXT = ("image/", "audio/", "video/", "font/", "application/pdf", "application/zip", "application/gzip")
ACCEPT = "application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, */*;q=0.5"


class FetchFailed(Exception):
    """An address did not give what was asked for; `str()` of it is a sentence for a facilitator.

    `code` is one word for rows and tests; `is_final` says that asking again will not help; `retry_after` is the number
    of seconds that the server asked us to wait, or 0.
    """

    def __init__(self, code: str, sentence: str, *, is_final: bool = False, retry_after: int = 0) -> None:
        super().__init__(sentence)
        self.code = code
        self.is_final = is_final
        self.retry_after = retry_after


@dataclass(frozen=True)
class Fetched:
    """What an address gave; `content` is empty where the server said that nothing changed."""

    url: str
    content: bytes = b""
    content_type: str = ""
    etag: str = ""
    last_modified: str = ""
    moved_to: str = ""
    is_unchanged: bool = False


def fetch(
    url: str,
    *,
    etag: str = "",
    last_modified: str = "",
    size_limit: int = SIZE_LIMIT,
    time_limit: float = TIME_LIMIT,
    accept: str = ACCEPT,
) -> Fetched:
    """Fetch `url` by GET (RFC 9110), conditionally where `etag` or `last_modified` are given; raise FetchFailed.

    `size_limit` counts bytes after decompression, `time_limit` seconds for everything. `moved_to` is the new address
    where every redirect on the way was permanent. Only http and https, and public addresses but for
    FEED_ALLOWED_NETWORKS, whose ports are free too.
    """
    headers = {
        "User-Agent": f"CommunitiesOfPractice/1.0 (feed reader; +{settings.SITE_URL})",
        "Accept": accept,
        "Accept-Encoding": "gzip, deflate",
    }
    if etag:
        headers["If-None-Match"] = etag
    if last_modified:
        headers["If-Modified-Since"] = last_modified
    checked_scheme(url)
    host = urlsplit(url).hostname or ""
    with deadline_of(time_limit) as deadline, session_under(deadline) as session:
        try:
            return _follow(session, url, headers, deadline, size_limit)
        except FetchFailed:
            raise
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError, ValueError) as error:
            failed = _too_slow(host) if deadline.is_over else explain(error, host)
            logger.info("Fetching from %s failed: %s (%s)", host, failed.code, type(error).__name__)
            raise failed from error


def post(url: str, data: bytes, *, headers: dict[str, str], time_limit: float = TIME_LIMIT) -> tuple[int, int]:
    """Hand `data` to `url` by POST; give the status, and for how many seconds the server asks to be left alone.

    As guarded as `fetch`; redirects are not followed, and what the server says besides is not read. Raise FetchFailed
    where there is no answer.
    """
    checked_scheme(url)
    host = urlsplit(url).hostname or ""
    with deadline_of(time_limit) as deadline, session_under(deadline) as session:
        try:
            answer = session.post(
                url, data=data, headers=headers, stream=True, allow_redirects=False, timeout=deadline.left
            )
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError, ValueError) as error:
            raise (_too_slow(host) if deadline.is_over else explain(error, host)) from error
        with answer:
            return answer.status_code, seconds_to_wait(answer.headers.get("Retry-After", ""), now=datetime.now(UTC))


def post_form(
    url: str, fields: dict[str, str], *, size_limit: int = SIZE_LIMIT, time_limit: float = TIME_LIMIT
) -> bytes:
    """Send `fields` to `url` as a form does and give what it answers, under the same guard; raise FetchFailed.

    A redirect is a failure: what was sent is meant for nobody else.
    """
    checked_scheme(url)
    host = urlsplit(url).hostname or ""
    headers = {"User-Agent": f"CommunitiesOfPractice/1.0 (+{settings.SITE_URL})", "Accept-Encoding": "gzip, deflate"}
    with deadline_of(time_limit) as deadline, session_under(deadline) as session:
        try:
            with session.post(
                url, data=fields, headers=headers, stream=True, allow_redirects=False, timeout=deadline.left
            ) as response:
                _refuse_bad_answer(response, host)
                return _read(response, deadline, size_limit)
        except FetchFailed:
            raise
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError, ValueError) as error:
            failed = _too_slow(host) if deadline.is_over else explain(error, host)
            logger.info("Posting to %s failed: %s (%s)", host, failed.code, type(error).__name__)
            raise failed from error


def _follow(
    session: requests.Session, url: str, headers: dict[str, str], deadline: Deadline, size_limit: int
) -> Fetched:
    asked, is_permanent = url, True
    for _hop in range(REDIRECT_LIMIT + 1):
        checked_scheme(url)
        response = session.get(url, headers=headers, stream=True, allow_redirects=False, timeout=deadline.left)
        with response:
            if response.status_code in REDIRECTS and "Location" in response.headers:
                is_permanent = is_permanent and response.status_code in PERMANENT
                url = urljoin(url, response.headers["Location"])
                continue
            moved_to = url if url != asked and is_permanent else ""
            if response.status_code == 304:
                return Fetched(url, moved_to=moved_to, is_unchanged=True)
            _refuse_bad_answer(response, urlsplit(url).hostname or "")
            return Fetched(
                url=url,
                content=_read(response, deadline, size_limit),
                content_type=response.headers.get("Content-Type", "")[:200],
                etag=response.headers.get("ETag", "")[:300],
                last_modified=response.headers.get("Last-Modified", "")[:100],
                moved_to=moved_to,
            )
    raise FetchFailed("redirects", _("The address leads from one address to the next without an end."), is_final=True)


def checked_scheme(url: str) -> None:
    """Raise FetchFailed unless `url` is a web address: http or https, with a host, without a password in it."""
    try:
        parts = urlsplit(url)
        is_sound = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        is_sound = False
    if not is_sound:
        raise FetchFailed("address", _("This is not an address on the web: it must start with https:// or http://."))
    if parts.username or parts.password:
        raise FetchFailed("address", _("An address with a password in it is not kept here."), is_final=True)


def _read(response: requests.Response, deadline: Deadline, size_limit: int) -> bytes:
    content = bytearray()
    # read1 gives what has arrived: read() and iter_content() wait for a whole chunk from a server that only drips.
    while data := response.raw.read1(CHUNK, decode_content=True):
        content += data
        if len(content) > size_limit:
            megabytes = size_limit / 1024 / 1024
            raise FetchFailed("too-big", _("It is larger than %(size).0f MB: no feed is.") % {"size": megabytes})
        if deadline.is_over:
            raise _too_slow(urlsplit(response.url).hostname or "")
    # A connection shut at the deadline looks like an end where no length was announced.
    if deadline.is_over:
        raise _too_slow(urlsplit(response.url).hostname or "")
    return bytes(content)


# --- What can go wrong, in words ----------------------------------------------------------------------------------


def _refuse_bad_answer(response: requests.Response, host: str) -> None:
    status = response.status_code
    values: dict[str, str | int] = {"host": host, "status": status}
    if status == 200:
        kind = response.headers.get("Content-Type", "").lower()
        if kind.startswith(NEVER_A_TEXT):
            raise FetchFailed(
                "kind", _("There is a file at this address (%(kind)s), not a feed.") % {"kind": kind[:60]}
            )
        return
    if status == 410:
        raise FetchFailed("gone", _("%(host)s says that this feed has been given up.") % values, is_final=True)
    if status == 404:
        raise FetchFailed("not-found", _("%(host)s has nothing at this address (404).") % values)
    if status in (401, 403, 407, 451):
        raise FetchFailed("forbidden", _("%(host)s does not let us read this address (%(status)s).") % values)
    if status in (429, 503):
        wait = seconds_to_wait(response.headers.get("Retry-After", ""), now=datetime.now(UTC))
        raise FetchFailed("busy", _("%(host)s asks us to come back later (%(status)s).") % values, retry_after=wait)
    raise FetchFailed("answer", _("%(host)s answered with an error (%(status)s).") % values)


def seconds_to_wait(retry_after: str, *, now: datetime) -> int:
    """Read a Retry-After header (RFC 9110 §10.2.3), seconds or a date; 0 where there is none, a week at most."""
    seconds = 0.0
    with suppress(ValueError, OverflowError, TypeError):
        text = retry_after.strip()
        if text.isascii() and text.isdigit():
            seconds = float(text)
        elif text:
            moment = parsedate_to_datetime(text)
            seconds = (moment.replace(tzinfo=moment.tzinfo or UTC) - now).total_seconds()
    return int(min(max(seconds, 0), 7 * 24 * 3600))


def _too_slow(host: str) -> FetchFailed:
    return FetchFailed("timeout", _("%(host)s took too long to answer.") % {"host": host})


def explain(error: Exception, host: str) -> FetchFailed:
    """Give the FetchFailed that tells a facilitator what `error` means."""
    values = {"host": host}
    kinds: list[tuple[type[Exception] | tuple[type[Exception], ...], str, str]] = [
        (InvalidIPAddress, "private", _("%(host)s is an address inside a private network; it is not read from here.")),
        (PortRefused, "port", _("%(host)s would have to be read through a port that is not the web's.")),
        (requests.exceptions.SSLError, "tls", _("The secure connection to %(host)s failed: its certificate is wrong.")),
        ((requests.Timeout, TimeoutError), "timeout", _("%(host)s took too long to answer.")),
        ((requests.exceptions.InvalidURL, UnicodeError), "address", _("This is not an address that can be read.")),
        (requests.exceptions.ContentDecodingError, "answer", _("What %(host)s sent is broken and cannot be unpacked.")),
        (urllib3.exceptions.DecodeError, "answer", _("What %(host)s sent is broken and cannot be unpacked.")),
    ]
    for kind, code, sentence in kinds:
        if isinstance(error, kind):
            return FetchFailed(code, sentence % values, is_final=code in ("private", "port", "address"))
    if isinstance(error.__cause__, socket.gaierror):
        return FetchFailed("no-host", _("There is no computer called %(host)s.") % values)
    return FetchFailed("connection", _("No connection to %(host)s could be made, or it broke off.") % values)
