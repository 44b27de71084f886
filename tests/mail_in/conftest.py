"""A topic that members follow by mail, and mails that come in about it."""

from email.message import EmailMessage
from typing import Any

import pytest
from allauth.account.models import EmailAddress

from cop.mail import handling, taking_in
from cop.mail.composing import Blank
from cop.mail.incoming_models import IncomingMessage
from cop.mail.models import Delivery, Mailing
from discussions import telling
from discussions.models import Forum, Topic
from members.models import User
from tests.discussions.test_telling import LATER
from tests.factories import ForumFactory, MembershipFactory, reply_to, topic_of


@pytest.fixture(autouse=True)
def _mail_comes_in(settings):
    settings.INCOMING_ADDRESS = "@in.example.org"


def proven(user: User) -> User:
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


@pytest.fixture
def writer(community) -> User:
    """A member who answers by mail."""
    return proven(MembershipFactory(community=community, user__display_name="Wanda", user__email="w@example.org").user)


@pytest.fixture
def asker(community) -> User:
    return proven(MembershipFactory(community=community, user__display_name="Aldo", user__email="a@example.org").user)


@pytest.fixture
def forum(community) -> Forum:
    return ForumFactory(community=community, name="Desk", slug="desk")


@pytest.fixture
def topic(forum, writer) -> Topic:
    """A topic that `writer` started and so follows."""
    return topic_of(forum, by=writer)


@pytest.fixture
def mailed(topic, asker, writer):
    """What `writer` got by mail when `asker` replied."""
    from django.utils import timezone

    reply_to(topic, by=asker, body="Which ones?")
    telling.tell_due(timezone.now() + LATER)
    return mail_to(writer.email)


def mail_to(address: str) -> EmailMessage:
    """The newest mail to an address, as it leaves."""
    from email import message_from_bytes
    from email.policy import default

    delivery = Delivery.objects.filter(address=address).select_related("mailing").latest("pk")
    blank = Blank(bytes(delivery.mailing.source), delivery.mailing.pk)
    return message_from_bytes(blank.fill(delivery.key, delivery.address, delivery_id=delivery.pk), policy=default)


def names_to(address: str) -> list[str]:
    """The names of the mails that an address was answered with."""
    found = Mailing.objects.filter(deliveries__address=address, name__startswith="incoming_").order_by("pk")
    return list(found.values_list("name", flat=True))


def mail(sender: str, to: str, text: str = "In a drawer.", subject: str = "Re: Offprints", **headers: str) -> bytes:
    """A mail as a person's program writes it."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, to, subject
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    if "Message-ID" not in message:
        message["Message-ID"] = f"<{abs(hash((sender, to, text, subject)))}@example.org>"
    message.set_content(text)
    return message.as_bytes()


def arrive(raw: bytes, **given: Any) -> IncomingMessage:
    """Let a mail come in and be seen to; give what became of it."""
    rows = taking_in.take_in(raw, door="pipe", **given)
    handling.handle_due()
    return IncomingMessage.objects.get(pk=rows[0].pk) if rows else IncomingMessage.objects.latest("pk")
