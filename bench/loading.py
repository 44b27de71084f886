"""A load of GETs over a few kept connections on the loopback address, counted and bounded in time."""

import http.client
import threading
import time
from dataclasses import dataclass
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Load:
    """What came of a load: pages a second, the bytes of one page, and the first status that was not 200, or 0."""

    rate: float
    size: int
    wrong: int


def load(url: str, *, connections: int = 4, seconds: float = 4.0, headers: dict[str, str] | None = None) -> Load:
    """GET `url` over kept connections for some seconds; give the rate."""
    until = time.monotonic() + seconds
    counts, sizes, wrong = [0] * connections, [0] * connections, [0] * connections

    def run(number: int) -> None:
        place = urlsplit(url)
        connection = http.client.HTTPConnection(place.hostname or "127.0.0.1", place.port, timeout=30)
        target = f"{place.path}?{place.query}" if place.query else place.path
        while time.monotonic() < until:
            connection.request("GET", target, headers=headers or {})
            answer = connection.getresponse()
            sizes[number] = len(answer.read())
            if answer.status != 200:
                wrong[number] = answer.status
            counts[number] += 1
        connection.close()

    started = time.monotonic()
    threads = [threading.Thread(target=run, args=(number,)) for number in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Load(sum(counts) / (time.monotonic() - started), max(sizes), max(wrong))
