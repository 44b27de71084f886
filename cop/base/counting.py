"""The cache on Redis or Valkey, which counts everything that is limited by one command.

Django's own would send three for each limit and make a client object for each of them: a form that somebody sends is
counted four times over, so that a tenth of its time went there.
"""

from collections.abc import Sequence
from functools import cached_property
from typing import Any, cast

from django.core.cache.backends.redis import RedisCache, RedisCacheClient

# Counts up one key after the other, each for as long as it says, and stops at the first that is over its most.
COUNT_UP = """
for number, key in ipairs(KEYS) do
  redis.call('SET', key, 0, 'EX', ARGV[number * 2 - 1], 'NX')
  if redis.call('INCR', key) > tonumber(ARGV[number * 2]) then return number - 1 end
end
return false
"""


class CountingClient(RedisCacheClient):
    """Keeps its client objects, and counts up."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._kept: dict[bool, Any] = {}

    def get_client(self, key: Any = None, *, write: bool = False) -> Any:
        """Give the client that reads, or the one that writes: the same each time."""
        if write not in self._kept:
            self._kept[write] = super().get_client(key, write=write)
        return self._kept[write]

    @cached_property
    def _count_up(self) -> Any:
        return self.get_client(write=True).register_script(COUNT_UP)

    def first_over(self, counted: Sequence[tuple[str, int, int]]) -> int | None:
        """Count up; `counted` are keys, for how many seconds each counts, and the most that is allowed."""
        numbers = [number for _key, seconds, most in counted for number in (seconds, most)]
        found: int | None = self._count_up(keys=[key for key, _seconds, _most in counted], args=numbers)
        return found


class CountingCache(RedisCache):
    """Django's cache on Redis, with `first_over`."""

    def __init__(self, server: Any, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._class = CountingClient

    def first_over(self, counted: Sequence[tuple[str, int, int]]) -> int | None:
        """Count one more of each until one is over its most; give which that is. See `cop.base.limits`."""
        named = [(self.make_and_validate_key(key), seconds, most) for key, seconds, most in counted]
        return cast(CountingClient, self._cache).first_over(named)
