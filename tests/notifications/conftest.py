"""A shelf that can be followed, its readers, and the mails that they got."""

import email
import email.policy
import re
from dataclasses import replace
from email.message import EmailMessage

import pytest
from allauth.account.models import EmailAddress
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from cop.mail import composing
from cop.mail.models import Delivery
from cop.notifications import asking, confirming, followables
from cop.notifications.followables import Thing
from cop.notifications.models import Subscriber, Subscription
from tests.factories import ActivityFactory, SubscriptionFactory

SHELVES: dict[int, Thing] = {}


def find_shelves(ids) -> dict[int, Thing]:
    return {number: SHELVES[number] for number in ids if number in SHELVES}


followables.register("shelf", find_shelves)


@pytest.fixture
def make_shelf(community):
    """A function that makes something to follow."""

    def make(**given) -> Thing:
        number = len(SHELVES) + 1
        own = given.pop("community", community)
        plain = {
            "kind": "shelf",
            "id": number,
            "title": "New Books",
            "url": f"/shelves/{number}/",
            "community_id": own.pk,
            "community_name": own.name,
            "community_slug": own.slug,
            "accent": "#2f6f5e",
            "list_id": "New Books <new-books.library.example.org>",
        }
        SHELVES[number] = Thing(**{**plain, **given})
        return SHELVES[number]

    yield make
    SHELVES.clear()


@pytest.fixture
def shelf(make_shelf) -> Thing:
    return make_shelf()


@pytest.fixture
def change():
    """A function that changes a shelf, as its owner would."""

    def change(thing: Thing, **given) -> Thing:
        SHELVES[thing.id] = replace(thing, **given)
        return SHELVES[thing.id]

    return change


@pytest.fixture
def subscribe():
    """A function that types an address into the page of a thing and lets the answer be mailed."""

    def subscribe(thing: Thing, address: str, client: Client | None = None, **data):
        url = reverse("notifications:subscription-ask", args=[thing.kind, thing.id])
        answer = (client or Client()).post(url, {"address": address, **data}, follow=True)
        asking.answer_due()
        return answer

    return subscribe


@pytest.fixture
def reader(shelf, subscribe) -> Subscription:
    """Somebody who subscribed to the shelf and pressed the button."""
    subscribe(shelf, "rosa@example.net")
    confirming.confirm(Subscription.objects.get(subscriber__address="rosa@example.net"))
    return Subscription.objects.get(subscriber__address="rosa@example.net")


def mails_to(address: str) -> list[EmailMessage]:
    """Give the mails in the outbox for an address, oldest first, as they will be sent."""
    rows = Delivery.objects.filter(address=address).select_related("mailing").order_by("pk")
    sources = [
        composing.fill_in(row.mailing.source, mailing_id=row.mailing_id, key=row.key, address=row.address)
        for row in rows
    ]
    return [email.message_from_bytes(source, policy=email.policy.default) for source in sources]


def names_to(address: str) -> list[str]:
    """Give the names of the mails in the outbox for an address."""
    return list(Delivery.objects.filter(address=address).order_by("pk").values_list("mailing__name", flat=True))


def text_of(message: EmailMessage) -> str:
    part = message.get_body(("plain",))
    return part.get_content() if part else ""


def links_in(message: EmailMessage) -> list[str]:
    """Every address in a mail, in both of its bodies and its headers, as a path of this site."""
    bodies = [part.get_content() for part in message.walk() if part.get_content_maintype() == "text"]
    whole = " ".join([*bodies, str(message["List-Unsubscribe"] or "")])
    return sorted(set(re.findall(r"https?://[^/\s\"<>]+(/[^\s\"<>]*)", whole)))


def everything() -> list[object]:
    """Each row of a reader's data, to see whether anything changed."""
    return [
        *Subscriber.objects.order_by("pk").values(),
        *Subscription.objects.order_by("pk").values(),
    ]


def activities(thing: Thing, count: int, **given) -> list:
    return ActivityFactory.create_batch(count, thing=thing, **given)


def readers(thing: Thing, count: int, **given) -> list[Subscription]:
    return SubscriptionFactory.create_batch(count, thing=thing, **given)


def upload(name: str, data: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data, content_type="text/csv")


@pytest.fixture
def proven_member(member):
    """A member who has proven their address."""
    EmailAddress.objects.create(user=member, email=member.email, verified=True, primary=True)
    return member
