"""Leaving an address: one field, one answer for everybody, one mail with one button."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cop.mail.models import Mailing
from cop.notifications import asking, followables, leaving, reminding
from cop.notifications.models import State, Subscriber, Subscription, SubscriptionRequest
from cop.privacy import retention
from tests.notifications.conftest import links_in, mails_to, names_to, text_of


def test_one_mail_with_one_button_comes(shelf, subscribe):
    subscribe(shelf, "rosa@example.net")
    (mail,) = mails_to("rosa@example.net")
    assert "New Books" in mail["Subject"]
    confirms = [link for link in links_in(mail) if link.startswith("/mail/confirm/")]
    assert len(confirms) == 1


def test_the_answer_does_not_tell_whether_an_address_is_known(shelf, subscribe, reader):
    known = subscribe(shelf, "rosa@example.net").content
    unknown = subscribe(shelf, "nobody@example.net").content
    assert known == unknown


def test_the_answer_takes_the_same_queries_for_a_known_address(shelf, reader, django_assert_num_queries):
    url = reverse("notifications:subscription-ask", args=[shelf.kind, shelf.id])
    for address in ("rosa@example.net", "nobody@example.net"):
        with django_assert_num_queries(1):
            Client().post(url, {"address": address})


def test_an_address_that_has_subscribed_hears_so_once_a_day(shelf, subscribe, reader):
    for _time in range(3):
        subscribe(shelf, "ROSA@example.net")
    assert names_to("rosa@example.net") == ["confirm_subscription", "already_subscribed"]


def test_an_impatient_reader_gets_three_mails_a_day_at_most(shelf, subscribe):
    for _time in range(6):
        subscribe(shelf, "rosa@example.net")
    assert len(mails_to("rosa@example.net")) == 3


def test_one_network_cannot_enter_a_whole_directory(shelf, subscribe):
    pages = [subscribe(shelf, f"reader{number}@example.net") for number in range(21)]
    assert pages[19].status_code == 200
    assert pages[20].status_code == 422
    assert "try again in an hour" in pages[20].content.decode()
    assert "reader20@example.net" in pages[20].content.decode()


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("", "required"),
        ("rosa", "such as name@example.org"),
        ("rosa@", "such as name@example.org"),
        ("a b@example.net", "such as name@example.org"),
        ("ro\u200bsa@example.net", "invisible character"),
        ("ro\u202esa@example.net", "invisible character"),
        ("rоsa@example.net", "plain letters"),  # a Cyrillic о
        ("rosa@exаmple.net", "several alphabets"),  # a Cyrillic а
        ("rosa@example..net", "mail server"),
        ("rosa@exam_ple.net", "mail server"),
        ("x" * 65 + "@example.net", "too long"),
        ("x" * 400 + "@example.net", "at most 320"),
        ("rosa@localhost", "such as name@example.org"),
        ("\x00rosa@example.net", "Null characters"),
    ],
)
def test_an_impossible_address_is_refused_at_its_field_and_kept(shelf, subscribe, address, sentence):
    page = subscribe(shelf, address)
    assert page.status_code == 422
    assert sentence in str(page.context["form"].errors["address"])
    assert not SubscriptionRequest.objects.exists()
    assert not Mailing.objects.exists()


def test_an_international_domain_is_kept_in_ascii_and_shown_as_written(shelf, subscribe):
    subscribe(shelf, "  Rosa@Bücher.example ")
    subscriber = Subscriber.objects.get()
    assert subscriber.address == "rosa@xn--bcher-kva.example"
    assert subscriber.shown == "rosa@bücher.example"


def test_what_was_agreed_to_is_kept_with_when_and_how(shelf, subscribe):
    before = timezone.now()
    subscribe(shelf, "rosa@example.net", timezone="Europe/Lisbon")
    row = Subscription.objects.get()
    assert "New Books" in row.consent_words
    assert row.consent_how == "form"
    assert row.consent_network == "127.0.0.1"
    assert before <= row.asked_at <= timezone.now()
    assert row.subscriber.timezone == "Europe/Lisbon"


def test_no_address_is_asked_for_a_thing_that_visitors_may_not_read(shelf, change, subscribe):
    change(shelf, audience="community")
    assert subscribe(shelf, "rosa@example.net").status_code == 404


def test_an_archived_community_takes_no_new_readers(shelf, change, subscribe):
    change(shelf, is_archived=True)
    page = subscribe(shelf, "rosa@example.net")
    assert page.status_code == 422
    assert "Nothing new is written" in page.content.decode()


def test_who_wants_no_mail_at_all_gets_none_whoever_enters_the_address(shelf, subscribe, reader):
    leaving.suppress(reader.subscriber)
    subscribe(shelf, "rosa@example.net")
    assert names_to("rosa@example.net") == ["confirm_subscription"]


def test_a_request_that_no_worker_saw_is_answered_by_the_next_sweep(shelf):
    asking.ask("rosa@example.net", thing=shelf, network="192.0.2.1")
    assert asking.answer_due() == 1
    assert asking.answer_due() == 0
    assert names_to("rosa@example.net") == ["confirm_subscription"]


def test_two_workers_send_one_mail(shelf):
    request = asking.ask("rosa@example.net", thing=shelf, network="192.0.2.1")
    asking.answer(SubscriptionRequest.objects.get(pk=request.pk))
    asking.answer(SubscriptionRequest(pk=request.pk, **_fields(request)))
    assert names_to("rosa@example.net") == ["confirm_subscription"]


def _fields(request):
    names = ("thing_kind", "thing_id", "address", "words", "network", "timezone", "asked_at")
    return {name: getattr(request, name) for name in names}


def test_who_does_not_press_the_button_is_reminded_once(shelf, subscribe):
    subscribe(shelf, "rosa@example.net")
    for days in (3, 4, 5, 9):
        with time_machine.travel(timezone.now() + timedelta(days=days)):
            reminding.send_due()
    assert names_to("rosa@example.net") == ["confirm_subscription", "confirm_reminder"]


def test_who_pressed_the_button_is_not_reminded(reader):
    with time_machine.travel(timezone.now() + timedelta(days=5)):
        assert reminding.send_due() == 0


def test_addresses_that_never_answered_are_forgotten(shelf, subscribe, reader):
    subscribe(shelf, "nobody@example.net")
    with time_machine.travel(timezone.now() + timedelta(days=60)):
        retention.run()
    assert list(Subscriber.objects.values_list("address", flat=True)) == ["rosa@example.net"]


def test_a_signed_in_reader_needs_no_confirmation_for_a_proven_address(shelf, subscribe, proven_member, signed_in):
    subscribe(shelf, proven_member.email, signed_in(proven_member))
    row = Subscription.objects.get()
    assert (row.state, row.consent_how, row.subscriber.user) == (State.CONFIRMED, "account", proven_member)
    assert not Mailing.objects.exists()


def test_a_signed_in_reader_confirms_an_address_of_somebody_else(shelf, subscribe, proven_member, signed_in):
    subscribe(shelf, "rosa@example.net", signed_in(proven_member))
    assert Subscription.objects.get().state == State.WAITING


def test_the_mail_says_why_it_came_and_what_happens_if_one_does_nothing(shelf, subscribe):
    subscribe(shelf, "rosa@example.net")
    text = " ".join(text_of(mails_to("rosa@example.net")[0]).split())
    assert "your address was entered on the page of “New Books”" in text
    assert "do nothing" in text


def broken(ids):
    raise RuntimeError("this kind cannot be looked up")


followables.register("broken", broken)


def test_one_request_that_fails_holds_up_nobody(shelf):
    SubscriptionRequest.objects.create(thing_kind="broken", thing_id=1, address="a@example.net", words="")
    asking.ask("rosa@example.net", thing=shelf, network="192.0.2.1")
    assert asking.answer_due() == 1
    assert names_to("rosa@example.net") == ["confirm_subscription"]
    with time_machine.travel(timezone.now() + timedelta(days=3)):
        asking.answer_due()
    assert not SubscriptionRequest.objects.exists()
