"""The button in the confirmation mail: pressed by people, never by what follows links."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cop.mail.outcomes import Outcome
from cop.notifications import bouncing, leaving
from cop.notifications.models import State, Subscription
from tests.notifications.conftest import everything, links_in, mails_to


@pytest.fixture
def asked(shelf, subscribe) -> Subscription:
    subscribe(shelf, "rosa@example.net")
    return Subscription.objects.get()


def url_of(subscription) -> str:
    return reverse("notifications:subscription-confirm", args=[subscription.token])


def test_following_every_link_of_the_mail_changes_nothing(asked, visitor):
    before = everything()
    (mail,) = mails_to("rosa@example.net")
    for link in links_in(mail):
        assert visitor.get(link, follow=True).status_code in (200, 404), link
        visitor.head(link)
    assert everything() == before
    assert asked.state == State.WAITING


def test_the_page_has_one_button_and_it_confirms(asked, visitor):
    page = visitor.get(url_of(asked))
    assert page.content.decode().count("<button") == 1
    visitor.post(url_of(asked))
    asked.refresh_from_db()
    assert asked.state == State.CONFIRMED
    assert asked.confirmed_network == "127.0.0.1"


def test_the_browsers_zone_is_taken_where_none_is_known(asked, visitor):
    visitor.post(url_of(asked), {"timezone": "Asia/Kolkata"})
    asked.subscriber.refresh_from_db()
    assert asked.subscriber.timezone == "Asia/Kolkata"


def test_a_made_up_zone_is_dropped(asked, visitor):
    visitor.post(url_of(asked), {"timezone": "Moon/Base"})
    asked.refresh_from_db()
    assert (asked.state, asked.subscriber.timezone) == (State.CONFIRMED, "UTC")


def test_pressing_twice_is_pressing_once(asked, visitor):
    for _time in range(2):
        page = visitor.post(url_of(asked), follow=True)
        assert page.status_code == 200
    assert asked.events.filter(what="confirmed").count() == 1


def test_the_link_of_a_confirmed_reader_leads_to_their_mails(reader, visitor):
    page = visitor.get(url_of(reader))
    assert page.url == reverse("notifications:manage", args=[reader.token])


def test_an_expired_link_says_what_to_do(asked, visitor):
    with time_machine.travel(timezone.now() + timedelta(days=15)):
        for answer in (visitor.get(url_of(asked)), visitor.post(url_of(asked))):
            assert answer.status_code == 410
            assert "has expired" in answer.content.decode()
    asked.refresh_from_db()
    assert asked.state == State.WAITING


def test_an_expired_reader_asks_again_and_the_same_link_works(asked, shelf, subscribe, visitor):
    with time_machine.travel(timezone.now() + timedelta(days=15)):
        subscribe(shelf, "rosa@example.net")
        visitor.post(url_of(asked))
    asked.refresh_from_db()
    assert asked.state == State.CONFIRMED


@pytest.mark.parametrize("token", ["made-up", "x" * 200, "%00", "rosa@example.net"])
def test_a_foreign_link_is_answered_kindly(token, visitor, db):
    page = visitor.get(f"/mail/confirm/{token}/")
    assert page.status_code == 404
    assert "copy the whole line" in page.content.decode()


def test_who_declined_in_the_meantime_is_not_confirmed_by_an_old_tab(asked, visitor):
    leaving.leave(asked)
    assert visitor.post(url_of(asked)).status_code == 410
    asked.refresh_from_db()
    assert asked.state == State.LEFT


def test_who_wants_no_mail_at_all_is_told_how_to_undo_that(asked, visitor):
    leaving.suppress(asked.subscriber)
    page = visitor.post(url_of(asked))
    assert "Undo that first" in page.content.decode()


def test_a_mailbox_that_came_back_is_reached_again_after_confirming(reader, shelf, subscribe, visitor):
    bouncing.count_failures([Outcome(reader.token, "rosa@example.net", "550 no", is_hard=True)])
    reader.subscriber.refresh_from_db()
    assert reader.subscriber.unreachable_at
    subscribe(shelf, "rosa@example.net")
    visitor.post(url_of(reader))
    reader.subscriber.refresh_from_db()
    assert reader.subscriber.unreachable_at is None


def test_another_site_cannot_press_the_button(asked):
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(url_of(asked)).status_code == 403
