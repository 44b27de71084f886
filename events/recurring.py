"""Rules of recurrence (RFC 5545, 3.3.10), checked before they are kept and never followed further than asked."""

import re
from collections.abc import Iterator
from datetime import datetime
from itertools import islice

from dateutil.rrule import rrulestr
from django.utils.translation import gettext as _

from cop.base.errors import Refused
from events import moments

KEPT_FREQUENCIES = ("YEARLY", "MONTHLY", "WEEKLY", "DAILY")
INTERVAL_MOST = 1000
LENGTH_MOST = 500
# The Gregorian calendar repeats itself after 400 years, weekdays included. A rule that never comes true is looked for
# until the last year that Python knows: moved near to it, that is four centuries instead of eighty.
CYCLE = 400
LAST_YEAR = 9999
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
PART = re.compile(r"[A-Z-]+=[A-Za-z0-9,+-]+")


def check_rule(text: str, *, zone: str = "UTC") -> str:
    """Give a rule as it is kept: without RRULE:, in capitals, an UNTIL in UTC turned into wall time of `zone`.

    Raises Refused for what is no rule, and for rules by the hour, minute or second, which no meeting follows.
    """
    rule = text.strip().upper().removeprefix("RRULE:").rstrip(";")
    parts = dict(part.split("=", 1) for part in rule.split(";") if PART.fullmatch(part))
    if len(rule) > LENGTH_MOST or len(parts) != len(rule.split(";")):
        raise Refused(_("This recurrence cannot be read."))
    if parts.get("FREQ") not in KEPT_FREQUENCIES:
        raise Refused(_("An event can recur by the day, week, month or year, not more often."))
    _check_numbers(parts)
    if "UNTIL" in parts:
        parts["UNTIL"] = _wall_until(parts["UNTIL"], zone)
    parts.pop("X-WKST", None)
    rule = ";".join(f"{name}={value}" for name, value in parts.items())
    try:
        rrulestr(rule, dtstart=datetime(2024, 1, 1))
    except (ValueError, TypeError, IndexError, AttributeError, KeyError) as error:
        raise Refused(_("This recurrence cannot be read.")) from error
    return rule


def _check_numbers(parts: dict[str, str]) -> None:
    for name, most in (("INTERVAL", INTERVAL_MOST), ("COUNT", 10**6)):
        value = parts.get(name, "1")
        if not (value.isdecimal() and len(value) < 10 and 1 <= int(value) <= most):
            raise Refused(_("This recurrence cannot be read."))
    if parts.get("COUNT") and "UNTIL" in parts:
        raise Refused(_("An event recurs a number of times or until a day, not both."))


def _wall_until(until: str, zone: str) -> str:
    """Give the last moment of a rule as wall time; a date alone means the whole of that day."""
    try:
        if until.endswith("Z"):
            moment = datetime.strptime(until, "%Y%m%dT%H%M%SZ")
            return moments.to_wall(moment.replace(tzinfo=moments.zone_of("UTC")), zone).strftime(moments.SLOT_TIME)
        return moments.read_slot(until).strftime(moments.SLOT_TIME) if "T" in until else f"{until}T235959"
    except (ValueError, OverflowError) as error:
        raise Refused(_("This recurrence cannot be read.")) from error


def instances(rule: str, start: datetime) -> Iterator[datetime]:
    """Give the wall times of a checked rule that begins at `start`, in order, one by one: it may have no end."""
    shift = (LAST_YEAR - start.year - CYCLE) // CYCLE * CYCLE if _may_be_empty(rule) else 0
    for moment in rrulestr(_shifted(_with_day(rule, start), shift), dtstart=_in_year(start, start.year + shift)):
        yield _in_year(moment, moment.year - shift)


def first_instances(rule: str, start: datetime, most: int) -> list[datetime]:
    """Give the first few wall times of a rule."""
    return list(islice(instances(rule, start), most))


def is_endless(rule: str) -> bool:
    """Whether a rule says neither how often nor until when."""
    return bool(rule) and "COUNT=" not in rule and "UNTIL=" not in rule


def ended_before(rule: str, start: datetime, moment: datetime) -> str:
    """Give the rule that ends before `moment` (wall time): a count becomes a last day."""
    before = None
    for found in instances(rule, start):
        if found >= moment:
            break
        before = found
    kept = [part for part in rule.split(";") if not part.startswith(("COUNT=", "UNTIL="))]
    return ";".join([*kept, f"UNTIL={(before or start).strftime(moments.SLOT_TIME)}"])


def counted_from(rule: str, start: datetime, moment: datetime) -> str:
    """Give the rule as it goes on from `moment`: of a count, what is left."""
    count = re.search(r"COUNT=(\d+)", rule)
    if not count:
        return rule
    past = 0
    for found in instances(rule, start):
        if found >= moment:
            break
        past += 1
    return rule.replace(count[0], f"COUNT={max(1, int(count[1]) - past)}")


def _may_be_empty(rule: str) -> bool:
    """Whether a rule's parts can contradict each other, as the 31st of February does."""
    return sum(part.split("=")[0] in ("BYMONTH", "BYMONTHDAY", "BYYEARDAY", "BYWEEKNO", "BYDAY", "BYSETPOS")
               for part in rule.split(";")) > 1  # fmt: skip


def _with_day(rule: str, start: datetime) -> str:
    """Say the weekday where a rule names weeks alone: it is the first day's (RFC 5545, 3.3.10), not all seven."""
    if "BYWEEKNO=" not in rule or "DAY=" in rule or "FREQ=YEARLY" not in rule:
        return rule
    return f"{rule};BYDAY={WEEKDAYS[start.weekday()]}"


def _shifted(rule: str, years: int) -> str:
    return re.sub(r"UNTIL=(\d{4})", lambda found: f"UNTIL={min(LAST_YEAR, int(found[1]) + years):04d}", rule)


def _in_year(moment: datetime, year: int) -> datetime:
    return moment.replace(year=year)
