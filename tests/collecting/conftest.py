"""Servers on loopback that misbehave, and the leave to read them."""

import socket
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from blogs.models import Blog
from blogs.sources import FeedSource, SourceUse
from members.models import Community


@pytest.fixture
def loopback_allowed(settings) -> None:
    """Feeds may come from 127.0.0.1, and from no other private address."""
    settings.FEED_ALLOWED_NETWORKS = ["127.0.0.1/32"]


@pytest.fixture
def raw_server() -> Iterator[Callable[..., str]]:
    """A function that starts a server which drips `lines`, `pause` seconds apart, and gives its address."""
    listeners: list[socket.socket] = []
    stop = threading.Event()

    def start(lines: list[bytes], *, pause: float = 0.05, times: int = 10_000) -> str:
        listener = socket.create_server(("127.0.0.1", 0))
        listeners.append(listener)
        threading.Thread(target=serve, args=(listener, lines, pause, times), daemon=True).start()
        return f"http://127.0.0.1:{listener.getsockname()[1]}/feed"

    def serve(listener: socket.socket, lines: list[bytes], pause: float, times: int) -> None:
        try:
            connection, _ = listener.accept()
            with connection:
                connection.recv(4096)
                connection.sendall(lines[0])
                for _ in range(times):
                    if stop.is_set():
                        return
                    connection.sendall(lines[-1])
                    time.sleep(pause)
        except OSError:
            return

    yield start
    stop.set()
    for listener in listeners:
        listener.close()


@pytest.fixture
def blog(community: Community) -> Blog:
    """A public blog that feeds fill."""
    return Blog.objects.create(community=community, name="Current awareness", slug="news")


@pytest.fixture
def use(blog: Blog, facilitator) -> SourceUse:
    """A journal that the blog publishes, a round-up per issue, everything from the beginning."""
    source = FeedSource.objects.create(url="https://journal.example/feed")
    return SourceUse.objects.create(
        blog=blog, source=source, mode="publish", grouping="issue", start="all", added_by=facilitator
    )
