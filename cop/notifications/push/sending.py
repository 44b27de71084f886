"""Telling devices what is due: asked again at the last moment whether it still is news, and still wanted."""

import hashlib
import json
import logging
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db.models import Q
from django.utils import timezone, translation
from django.utils.translation import ngettext

from cop.base.fetching import FetchFailed, post
from cop.base.links import absolute
from cop.notifications.models import Subscriber
from cop.notifications.notice_models import PERSONAL, Notification
from cop.notifications.push import sealing
from cop.notifications.push.models import Device, Push
from cop.notifications.quiet_hours import quiet_until

logger = logging.getLogger(__name__)

AT_ONCE = 200
CONNECTIONS = 8
TIME_LIMIT = 10.0
LEASE = timedelta(minutes=5)
# After this nobody wants to be told any more, and the push service needs not keep it longer either.
STALE = timedelta(days=1)
BACK_OFF = (timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1), timedelta(hours=6))
NEVER = datetime.max.replace(tzinfo=UTC)
GONE = (404, 410)
# So often may a push service say that it does not know us before we believe it.
MOST_FAILURES = 5
TITLE_LENGTH = 200


@dataclass(frozen=True)
class Parcel:
    """What one device is told of one thing: the rows that it is for, the sealed words, and their headers."""

    device: Device
    rows: list[Push]
    body: bytes
    headers: dict[str, str]


def send_due(at: datetime | None = None) -> int:
    """Tell devices what is due; give how many pushes a push service took."""
    at = at or timezone.now()
    parcels = list(_parcels(_claimed(at), at))
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        return sum(map(_note, parcels, pool.map(_hand_over, parcels)))


def _claimed(at: datetime) -> list[Push]:
    """Take what is due in hand for a while, so that no two workers do."""
    due = Push.objects.filter(due_at__lte=at).order_by("due_at", "pk").values_list("pk", flat=True)[:AT_ONCE]
    ids = [pk for pk in due if Push.objects.filter(pk=pk, due_at__lte=at).update(due_at=at + LEASE)]
    return list(Push.objects.filter(pk__in=ids).select_related("device__user").order_by("pk"))


def _parcels(rows: list[Push], at: datetime) -> Iterator[Parcel]:
    """Give what is still to be told, what is said of one thing in one; what is not goes."""
    devices = Device.objects.filter(pk__in={row.device_id for row in rows})
    signed_in = set(devices.signed_in(at).values_list("pk", flat=True))
    by_user: dict[int, list[Push]] = defaultdict(list)
    for row in rows:
        by_user[row.device.user_id].append(row)
    for own in by_user.values():
        user = own[0].device.user
        told = Notification.objects.visible_to(user).unread().filter(pk__in={row.notification_id for row in own})
        news = told.in_bulk() if user.is_active else {}
        until = _silent_until(user.pk, at)
        wanted = [row for row in own if row.notification_id in news and row.device_id in signed_in]
        wanted = [row for row in wanted if news[row.notification_id].at > at - STALE and until != NEVER]
        Push.objects.filter(pk__in={row.pk for row in own} - {row.pk for row in wanted}).delete()
        if until and wanted:
            Push.objects.filter(pk__in={row.pk for row in wanted}).update(due_at=until)
            continue
        by_thing: dict[tuple[int, str, int], list[Push]] = defaultdict(list)
        for row in wanted:
            one = news[row.notification_id]
            by_thing[row.device_id, one.about_kind, one.about_id].append(row)
        for group in by_thing.values():
            yield _parcel(group, [news[row.notification_id] for row in group])


def _silent_until(user_id: int, at: datetime) -> datetime | None:
    """Give until when somebody wants to hear nothing: the end of their quiet hours; None where they may be told now.

    Whoever paused all is told nothing of what happens meanwhile.
    """
    subscribers = list(Subscriber.objects.filter(user=user_id))
    if any(one.paused_until and one.paused_until > at for one in subscribers):
        return NEVER
    ends = [
        quiet_until(at, zone=one.timezone, first=one.quiet_from, last=one.quiet_to)
        for one in subscribers
        if one.quiet_from is not None and one.quiet_to is not None
    ]
    return max((end for end in ends if end), default=None)


def _parcel(rows: list[Push], news: list[Notification]) -> Parcel:
    """Seal a title and a link, which is all that a stranger's machine and a locked screen get to hold."""
    device, newest = rows[0].device, news[-1]
    activity = newest.activity
    title = activity.title
    if len(news) > 1:
        with translation.override(device.user.language):
            words = ngettext("%(count)d new in “%(title)s”", "%(count)d new in “%(title)s”", len(news))
            title = words % {"count": len(news), "title": activity.title}
    said = json.dumps({"title": title[:TITLE_LENGTH], "url": absolute(news[0].activity.url)}, ensure_ascii=False)
    topic = hashlib.sha256(f"{newest.about_kind}-{newest.about_id}".encode()).hexdigest()[:32]
    headers = {
        "Content-Type": "application/octet-stream",
        "Content-Encoding": "aes128gcm",
        "TTL": str(int(STALE.total_seconds())),
        # What was not shown yet of the same thing is replaced.
        "Topic": topic,
        "Urgency": "high" if any(one.reason in PERSONAL for one in news) else "normal",
        "Authorization": sealing.vouching(device.endpoint),
    }
    body = sealing.seal(said.encode(), public_key=device.public_key, secret=device.secret)
    return Parcel(device, rows, body, headers)


def _hand_over(parcel: Parcel) -> tuple[int, int]:
    """Give the push service's answer, and for how many seconds it wants to be left alone; 0 where it gave none."""
    try:
        return post(parcel.device.endpoint, parcel.body, headers=parcel.headers, time_limit=TIME_LIMIT)
    except FetchFailed as failed:
        logger.info("A push service did not take a push: %s", failed.code)
        # An address that we must not ask will not become another.
        return (GONE[0] if failed.is_final else 0), 0


def _note(parcel: Parcel, answer: tuple[int, int]) -> bool:
    """Write down what an answer means; tell whether the push was taken."""
    status, seconds = answer
    rows = Push.objects.filter(pk__in=[row.pk for row in parcel.rows])
    device = Device.objects.filter(pk=parcel.device.pk)
    if status in GONE:
        device.delete()
        return False
    attempts = parcel.rows[0].attempts
    is_later = status in (0, 408, 429) or status >= 500
    if is_later and attempts < len(BACK_OFF):
        wait = max(BACK_OFF[attempts], timedelta(seconds=seconds))
        rows.update(due_at=timezone.now() + wait, attempts=attempts + 1)
        return False
    rows.delete()
    if 200 <= status < 300:
        device.filter(~Q(failures=0)).update(failures=0)
        return True
    if not is_later:
        logger.warning("A push service refused a push with %s", status)
        device.update(failures=parcel.device.failures + 1)
        device.filter(failures__gte=MOST_FAILURES).delete()
    return False
