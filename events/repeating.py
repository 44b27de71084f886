"""Recurrence as people say it: the few sentences of the form, and the rule that each becomes."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from cop.base.errors import Refused
from events import moments
from events.recurring import WEEKDAYS

CHOICES = [
    ("", gettext_lazy("once")),
    ("daily", gettext_lazy("every day")),
    ("workdays", gettext_lazy("every working day")),
    ("weekly", gettext_lazy("every week")),
    ("monthly-day", gettext_lazy("every month, on the same date")),
    ("monthly-weekday", gettext_lazy("every month, on the same weekday (for example the second Tuesday)")),
    ("monthly-last", gettext_lazy("every month, on the last such weekday")),
    ("yearly", gettext_lazy("every year")),
    ("kept", gettext_lazy("as it was imported")),
]
END_CHOICES = [
    ("never", gettext_lazy("not until somebody ends it")),
    ("on", gettext_lazy("on a day")),
    ("after", gettext_lazy("after a number of times")),
]
WEEKDAY_CHOICES = [
    ("MO", gettext_lazy("Monday")),
    ("TU", gettext_lazy("Tuesday")),
    ("WE", gettext_lazy("Wednesday")),
    ("TH", gettext_lazy("Thursday")),
    ("FR", gettext_lazy("Friday")),
    ("SA", gettext_lazy("Saturday")),
    ("SU", gettext_lazy("Sunday")),
]
WORKDAYS = "MO,TU,WE,TH,FR"
FREQUENCIES = {"daily": "DAILY", "workdays": "WEEKLY", "weekly": "WEEKLY", "yearly": "YEARLY"}


def rule_of(data: Mapping[str, Any]) -> str:
    """Give the rule that the form's answers come to; raise Refused where they contradict each other."""
    repeats = data.get("repeats", "")
    if not repeats:
        return ""
    if repeats == "kept":
        return str(data.get("kept_rule", ""))
    day = data["first_day"]
    parts = [f"FREQ={FREQUENCIES.get(repeats, 'MONTHLY')}"]
    if data.get("every") and data["every"] > 1:
        parts.append(f"INTERVAL={data['every']}")
    parts += _days(repeats, day, data.get("on_days") or [])
    return ";".join(parts + _end(data))


def _days(repeats: str, day: Any, chosen: list[str]) -> list[str]:
    weekday = WEEKDAYS[day.weekday()]
    if repeats == "workdays":
        return [f"BYDAY={WORKDAYS}"]
    if repeats == "weekly":
        days = {*chosen, weekday} if chosen else {weekday}
        return [f"BYDAY={','.join(name for name in WEEKDAYS if name in days)}"]
    if repeats == "monthly-weekday":
        number = (day.day - 1) // 7 + 1
        return [f"BYDAY={-1 if number == 5 else number}{weekday}"]
    if repeats == "monthly-last":
        return [f"BYDAY=-1{weekday}"]
    return [f"BYMONTHDAY={day.day}"] if repeats == "monthly-day" else []


def _end(data: Mapping[str, Any]) -> list[str]:
    ends = data.get("ends") or "never"
    if ends == "on":
        if not data.get("ends_on"):
            raise Refused(_("Say on which day the series ends."))
        if data["ends_on"] < data["first_day"]:
            raise Refused(_("The series ends before it begins. Choose a later last day."))
        return [f"UNTIL={data['ends_on']:%Y%m%d}T235959"]
    if ends == "after":
        if not data.get("ends_after"):
            raise Refused(_("Say after how many times the series ends."))
        return [f"COUNT={data['ends_after']}"]
    return []


def answers_of(rule: str, starts: datetime) -> dict[str, Any]:
    """Give the form's answers that come to a rule; “as it was imported” for one that the form cannot say."""
    if not rule:
        return {"repeats": "", "ends": "never", "every": 1}
    parts = dict(part.split("=", 1) for part in rule.split(";"))
    answers: dict[str, Any] = {"every": int(parts.get("INTERVAL", 1)), "ends": "never"}
    if "UNTIL" in parts:
        answers |= {"ends": "on", "ends_on": moments.read_slot(parts["UNTIL"]).date()}
    if "COUNT" in parts:
        answers |= {"ends": "after", "ends_after": int(parts["COUNT"])}
    for repeats, _label in CHOICES[1:-1]:
        days = parts.get("BYDAY", "").split(",") if repeats == "weekly" else []
        said = answers | {"repeats": repeats, "on_days": days, "first_day": starts.date()}
        if rule_of(said) == rule:
            return said
    return answers | {"repeats": "kept"}


def sentence(rule: str, starts: datetime) -> str:
    """Say a rule: “every other week on Monday and Thursday, until 3 May 2027”."""
    if not rule:
        return ""
    parts = dict(part.split("=", 1) for part in rule.split(";"))
    text = _frequency(parts) + _on(parts, starts)
    if "UNTIL" in parts:
        last = date_format(moments.read_slot(parts["UNTIL"]), "DATE_FORMAT")
        return _("%(series)s, until %(day)s") % {"series": text, "day": last}
    if "COUNT" in parts:
        count = int(parts["COUNT"])
        return ngettext("%(series)s, once", "%(series)s, %(count)d times", count) % {"series": text, "count": count}
    return text


def _frequency(parts: Mapping[str, str]) -> str:
    every = int(parts.get("INTERVAL", 1))
    words = {
        "DAILY": ngettext("every day", "every %(every)d days", every),
        "WEEKLY": ngettext("every week", "every %(every)d weeks", every),
        "MONTHLY": ngettext("every month", "every %(every)d months", every),
        "YEARLY": ngettext("every year", "every %(every)d years", every),
    }
    text = words[parts["FREQ"]]
    return text % {"every": every} if every > 1 else text


def _on(parts: Mapping[str, str], starts: datetime) -> str:
    names = dict(WEEKDAY_CHOICES)
    if parts.get("BYDAY") == WORKDAYS:
        return " " + _("from Monday to Friday")
    ordinals = {1: _("first"), 2: _("second"), 3: _("third"), 4: _("fourth"), -1: _("last")}
    said = []
    for day in parts.get("BYDAY", "").split(",") if parts.get("BYDAY") else []:
        found = re.fullmatch(r"([+-]?\d+)?(\w\w)", day)
        if found and found[2] in names:
            ordinal = ordinals.get(int(found[1])) if found[1] else ""
            said.append(f"{ordinal} {names[found[2]]}".strip() if ordinal is not None else day)
    if said:
        return " " + _("on %(days)s") % {
            "days": _(" and ").join([", ".join(said[:-1]), said[-1]] if said[1:] else said)
        }
    if parts["FREQ"] == "MONTHLY":
        return " " + _("on the %(day)s") % {"day": date_format(starts, "jS")}
    return ""
