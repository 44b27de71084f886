"""A mail server that can fail, and mailings to send to it."""

import copy
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from django.db.models import CharField, F, QuerySet, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone

from cop.mail import outbox
from cop.mail.models import Delivery, Mailing, RelayPause
from members.models import User
from tests.mail.smtp_sink import Faults, Sink


@pytest.fixture(autouse=True)
def _letters(settings):
    """Let tests compose the templates of tests/mail/templates."""
    engine, *others = copy.deepcopy(settings.TEMPLATES)
    settings.TEMPLATES = [{**engine, "DIRS": [*engine["DIRS"], Path(__file__).parent / "templates"]}, *others]


@pytest.fixture
def server(settings) -> Iterator[Callable[..., Sink]]:
    """A function that starts a mail server with these faults and makes it our relay."""
    settings.EMAIL_TIMEOUT = 2.0
    with ExitStack() as stack:

        def start(**faults: Any) -> Sink:
            sink = stack.enter_context(Sink(Faults(**faults)))
            settings.EMAIL_URL = sink.url
            return sink

        yield start


@pytest.fixture
def mailing_to(transactional_db) -> Callable[..., Mailing]:
    """A function that starts a mailing to so many readers; their keys are k1001, k1002 and so on."""
    made = 0

    def mail(count: int, *, context: dict[str, Any] | None = None, **letter: Any) -> Mailing:
        nonlocal made
        made += 1
        letter = {"dedupe_key": f"letter:{made}", "leave_url": f"https://site.example/leave/{outbox.KEY}/", **letter}
        mailing = outbox.prepare("sample", context={"KEY": outbox.KEY, **(context or {})}, **letter)
        outbox.fill(mailing, readers(count))
        mailing.refresh_from_db()
        return mailing

    return mail


def readers(count: int) -> QuerySet[Any, dict[str, Any]]:
    """Give so many readers as the outbox wants them."""
    User.objects.bulk_create(
        [User(pk=1000 + number, email=f"reader{number:03}@example.net") for number in range(1, count + 1)],
        ignore_conflicts=True,
    )
    key = Concat(Value("k"), Cast("pk", CharField()))
    return User.objects.filter(pk__gt=1000, pk__lte=1000 + count).values(address=F("email"), key=key)


def let_time_pass() -> None:
    """Make due whatever waits, and let the relay be tried again."""
    Delivery.objects.filter(state="waiting").update(due_at=timezone.now())
    RelayPause.objects.update(closed_until=None)
