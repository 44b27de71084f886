"""Outside readers get what is kept about their address, see what they agreed to, and can be forgotten."""

import json
import re
import zipfile
from datetime import timedelta
from io import BytesIO

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from cop.mail.incoming_models import IncomingMessage
from cop.mail.models import Delivery
from cop.notifications import asking, confirming, leaving
from cop.notifications.followables import find
from cop.notifications.models import Subscriber, Subscription, SubscriptionEvent
from cop.privacy import recording
from cop.privacy.models import PersonRecord, What
from discussions.archives.guests import key_of_address
from discussions.models import Guest, Reply
from discussions.writing import Writer, start_topic
from events.models import Occurrence
from events.rsvp_models import Rsvp
from tests.factories import BlogFactory, EventFactory, ForumFactory, UserFactory
from tests.notifications.conftest import mails_to, text_of

ADDRESS = "rosa@example.net"


@pytest.fixture
def blog(community):
    return BlogFactory(community=community, name="New books")


@pytest.fixture
def rosa(blog) -> Subscription:
    """An outside reader who asked, confirmed, left and came back."""
    thing = find("blog", blog.pk)
    asking.ask(ADDRESS, thing=thing, network="192.0.2.7", words="Yes, send me posts.")
    asking.answer_due()
    row = Subscription.objects.get()
    confirming.confirm(row, network="192.0.2.8")
    return Subscription.objects.get()


@pytest.fixture
def life(rosa, community, facilitator):
    IncomingMessage.objects.create(raw=b"Subject: A\n\nMy mail", digest="1", sender=ADDRESS, state="done", subject="A")
    recording.record(What.SAW_MAIL, by=facilitator, address=ADDRESS)
    EventFactory(community=community, title="A meeting")
    Rsvp.objects.create(
        occurrence=Occurrence.objects.get(), subscriber=rosa.subscriber, name="Rosa", answer="coming", line="Hello",
        confirmed_at=timezone.now(),
    )  # fmt: skip
    guest = Guest.objects.create(community=community, name="Rosa Rot", key=key_of_address(ADDRESS))
    forum = ForumFactory(community=community, audience="public", is_help=True)
    start_topic(title="Where?", body="I ask.", by=Writer(guest=guest), forum=forum)


def link_in(mail) -> str:
    return re.search(r"https?://[^/]+(/mail/about-me/\S+)", text_of(mail))[1]


def asked(visitor, rosa, what) -> str:
    visitor.post(reverse("notifications:reader-data-ask", args=[rosa.token, what]))
    return link_in(mails_to(ADDRESS)[-1])


def test_all_that_is_kept_about_an_address_comes_by_a_link_to_that_address(life, rosa, visitor):
    url = asked(visitor, rosa, "data")
    assert "Download" in visitor.get(url).content.decode()
    packed = zipfile.ZipFile(BytesIO(b"".join(visitor.post(url).streaming_content)))

    def rows(name):
        return json.loads(packed.read(f"data/{name}.json"))

    assert rows("mail")[0]["address"] == ADDRESS
    assert rows("follows")[0]["thing"] == "New books"
    consents = [(row["what"], row["words"], row["network"]) for row in rows("consents")]
    assert consents == [
        ("asked", "Yes, send me posts.", "192.0.2.7"),
        ("confirmed", "Yes, send me posts.", "192.0.2.8"),
    ]
    assert len(rows("mails")) == 2 and rows("mails-sent")[0]["subject"] == "A"
    assert rows("answers")[0]["line"] == "Hello" and rows("replies")[0]["body"] == "I ask."
    assert rows("looks-at-you")[0]["what"] == "saw-mail"
    assert "New books" in packed.read("index.html").decode()


def test_forget_me_forgets_all_but_what_others_answered(life, rosa, visitor):
    url = asked(visitor, rosa, "forget")
    assert Subscriber.objects.exists() and "Forget your address?" in visitor.get(url).content.decode()
    assert Subscriber.objects.exists()
    assert "is forgotten" in visitor.post(url).content.decode()
    for rows in (Subscriber, Subscription, SubscriptionEvent, Rsvp, IncomingMessage):
        assert not rows.objects.exists(), rows
    assert not PersonRecord.objects.exclude(address="").exists()
    assert Guest.objects.get().name == "an outside reader"
    assert Reply.objects.get().body == "I ask."
    assert not Guest.objects.filter(key=key_of_address(ADDRESS)).exists()
    assert not Delivery.objects.filter(address=ADDRESS, key=rosa.token).exists()
    assert visitor.post(url).status_code == 404


def test_who_asked_never_to_be_mailed_is_never_mailed_after_that(rosa, visitor):
    leaving.suppress(rosa.subscriber)
    url = asked(visitor, rosa, "forget")
    visitor.post(url)
    assert Subscriber.objects.get().suppressed_at and not SubscriptionEvent.objects.exists()


def test_a_link_works_for_a_day_for_one_thing_alone(rosa, visitor):
    url = asked(visitor, rosa, "data")
    assert visitor.get(url.replace("/data/", "/forget/")).status_code == 404
    with time_machine.travel(timezone.now() + timedelta(days=2)):
        assert visitor.post(url).status_code == 404


def test_somebody_cannot_fill_the_mailbox(rosa, visitor):
    for _time in range(5):
        visitor.post(reverse("notifications:reader-data-ask", args=[rosa.token, "data"]))
    assert len([mail for mail in mails_to(ADDRESS) if "about-me" in text_of(mail)]) == 3


def test_an_account_is_closed_as_an_account(rosa, visitor):
    Subscriber.objects.update(user=UserFactory(email=ADDRESS))
    url = asked(visitor, rosa, "forget")
    assert "belongs to an account" in visitor.post(url).content.decode()
    assert Subscriber.objects.exists()


def test_what_was_agreed_to_is_shown_with_its_words(rosa, visitor, query_count):
    url = reverse("notifications:consents", args=[rosa.token])
    page = visitor.get(url).content.decode()
    assert "New books" in page and "Yes, send me posts." in page and "192.0.2.8" in page
    few = query_count(visitor, url)
    for _number in range(8):
        leaving.leave(Subscription.objects.get())
        leaving.come_back(Subscription.objects.get())
    assert query_count(visitor, url) == few


def test_staff_see_what_was_agreed_to_and_that_they_looked(rosa, signed_in):
    boss = UserFactory(is_staff=True, is_superuser=True)
    page = signed_in(boss).get(reverse("admin:notifications_subscriber_change", args=[rosa.subscriber_id]))
    assert "Yes, send me posts." in page.content.decode()
    assert PersonRecord.objects.get().address == ADDRESS
