"""Limits count by name and by who asks; proxies are believed only as far as they are trusted."""

import pytest
from django.test import RequestFactory

from cop.base.limits import network_of, within_limit


def times_let_in(who: str, *, tries: int) -> int:
    return sum(within_limit("knocking", who, times=3, seconds=60) for _try in range(tries))


def test_the_fourth_knock_is_one_too_many():
    assert times_let_in("198.51.100.7", tries=5) == 3


def test_each_visitor_has_a_limit_of_their_own():
    times_let_in("198.51.100.7", tries=5)
    assert times_let_in("198.51.100.8", tries=2) == 2


def test_limits_of_another_name_are_counted_apart():
    times_let_in("198.51.100.7", tries=5)
    assert within_limit("asking", "198.51.100.7", times=1, seconds=60)


def test_a_cache_that_does_not_answer_stops_nobody(settings):
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": "unix:///nowhere/valkey.sock",
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
