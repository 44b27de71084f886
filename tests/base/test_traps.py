"""Forms for people without an account: programs are stopped, people at most asked to press once more."""

from datetime import timedelta

import pytest
import time_machine
from django.core import signing
from django.urls import reverse
from django.utils import timezone

from cop.base import traps
from cop.mail.models import Mailing
from cop.notifications.models import Subscriber
from discussions.help_models import HelpRequest
from members.holding_sign_ups import held_domain, let_in, turn_away
from members.models import HeldSignUp, User
from tests.factories import ForumFactory

SIGN_UP = {"display_name": "Noor", "email": "noor@example.org", "password1": "a-good-long-one"}


@pytest.fixture(autouse=True)
def _traps_are_set(settings):
    settings.FORM_TRAP_SECONDS = 2


def made(seconds: float) -> str:
    with time_machine.travel(timezone.now() - timedelta(seconds=seconds), tick=False):
        return traps.stamp()


@pytest.mark.parametrize(
    ("given", "line"),
    [
        ({"made_at": made}, ""),
        ({"made_at": lambda _s: made(0)}, "That was quick"),
        ({"made_at": lambda _s: made(90_000)}, "open for a while"),
        ({}, "open for a while"),
        ({"made_at": lambda _s: "forged:x:y"}, "open for a while"),
        ({"made_at": made, "website": "http://spam.example"}, "send it again"),
    ],
)
def test_a_program_is_shown_the_form_once_more(visitor, db, given, line):
    data = {name: value(10) if callable(value) else value for name, value in given.items()}
    answer = visitor.post(reverse("account_signup"), {**SIGN_UP, **data})
    assert User.objects.exists() is not bool(line)
    if line:
        assert line in answer.content.decode()
        assert "Noor" in answer.content.decode()


def test_who_sends_it_again_is_taken(visitor, db):
    answer = visitor.post(reverse("account_signup"), {**SIGN_UP, "website": "http://x.example"})
    form = answer.context["form"]
    assert form["website"].value() == ""
    assert signing.TimestampSigner(salt=traps.SALT).unsign(form["made_at"].value()) == "form"
    visitor.post(reverse("account_signup"), {**SIGN_UP, "made_at": made(5)})
    assert User.objects.get().email == "noor@example.org"


def test_questions_and_subscriptions_are_trapped_and_keep_what_was_typed(visitor, community):
    forum = ForumFactory(community=community, audience="public", is_help=True)
    asked = {"title": "How?", "body": "كيف؟", "name": "Olu", "address": "olu@example.net"}
    url = reverse("discussions:help-ask", args=[community.slug, forum.slug])
    assert "كيف؟" in visitor.post(url, asked).content.decode()
    assert not HelpRequest.objects.exists()
    visitor.post(url, {**asked, "made_at": made(5)})
    assert HelpRequest.objects.count() == 1
    url = reverse("notifications:subscription-ask", args=["forum", forum.pk])
    answer = visitor.post(url, {"address": "olu@example.com"}).content.decode()
    assert "send it again" in answer and "olu@example.com" in answer
    assert not Subscriber.objects.filter(address="olu@example.com").exists()
    assert visitor.post(url, {"address": "olu@example.com", "made_at": made(5)}).status_code == 302


def test_a_page_with_a_form_in_it_carries_the_traps(visitor, community):
    forum = ForumFactory(community=community, audience="public")
    html = visitor.get(forum.get_absolute_url()).content.decode()
    assert 'name="website"' in html and 'name="made_at" value="form:' in html


@pytest.mark.parametrize(
    ("address", "domain"),
    [
        ("x@mailinator.com", "mailinator.com"),
        ("x@Sub.MAILINATOR.com", "mailinator.com"),
        ("x@mine.example", "mine.example"),
        ("x@trusted.example", ""),
        ("x@example.org", ""),
        ("x@com", ""),
    ],
)
def test_throw_away_domains_are_known_with_all_below_them(settings, address, domain):
    settings.HELD_DOMAINS, settings.TRUSTED_DOMAINS = ["mine.example", "trusted.example"], ["Trusted.example"]
    assert held_domain(address) == domain


def test_an_account_with_a_throw_away_address_waits_for_staff(visitor, db, as_member, signed_in, staff):
    data = {**SIGN_UP, "email": "noor@mailinator.com", "made_at": made(5)}
    answer = visitor.post(reverse("account_signup"), data, follow=True)
    assert "Your account waits" in answer.content.decode()
    held = HeldSignUp.objects.get()
    assert visitor.get(reverse("members:profile-edit")).status_code == 302
    assert as_member.get(reverse("members:sign-ups")).status_code == 403
    assert "noor@mailinator.com" in signed_in(staff).get(reverse("members:sign-ups")).content.decode()
    assert "New accounts wait" in signed_in(staff).get(reverse("notifications:bell")).content.decode()
    url = reverse("members:sign-up-decide", args=[held.pk])
    assert as_member.post(url).status_code == 403
    signed_in(staff).post(url)
    assert User.objects.get(pk=held.pk).is_active
    assert Mailing.objects.filter(name="sign_up_let_in").count() == 1
    assert not let_in(held)


def test_who_is_turned_away_is_gone(visitor, db):
    visitor.post(reverse("account_signup"), {**SIGN_UP, "email": "n@mailinator.com", "made_at": made(5)})
    held = HeldSignUp.objects.get()
    assert turn_away(held) and not turn_away(held)
    assert not User.objects.exists()
