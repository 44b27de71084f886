"""A session ends when nobody comes for long, and some time after signing in whoever comes."""

import time
from datetime import timedelta

import pytest
import time_machine
from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone

SECRET = "quite-a-long-secret"
MINE = "/me/"


@pytest.fixture
def owner(member):
    member.set_password(SECRET)
    member.save()
    EmailAddress.objects.create(user=member, email=member.email, verified=True, primary=True)
    return member


@pytest.fixture
def phone(owner):
    client = Client()
    client.post(reverse("account_login"), {"login": owner.email, "password": SECRET, "remember": "on"})
    return client


def is_in(client):
    return client.get(MINE).status_code == 200


def test_who_does_not_come_for_three_weeks_is_signed_out(phone):
    with time_machine.travel(timezone.now() + timedelta(days=20), tick=True):
        assert is_in(phone)
    with time_machine.travel(timezone.now() + timedelta(days=20 + 22), tick=True):
        assert not is_in(phone)


def test_who_comes_each_week_stays_signed_in_until_two_months_are_over(phone):
    for week in range(1, 9):
        with time_machine.travel(timezone.now() + timedelta(days=7 * week), tick=True):
            assert is_in(phone), week
    with time_machine.travel(timezone.now() + timedelta(days=61), tick=True):
        assert not is_in(phone)


def test_a_site_says_itself_how_long(phone, settings):
    settings.SESSION_IDLE_HOURS = 8
    assert is_in(phone)
    Session.objects.update(expire_date=timezone.now() + timedelta(hours=1))
    assert is_in(phone)
    with time_machine.travel(timezone.now() + timedelta(hours=7), tick=True):
        assert is_in(phone)
    with time_machine.travel(timezone.now() + timedelta(hours=16), tick=True):
        assert not is_in(phone)


def test_nothing_is_written_at_each_request(phone, django_assert_num_queries, query_count):
    before = Session.objects.get().expire_date
    statements = query_count(phone, MINE)
    with time_machine.travel(timezone.now() + timedelta(hours=20), tick=True):
        assert query_count(phone, MINE) == statements
        assert Session.objects.get().expire_date == before
    with time_machine.travel(timezone.now() + timedelta(hours=30), tick=True):
        phone.get(MINE)
        put_off = Session.objects.get().expire_date
        assert put_off > before + timedelta(hours=25)
        assert query_count(phone, MINE) == statements


def test_changing_the_session_makes_it_no_longer_than_signing_in_did(phone):
    with time_machine.travel(timezone.now() + timedelta(days=15), tick=True):
        is_in(phone)
        phone.post(reverse("account_reauthenticate"), {"password": SECRET})
        left = int(phone.cookies["sessionid"]["max-age"])
        assert timedelta(days=44) < timedelta(seconds=left) <= timedelta(days=45)
        assert Session.objects.get().expire_date < timezone.now() + timedelta(days=21, minutes=1)


def test_a_session_from_before_this_was_counted_ends_when_it_said(client, member):
    client.force_login(member)
    session = client.session
    del session["began"]
    session.save()
    with time_machine.travel(timezone.now() + timedelta(days=30), tick=True):
        assert is_in(client)


def test_proving_who_one_is_changes_the_key_and_nothing_else(phone, owner):
    before = phone.cookies["sessionid"].value
    phone.post(reverse("account_reauthenticate"), {"password": SECRET})
    after = phone.cookies["sessionid"].value
    assert after != before
    assert not Session.objects.filter(session_key=before).exists()
    # Sure all the same, and still the one session in the list.
    assert phone.get(reverse("members:data")).status_code == 200
    assert [row.session_key for row in UserSession.objects.filter(user=owner)] == [after]
    assert "You are here" in phone.get("/accounts/sessions/").content.decode()


def test_who_read_the_old_key_is_left_outside(phone):
    thief = Client()
    thief.cookies["sessionid"] = phone.cookies["sessionid"].value
    assert is_in(thief)
    phone.post(reverse("account_reauthenticate"), {"password": SECRET})
    assert not is_in(thief)
    assert is_in(phone)


def test_a_form_sent_meanwhile_is_done_under_the_new_key(community, facilitator, client):
    facilitator.set_password(SECRET)
    facilitator.save()
    client.force_login(facilitator)
    asked = client.post(reverse("home:close", args=[community.slug]), {"last_words": "x"})
    answer = client.post(asked.url, {"password": SECRET})
    assert answer.status_code in (200, 302, 422)
    assert "reauthenticate" not in getattr(answer, "url", "")


def test_signing_out_leaves_no_page_in_the_browser(phone):
    assert phone.get(MINE)["Cache-Control"] == "private"
    left = phone.post(reverse("account_logout"))
    assert left["Clear-Site-Data"] == '"cache"'
    assert "Clear-Site-Data" not in phone.get("/")


def test_a_clock_that_was_put_back_makes_no_session_endless(phone):
    session = phone.session
    session["began"] = int(time.time()) + 10**9
    session.save()
    assert session.get_expiry_date() <= timezone.now() + timedelta(days=22)
