"""Looked for as an adversary would: after an account is closed, each cell of the database and each file is read.

What stays has a reason, and stands in docs/privacy.md.
"""

import base64
import re
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings as configured
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.cache import caches
from django.db import connection
from django.utils import timezone

from cop.home.models import SetUp
from cop.letters import sending
from cop.mail.incoming_models import IncomingMessage
from cop.mail.models import Mailing
from cop.moderation.action_models import ModerationAction
from cop.notifications.rhythm_models import Beat
from cop.privacy import recording
from cop.privacy.models import What
from discussions.held_models import HeldText
from discussions.topic_views import quoted
from members.closing_models import Choice
from members.invitation_models import Invitation
from members.models import Membership
from members.standing_models import StandingChange
from tests.factories import MembershipFactory
from tests.privacy.test_leaving_for_good import NAME, WORDS, _files, leave, life, zelda  # noqa: F401 - fixtures

SECOND = "quixotic@example.net"


@pytest.fixture
def wider_life(life, zelda, community, facilitator):  # noqa: F811
    """What others, and the machinery, hold of Zelda besides."""
    EmailAddress.objects.create(user=zelda, email=SECOND, verified=True)
    hers, topic = life["hers"], life["topic"]
    membership = Membership.objects.get(user=zelda, community=community)
    open_until = {"expires_at": timezone.now() + timedelta(days=7)}
    for address in (zelda.email, SECOND):
        Invitation.objects.create(
            community=community,
            email=address,
            invited_by=facilitator,
            token=f"t{len(address)}",
            message=f"Dear {NAME}",
            **open_until,
        )
    friend = MembershipFactory(community=community).user
    Invitation.objects.create(
        community=community,
        email="friend@example.net",
        invited_by=zelda,
        token="t2",
        message=f"{WORDS} hello, Zelda",
        **open_until,
    )
    StandingChange.objects.create(community=community, user=zelda, by=zelda, what="left", reason=f"{WORDS} reasons")
    sending.switch(community, is_on=True)
    sending.write(community, to=friend, body=f"{WORDS} in private, yours", by=zelda)
    HeldText.objects.create(
        community=community,
        author=facilitator,
        topic=topic,
        body=f"{quoted(hers)}As @Zelda.Quix says",
        why="new",
        via="web",
    )
    HeldText.objects.create(community=community, author=zelda, topic=topic, body=f"{WORDS} held", why="new", via="web")
    ModerationAction.objects.create(
        what="hidden", kind="reply", thing_id=life["quoting"].pk, title="Offprints", community=community,
        passage=f"{NAME} wrote: My {WORDS} second words\n\nSo true, @Zelda.Quix!",
        about=friend, by=facilitator, office="facilitator",
    )  # fmt: skip
    for model, shown in ((Membership, f"{NAME} in Library Team"), (EmailAddress, zelda.email)):
        LogEntry.objects.create(
            user=facilitator,
            content_type=ContentType.objects.get_for_model(model),
            object_id="1",
            object_repr=shown,
            action_flag=2,
            change_message=f"Changed name of {NAME}",
        )
    SetUp.objects.create(by=facilitator, community=community, answers={"name": "Library Team", "email": zelda.email})
    recording.record(What.MODERATED, by=facilitator, about=zelda, community=community, detail=f"Suspended {NAME}")
    Beat.objects.create(
        community=community, name="Monday", due_at=timezone.now(), covers_until=timezone.now(), state="sent",
        happened=f"{WORDS} and more", happened_by=zelda,
    )  # fmt: skip
    going = Mailing.objects.create(
        name="reply", dedupe_key="going", subject=f"{NAME} answered", source=f"{NAME}: {WORDS}".encode(), sender="x",
        state="sending",
    )  # fmt: skip
    raw = EmailMessage()
    raw["From"], raw["Subject"] = f"{NAME} <{zelda.email}>", WORDS
    raw.set_content(f"{WORDS} by {NAME}", cte="base64")
    IncomingMessage.objects.create(raw=bytes(raw), digest="2", sender=SECOND, state="done")
    return life | {"going": going, "membership": membership}


def texts_of(value: object) -> str:
    """Give what somebody who looks would read in a cell: as it is, and what base64 hides in it."""
    text = bytes(value).decode("utf-8", "replace") if isinstance(value, bytes | memoryview) else str(value)
    for part in re.findall(r"[A-Za-z0-9+/]{24,}={0,2}", text):
        try:
            text += base64.b64decode(part + "=" * (-len(part) % 4)).decode("utf-8", "replace")
        except ValueError:
            continue
    return text.casefold()


def left_of(*traces: str) -> set[str]:
    """Read each cell of each table there is, whoever made it, each file's name and content, and the caches."""
    found = set()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608 - its own tables
            names = [column[0] for column in cursor.description]
            for row in cursor.fetchall():
                for name, value in zip(names, row, strict=True):
                    if value is not None and any(trace.casefold() in texts_of(value) for trace in traces):
                        found.add(f"{table}.{name}")
    for path in Path(configured.MEDIA_ROOT).rglob("*"):
        if path.is_file() and any(trace.casefold() in f"{path} {texts_of(path.read_bytes())}" for trace in traces):
            found.add(f"file {path.name}")
    for alias in caches:
        kept = getattr(caches[alias], "_cache", None)
        found |= {
            f"cache {key}"
            for key in (kept if isinstance(kept, dict) else ())
            if any(trace.casefold() in texts_of(key) for trace in traces)
        }
    return found


TRACES = ("Zelda", "Quix", SECOND)


def test_without_a_name_it_stands_in_no_cell_and_no_file(wider_life, zelda, facilitator):  # noqa: F811
    leave(zelda, Choice.HIDE)
    assert left_of(*TRACES, "zelda@example.org") == set()


def test_removed_its_words_stand_in_no_cell_either(wider_life, zelda):  # noqa: F811
    leave(zelda, Choice.REMOVE)
    assert left_of(*TRACES, "zelda@example.org") == set()
    assert left_of(WORDS) == set()


def test_under_the_name_no_address_is_left(wider_life, zelda):  # noqa: F811
    leave(zelda, Choice.KEEP)
    assert left_of("zelda@example.org", SECOND) == set()
