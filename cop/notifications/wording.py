"""What one follows, in sentences."""

from django.utils.translation import gettext as _

from cop.notifications.followables import Thing
from cop.notifications.forms import WEEKDAYS, hour_choices
from cop.notifications.models import Pace, State, Subscriber, Subscription

__all__ = ["quiet_sentence", "sentence"]


def sentence(row: Subscription, thing: Thing) -> str:
    """Say what comes of a subscription, and how often."""
    if row.state != State.CONFIRMED:
        return _("Nothing comes from here.")
    reader = row.subscriber
    words = {"hour": dict(hour_choices())[reader.digest_hour], "day": dict(WEEKDAYS)[reader.digest_weekday]}
    if row.pace == Pace.DAILY:
        return _("What is new comes once a day, at %(hour)s, if there is anything.") % words
    if row.pace == Pace.WEEKLY:
        return _("What is new comes once a week, on %(day)s at %(hour)s, if there is anything.") % words
    if row.pace == Pace.BEAT:
        return _("One short mail comes at the start of each beat.")
    return _("No mail comes for now.") if row.pace == Pace.MUTED else _each(thing)


def _each(thing: Thing) -> str:
    return {
        "community": _("Each message comes at once, as from a mailing list."),
        "personal": _("Each mention of you and each answer to you comes at once, and questions you may know about."),
        "care": _("Each thing that needs care comes at once, and can be decided by answering; of many, one mail."),
        "forum": _("Each new topic comes at once."),
        "topic": _("Each reply comes at once; of many in a rush, one mail."),
        "tag": _("Each new topic and post with this tag comes at once."),
        "event": _("Each change comes at once."),
    }.get(thing.kind, _("Each post comes at once."))


def quiet_sentence(reader: Subscriber) -> str:
    """Say when no mail comes, or nothing."""
    if reader.quiet_from is None or reader.quiet_to is None:
        return ""
    hours = dict(hour_choices())
    words = {"start": hours[reader.quiet_from], "end": hours[reader.quiet_to], "zone": reader.timezone}
    return _("Nothing comes from %(start)s to %(end)s (%(zone)s).") % words
