"""The names of time zones that this machine knows."""

import zoneinfo
from functools import cache


@cache
def zone_names() -> frozenset[str]:
    """Give the names of all time zones; Python's own list walks over hundreds of files each time it is asked for."""
    return frozenset(zoneinfo.available_timezones())
