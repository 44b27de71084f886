"""How somebody without an account hears what became of their flag: on a page that only they can find, and by mail.

An address gets one mail that asks whether it is theirs, and the answer only after a button in it was pressed; then it
is forgotten. The page says no more of a thing than whoever looks may read of it at that moment.
"""

import secrets
from datetime import timedelta

from django.core import signing
from django.utils import timezone

from cop.base.limits import within_limit
from cop.base.links import absolute_url
from cop.mail import outbox
from cop.moderation import things
from cop.moderation.flag_models import Flag
from cop.moderation.things import Thing
from cop.notifications.models import Subscriber
from members.audiences import Reader

SALT = "cop.moderation.hearing"
DAYS_OPEN = 14
MAILS_A_DAY = 3
DAY = 86400


def new_code() -> str:
    """Give the secret of a flag's page."""
    return secrets.token_urlsafe(32)


def ask(flag: Flag) -> bool:
    """Mail a visitor's address a button; tell whether it gets one. Call it in the transaction that keeps the flag.

    What wants no mail, or was asked often today, gets none, and nobody is told which.
    """
    address = flag.address
    if Subscriber.objects.filter(address=address, suppressed_at__isnull=False).exists():
        return False
    if not within_limit("flag-address", address, times=MAILS_A_DAY, seconds=DAY):
        return False
    community = flag.community
    outbox.send(
        "flag_confirm",
        to=address,
        dedupe_key=f"flag-confirm:{flag.pk}",
        context={
            "community": community,
            "accent": community.accent,
            "days": DAYS_OPEN,
            "url": absolute_url("moderation:flag-hear", signing.dumps(flag.pk, salt=SALT)),
        },
        language=community.language,
    )
    return True


def asked(token: str) -> Flag | None:
    """Give the flag that a mailed link is about; None for a link that is old or broken. A flag has one address ever."""
    try:
        number = signing.loads(token, salt=SALT, max_age=timedelta(days=DAYS_OPEN))
    except signing.BadSignature:
        return None
    return Flag.objects.filter(pk=number, by=None).exclude(code=None).first()


def confirm(flag: Flag) -> None:
    """Let its address hear what becomes of a flag; where that is decided, its page says it. Twice is once."""
    now = timezone.now()
    waiting = Flag.objects.filter(pk=flag.pk, decided_at=None, confirmed_at=None).exclude(address="")
    waiting.update(confirmed_at=now, updated_at=now)


def flag_of(code: str) -> Flag | None:
    """Give the flag of a secret page."""
    return Flag.objects.select_related("community").filter(code=code).first() if code else None


def thing_seen(flag: Flag, reader: Reader) -> Thing | None:
    """Give what was flagged, as it is now, to whoever may read it now."""
    kind = things.kinds.get(flag.kind)
    return kind.see(flag.thing_id, reader) if kind else None
