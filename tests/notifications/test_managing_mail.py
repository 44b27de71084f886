"""The page of one's mails, by the link in each mail: pace, hours, pause, leave, stop, and taking each back."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cop.notifications import holding_back, leaving, owning
from cop.notifications.models import State, Subscription
from tests.factories import SubscriberFactory
from tests.notifications.conftest import activities, everything, links_in, mails_to, readers


def url(name: str, row: Subscription, *more) -> str:
    return reverse(f"notifications:{name}", args=[row.token, *more])


def of_one(name: str, row: Subscription) -> str:
    return url(name, row, row.pk)


def reason(row: Subscription) -> str:
    return holding_back.kept_back([row.token]).get(row.token, "")


def test_one_post_by_the_mail_program_leaves_without_cookie_or_token(reader):
    strict = Client(enforce_csrf_checks=True)
    answer = strict.post(url("leave", reader), {"List-Unsubscribe": "One-Click"})
    reader.refresh_from_db()
    assert (answer.status_code, reader.state) == (200, State.LEFT)
    assert "mail program" in reader.events.get(what="left").detail


def test_leaving_twice_is_leaving_once(reader, visitor):
    for _time in range(2):
        assert visitor.post(url("leave", reader)).status_code == 200
    assert reader.events.filter(what="left").count() == 1


def test_looking_at_any_page_changes_nothing(reader, visitor, shelf):
    (activity,) = activities(shelf, 1)
    before = everything()
    for name in ("manage", "leave"):
        assert visitor.get(url(name, reader)).status_code == 200
    assert visitor.get(of_one("subscription-history", reader)).status_code == 200
    assert visitor.get(url("mail-explain", reader, reader.pk, activity.pk)).status_code == 200
    assert everything() == before


@pytest.mark.parametrize("name", ["times-change", "mail-pause", "mail-resume", "leave-all", "mail-stop", "mail-allow"])
def test_what_changes_something_takes_no_get(name, reader, visitor):
    assert visitor.get(url(name, reader)).status_code == 405


def test_the_page_shows_all_that_the_address_follows(reader, make_shelf, visitor):
    readers(make_shelf(title="New Maps"), 1, subscriber=reader.subscriber)
    page = visitor.get(url("manage", reader)).content.decode()
    assert "New Books" in page
    assert "New Maps" in page
    assert "rosa@example.net" in page


def test_every_mail_holds_the_link_to_that_page_and_the_header_to_leave(reader, shelf, subscribe):
    subscribe(shelf, "rosa@example.net")
    for mail in mails_to("rosa@example.net"):
        assert url("manage", reader) in links_in(mail)
        assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert url("leave", reader) in mail["List-Unsubscribe"]


def test_the_pace_is_changed(reader, visitor):
    visitor.post(of_one("subscription-pace", reader), {"pace": "weekly"})
    reader.refresh_from_db()
    assert reader.pace == "weekly"
    assert reader.digest_due_at > timezone.now()


def test_a_made_up_pace_is_refused(reader, visitor):
    page = visitor.post(of_one("subscription-pace", reader), {"pace": "hourly"}, follow=True)
    assert "Choose one of the paces" in page.content.decode()


def test_the_hour_and_the_zone_are_the_readers(reader, visitor):
    visitor.post(of_one("subscription-pace", reader), {"pace": "daily"})
    times = {"digest_weekday": 4, "digest_hour": 17, "timezone": "Asia/Kolkata"}
    visitor.post(url("times-change", reader), times)
    reader.refresh_from_db()
    assert reader.digest_due_at.strftime("%H:%M") == "11:30"


def test_impossible_times_are_refused_at_their_fields(reader, visitor):
    times = {"digest_weekday": 9, "digest_hour": 25, "timezone": "Moon/Base"}
    page = visitor.post(url("times-change", reader), times)
    assert page.status_code == 422
    assert page.context["times_form"].errors.keys() == {"digest_weekday", "digest_hour", "timezone"}


def test_a_pause_holds_mail_until_its_day(reader, visitor):
    visitor.post(url("mail-pause", reader), {"until": (timezone.now() + timedelta(days=9)).date().isoformat()})
    assert reason(reader) == "Paused"
    visitor.post(url("mail-resume", reader))
    assert reason(reader) == ""


@pytest.mark.parametrize("until", ["", "yesterday", "2020-01-01", "2999-01-01"])
def test_an_impossible_pause_is_refused_at_its_field(until, reader, visitor):
    page = visitor.post(url("mail-pause", reader), {"until": until})
    assert page.status_code == 422
    assert page.context["pause_form"].errors["until"]


def test_leaving_and_coming_back(reader, visitor):
    visitor.post(of_one("subscription-leave", reader))
    assert reason(reader) == "Left"
    visitor.post(of_one("subscription-return", reader))
    assert reason(reader) == ""


def test_leaving_all(reader, make_shelf, visitor):
    (other,) = readers(make_shelf(), 1, subscriber=reader.subscriber)
    visitor.post(url("leave-all", reader))
    assert {reason(reader), reason(other)} == {"Left"}


def test_never_mail_me_again_and_taking_it_back(reader, visitor):
    visitor.post(url("mail-stop", reader))
    assert "never" in reason(reader)
    assert "Allow mail again" in visitor.get(url("manage", reader)).content.decode()
    visitor.post(url("mail-allow", reader))
    assert reason(reader) == ""


def test_who_never_confirmed_cannot_come_back_without_confirming(shelf, subscribe, visitor):
    subscribe(shelf, "rosa@example.net")
    row = Subscription.objects.get()
    leaving.leave(row)
    visitor.post(of_one("subscription-return", row))
    row.refresh_from_db()
    assert row.state == State.LEFT


def test_one_reader_cannot_touch_what_another_follows(reader, shelf, visitor):
    (other,) = readers(shelf, 1)
    answer = visitor.post(url("subscription-leave", reader, other.pk))
    other.refresh_from_db()
    assert (answer.status_code, other.state) == (404, State.CONFIRMED)


def test_a_blocked_account_gets_nothing(shelf, member):
    (row,) = readers(shelf, 1, subscriber__user=member)
    member.is_active = False
    member.save()
    assert reason(row) == "The account is blocked"


def test_who_lost_the_membership_is_held_back_at_sending(shelf, change, member):
    (row,) = readers(shelf, 1, subscriber__user=member)
    change(shelf, audience="community")
    assert reason(row) == ""
    member.memberships.update(state="suspended")
    assert reason(row) == "May no longer read it"


def test_asking_the_gate_costs_the_same_for_a_hundred(shelf, django_assert_max_num_queries):
    keys = [row.token for row in readers(shelf, 100)]
    with django_assert_max_num_queries(2):
        assert holding_back.kept_back([*keys, "unknown"]) == {"unknown": "The subscription no longer exists"}


def test_the_page_costs_the_same_for_twenty_subscriptions(make_shelf, visitor, query_count):
    few, many = SubscriberFactory(), SubscriberFactory()
    for subscriber, count in ((few, 2), (many, 20)):
        for _number in range(count):
            readers(make_shelf(), 1, subscriber=subscriber)
    urls = [reverse("notifications:manage", args=[one.token]) for one in (few, many)]
    assert query_count(visitor, urls[0]) == query_count(visitor, urls[1])


def test_who_signs_up_later_finds_the_subscriptions_in_the_account(reader, as_member, member):
    assert "New Books" not in as_member.get("/mail/").content.decode()
    EmailAddress.objects.create(user=member, email="Rosa@example.net", verified=False)
    assert "New Books" not in as_member.get("/mail/").content.decode()
    EmailAddress.objects.update(verified=True)
    assert "New Books" in as_member.get("/mail/").content.decode()


def test_an_address_is_tied_to_the_account_that_has_proven_it(reader, member):
    EmailAddress.objects.create(user=member, email="rosa@example.net", verified=True)
    assert owning.link_proven() == 1
    reader.subscriber.refresh_from_db()
    assert reader.subscriber.user == member
