"""Connections to strangers: only to addresses that were checked, and shut when their time is over.

A name is resolved once for each hop and the connection goes to the address that was checked (requests-hardened), so a
name that answers differently a moment later (DNS rebinding) gains nothing.
"""

import ipaddress
import socket
import threading
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from typing import Any, cast
from urllib.parse import urlsplit

import requests
from django.conf import settings
from requests.adapters import HTTPAdapter
from requests_hardened.ip_filter import InvalidIPAddress
from requests_hardened.ip_filter_adapter import IPFilterAdapter

CONNECT_LIMIT = 8.0  # seconds
# All that IPv6 has given out (RFC 4291 §2.4); Python calls global what is merely unassigned, ::127.0.0.1 for one.
GLOBAL_UNICAST = ipaddress.ip_network("2000::/3")


class PortRefused(requests.RequestException):
    """The address is public, the port is not one of the web's."""


class Deadline:
    """Shuts the connections of one fetch when its time is over, whatever they wait for: a greeting, a header, a byte.

    A timeout on reads alone never ends where a server sends one byte now and then.
    """

    def __init__(self, seconds: float) -> None:
        self._ends = time.monotonic() + seconds
        self._sockets: list[socket.socket] = []
        self._lock = threading.Lock()
        self._timer = threading.Timer(seconds, self._shut)
        self._timer.daemon = True
        self._timer.start()

    @property
    def is_over(self) -> bool:
        return time.monotonic() >= self._ends

    @property
    def left(self) -> tuple[float, float]:
        """Seconds for connecting and for each read, as requests wants them."""
        left = max(self._ends - time.monotonic(), 0.001)
        return min(left, CONNECT_LIMIT), left

    def watch(self, connection: socket.socket) -> None:
        """Keep a second handle on `connection`: TLS takes the first one over."""
        with self._lock:
            self._sockets.append(connection.dup())

    def close(self) -> None:
        self._timer.cancel()
        with self._lock:
            for connection in self._sockets:
                connection.close()
            self._sockets.clear()

    def _shut(self) -> None:
        with self._lock:
            for connection in self._sockets:
                with suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)


@contextmanager
def deadline_of(seconds: float) -> Iterator[Deadline]:
    deadline = Deadline(seconds)
    try:
        yield deadline
    finally:
        deadline.close()


@contextmanager
def session_under(deadline: Deadline, *, trusted: Collection[str] = ()) -> Iterator[requests.Session]:
    """Give a session that ends with `deadline`; `trusted` are hosts that the operator named, wherever they are."""
    with requests.Session() as session:
        # No proxy, no .netrc: the check below must see the address that is connected to.
        session.trust_env = False
        session.mount("http://", CheckedAdapter(deadline, trusted, is_https_proto=False))
        session.mount("https://", CheckedAdapter(deadline, trusted, is_https_proto=True))
        yield session


class CheckedAdapter(IPFilterAdapter):
    """Connects only to addresses that may be read, and under a deadline."""

    def __init__(self, deadline: Deadline, trusted: Collection[str], *, is_https_proto: bool) -> None:
        self._deadline, self._trusted = deadline, trusted
        super().__init__(is_https_proto=is_https_proto)

    def build_connection_pool_key_attributes(
        self,
        request: requests.PreparedRequest,
        verify: bool | str,
        cert: str | tuple[str, str] | None = None,
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        if urlsplit(str(request.url)).hostname in self._trusted:
            return cast(
                tuple[dict[str, Any], dict[str, Any]],
                HTTPAdapter.build_connection_pool_key_attributes(self, request, verify, cert),
            )
        try:
            host_params, pool_kwargs = super().build_connection_pool_key_attributes(request, verify, cert)
        except InvalidIPAddress as refused:
            address = refused.args[0]
            if not is_allowed(address):
                raise
            host_params, pool_kwargs = cast(
                tuple[dict[str, Any], dict[str, Any]],
                HTTPAdapter.build_connection_pool_key_attributes(self, request, verify, cert),
            )
            if self._is_https_proto:
                pool_kwargs |= {"assert_hostname": host_params["host"], "server_hostname": host_params["host"]}
            host_params["host"] = f"[{address}]" if address.version == 6 else str(address)
            return host_params, pool_kwargs
        address = ipaddress.ip_address(host_params["host"].strip("[]"))
        if not address.is_global or (address.version == 6 and address not in GLOBAL_UNICAST):
            raise InvalidIPAddress(address)
        if host_params["port"] not in (None, *settings.FEED_PORTS):
            raise PortRefused(host_params["port"])
        return host_params, pool_kwargs

    def get_connection_with_tls_context(self, *args: Any, **kwargs: Any) -> Any:
        pool = super().get_connection_with_tls_context(*args, **kwargs)
        pool.ConnectionCls = watched(pool.ConnectionCls, self._deadline.watch)
        return pool


def is_allowed(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    """Whether the site's operator lets feeds come from `address` although it is private."""
    return any(address in ipaddress.ip_network(network) for network in settings.FEED_ALLOWED_NETWORKS)


def watched(connection_class: type, watch: Callable[[socket.socket], None]) -> type:
    """Give a urllib3 connection class that shows each new socket to `watch`, before TLS begins on it."""

    class Watched(connection_class):
        def _new_conn(self) -> socket.socket:
            connection = super()._new_conn()
            watch(connection)
            return cast(socket.socket, connection)

    return Watched
