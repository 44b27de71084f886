"""The old distribution list: one short note per post, at most one a day, until the reader subscribes or declines."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cop.notifications import announcing, by_hand, counting, holding_back, leaving
from cop.notifications.models import ByHand, State, Subscription
from tests.factories import ActivityFactory
from tests.notifications.conftest import everything, links_in, mails_to, names_to, readers


def url(name: str, thing, *more) -> str:
    return reverse(f"notifications:{name}", args=[thing.community_slug, thing.kind, thing.id, *more])


@pytest.fixture
def entry(shelf, facilitator) -> ByHand:
    by_hand.add(shelf, ["old@example.net"], by=facilitator)
    return ByHand.objects.get()


def publish(thing) -> None:
    activity = ActivityFactory(thing=thing)
    mailing = announcing.prepare("already_subscribed", thing=thing, dedupe_key=f"post:{activity.pk}", context={})
    announcing.announce(activity, mailing=mailing)


def test_one_note_with_the_link_for_a_post_however_often_the_sweep_comes(shelf, entry):
    publish(shelf)
    assert [by_hand.send_notes() for _sweep in range(3)] == [1, 0, 0]
    (note,) = mails_to("old@example.net")
    assert any(link.startswith("/posts/") for link in links_in(note))
    assert note["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_a_second_post_on_the_same_day_sends_no_note(shelf, entry, make_shelf, facilitator):
    other = make_shelf(title="New Maps")
    by_hand.add(other, ["old@example.net"], by=facilitator)
    for thing in (shelf, shelf, other):
        publish(thing)
        by_hand.send_notes()
    assert names_to("old@example.net") == ["by_hand_note"]
    with time_machine.travel(timezone.now() + timedelta(days=1, minutes=1)):
        publish(shelf)
        by_hand.send_notes()
    assert names_to("old@example.net") == ["by_hand_note", "by_hand_note"]


def test_following_every_link_of_a_note_changes_nothing(shelf, entry, visitor):
    publish(shelf)
    by_hand.send_notes()
    before = [*everything(), *ByHand.objects.values()]
    for link in links_in(mails_to("old@example.net")[0]):
        visitor.get(link, follow=True)
    assert [*everything(), *ByHand.objects.values()] == before


def test_one_button_subscribes_and_takes_off_the_list(shelf, entry, visitor):
    for _time in range(2):
        page = visitor.post(reverse("notifications:by-hand-subscribe", args=[entry.token]), follow=True)
        assert page.status_code == 200
    row = Subscription.objects.get()
    assert (row.state, row.consent_how, row.subscriber.address) == (State.CONFIRMED, "note", "old@example.net")
    assert counting.for_thing(shelf.kind, shelf.id).by_hand == 0


def test_one_post_declines_for_good(shelf, entry, facilitator):
    Client(enforce_csrf_checks=True).post(
        reverse("notifications:by-hand-leave", args=[entry.token]), {"List-Unsubscribe": "One-Click"}
    )
    publish(shelf)
    assert by_hand.send_notes() == 0
    assert by_hand.add(shelf, ["old@example.net"], by=facilitator) == 0
    assert counting.for_thing(shelf.kind, shelf.id).by_hand == 0


def test_who_subscribed_by_the_form_falls_off_the_list(shelf, entry, subscribe, visitor):
    subscribe(shelf, "old@example.net")
    row = Subscription.objects.get()
    visitor.post(reverse("notifications:subscription-confirm", args=[row.token]))
    assert counting.for_thing(shelf.kind, shelf.id).by_hand == 0
    publish(shelf)
    assert by_hand.send_notes() == 0


def test_who_left_or_wants_no_mail_is_not_put_on_the_list(shelf, facilitator):
    left, stopped, _confirmed = rows = readers(shelf, 3)
    leaving.leave(left)
    leaving.suppress(stopped.subscriber)
    assert by_hand.add(shelf, [row.subscriber.address for row in rows], by=facilitator) == 0


def test_a_note_is_held_back_from_who_answered_meanwhile(shelf, entry):
    assert holding_back.notes_kept_back([entry.token]) == {}
    by_hand.decline(entry)
    assert entry.token in holding_back.notes_kept_back([entry.token])


def test_the_page_says_how_many_are_still_by_hand(shelf, as_facilitator):
    text = "\n".join(f"old{number}@example.net" for number in range(14))
    page = as_facilitator.post(url("by-hand-list", shelf), {"addresses": text}, follow=True)
    assert "Still by hand: 14" in page.content.decode()
    assert "Still by hand: 14" in as_facilitator.get(url("subscribers", shelf)).content.decode()


def test_broken_lines_are_named_and_the_good_ones_taken(shelf, as_facilitator):
    page = as_facilitator.post(url("by-hand-list", shelf), {"addresses": "old@example.net\nnothing"})
    assert "no address" in page.content.decode()
    assert ByHand.objects.count() == 1


def test_an_address_is_taken_off(shelf, entry, as_facilitator, as_member):
    assert as_member.post(url("by-hand-remove", shelf, entry.pk)).status_code == 403
    as_facilitator.post(url("by-hand-remove", shelf, entry.pk))
    assert not ByHand.objects.exists()


def test_a_made_up_link_is_answered_kindly(visitor, db):
    for method in (visitor.get, visitor.post):
        assert method("/mail/note/made-up/leave/").status_code == 404
    assert visitor.post("/mail/note/made-up/subscribe/").status_code == 404


def test_the_list_costs_the_same_for_twenty(make_shelf, facilitator, as_facilitator, query_count):
    counts = []
    for number in (2, 20):
        thing = make_shelf()
        by_hand.add(thing, [f"old{thing.id}-{one}@example.net" for one in range(number)], by=facilitator)
        counts.append(query_count(as_facilitator, url("by-hand-list", thing)))
    assert counts[0] == counts[1]
