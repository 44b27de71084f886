"""Limits count by name and by who asks; proxies are believed only as far as they are trusted."""

import time

import pytest
from django.test import RequestFactory

from cop.base.limits import Limit, first_over, network_of, within_limit
from cop.settings import CACHES


def times_let_in(who: str, *, tries: int, seconds: int = 60) -> int:
    return sum(within_limit("knocking", who, times=3, seconds=seconds) for _try in range(tries))


def test_the_fourth_knock_is_one_too_many():
    assert times_let_in("198.51.100.7", tries=5) == 3


def test_each_visitor_has_a_limit_of_their_own():
    times_let_in("198.51.100.7", tries=5)
    assert times_let_in("198.51.100.8", tries=2) == 2


def test_limits_of_another_name_are_counted_apart():
    times_let_in("198.51.100.7", tries=5)
    assert within_limit("asking", "198.51.100.7", times=1, seconds=60)


def test_what_is_over_one_limit_uses_up_nothing_of_the_next():
    def knock() -> str:
        limits = [Limit("knocking", "a", times=2, seconds=60), Limit("knocking-all-day", "a", times=3, seconds=3600)]
        over = first_over(limits)
        return over.name if over else ""

    assert [knock() for _try in range(4)] == ["", "", "knocking", "knocking"]
    assert within_limit("knocking-all-day", "a", times=3, seconds=3600)


def test_a_count_starts_anew_when_its_time_is_over():
    assert times_let_in("198.51.100.7", tries=4, seconds=1) == 3
    time.sleep(1.1)
    assert times_let_in("198.51.100.7", tries=4, seconds=1) == 3


@pytest.mark.parametrize("backend", ["django.core.cache.backends.redis.RedisCache", "cop.base.counting.CountingCache"])
def test_a_cache_that_does_not_answer_stops_nobody(settings, backend):
    settings.CACHES = {
        "default": {
            "BACKEND": backend,
            "LOCATION": "unix:///nowhere/valkey.sock",
            "OPTIONS": CACHES["default"]["OPTIONS"],
        }
    }
    assert times_let_in("198.51.100.7", tries=5) == 5


@pytest.mark.parametrize(
    ("proxies", "hops", "network"),
    [
        (0, "203.0.113.9", "127.0.0.1"),
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "10.1.1.1, 203.0.113.9", "203.0.113.9"),
        (2, "203.0.113.9, 10.0.0.2", "203.0.113.9"),
        (2, "203.0.113.9", "127.0.0.1"),
        (1, "", "127.0.0.1"),
    ],
)
def test_only_trusted_proxies_say_who_asks(settings, proxies, hops, network):
    settings.TRUSTED_PROXY_COUNT = proxies
    request = RequestFactory().get("/", headers={"X-Forwarded-For": hops})
    assert network_of(request) == network
