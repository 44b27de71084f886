"""A name that others typed themselves: counted before somebody leaves, and looked at by facilitators if they ask."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cop.home.naming_models import NamedRequest
from cop.moderation.models import Case
from cop.privacy import retention
from cop.search import indexing
from members import closing_account
from members.carrying_out import carry_out_due
from members.closing_account import close
from members.closing_models import Choice
from members.models import User
from tests.discussions.conftest import forum, other, topic  # noqa: F401 - fixtures
from tests.factories import CommunityFactory, ForumFactory, MembershipFactory, reply_to, topic_of
from tests.notifications.conftest import mails_to, text_of

SECRET = "quite-a-long-secret"
CLOSE = "members:account-close"


@pytest.fixture
def anna(community) -> User:
    return MembershipFactory(community=community, user__display_name="Anna Berg").user


@pytest.fixture
def said(topic, anna, other):  # noqa: F811
    """Olga wrote of her twice, and of somebody else once; she wrote of herself."""
    reply_to(topic, by=other, body="As Anna Berg said on Monday, mould is gone.")
    reply_to(topic, by=other, body="Ask @Anna.Berg.")
    reply_to(topic, by=other, body="Anna Bergman and Joanna Berg said no such thing.")
    reply_to(topic, by=anna, body="I am Anna Berg.")
    for reply in topic.replies.all():
        indexing.put("reply", reply.pk)


def just_signed_in(user: User) -> Client:
    """A browser in which somebody has just signed in by their password."""
    user.set_password(SECRET)
    user.save()
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    client = Client()
    client.post(reverse("account_login"), {"login": user.email, "password": SECRET})
    client.post(reverse("account_reauthenticate"), {"password": SECRET})
    return client


def named_by_others(user: User) -> list[int]:
    return [found.count for found in closing_account.named_by_others(user)]


def test_the_page_says_in_how_many_texts_of_others_the_name_stands(said, anna):
    assert named_by_others(anna) == [2]
    client = just_signed_in(anna)
    html = client.get(reverse(CLOSE)).content.decode()
    assert "in 2 texts of others" in html
    assert "said on Monday" in client.get("/search/?q=%22Anna+Berg%22").content.decode()


def test_what_one_may_not_read_is_not_counted(anna, other):  # noqa: F811
    closed = CommunityFactory(audience="community")
    secret = topic_of(ForumFactory(community=closed), by=other, title="Anna Berg is after our maps")
    indexing.put("topic", secret.pk)
    assert named_by_others(anna) == []


@pytest.mark.parametrize("choice", [Choice.HIDE, Choice.REMOVE])
def test_who_asks_is_looked_after_by_one_case_that_names_nobody(said, anna, choice, community, facilitator, signed_in):
    close(anna, choice=choice, asks_about_name=True)
    carry_out_due()
    case = Case.objects.get(kind="named")
    assert case.community == community and case.about is None
    as_facilitator = signed_in(facilitator)
    page = as_facilitator.get(case.get_absolute_url()).content.decode()
    assert "asks to be named no more" in page and "Anna" not in page
    url = reverse("home:named", args=[community.slug, case.thing_id])
    listed = as_facilitator.get(url, follow=True).content.decode()
    assert "said on Monday" in listed and "Bergman" not in listed
    decide = reverse("moderation:case-decide", args=[community.slug, case.pk])
    as_facilitator.post(decide, {"decision": "looked", "on": "case"})
    assert not NamedRequest.objects.exists() and not Case.objects.open().filter(kind="named").exists()
    assert as_facilitator.get(url).status_code == 404


def test_who_does_not_ask_is_told_that_it_stays(said, anna):
    address = anna.email
    close(anna, choice=Choice.HIDE)
    carry_out_due()
    assert not NamedRequest.objects.exists()
    assert "it stays: these are their words" in " ".join(text_of(mails_to(address)[-1]).split())


def test_under_ones_name_there_is_nothing_to_look_at(said, anna):
    close(anna, choice=Choice.KEEP, asks_about_name=True)
    carry_out_due()
    assert not NamedRequest.objects.exists()


def test_where_nobody_names_them_nothing_is_asked(anna):
    close(anna, choice=Choice.REMOVE, asks_about_name=True)
    carry_out_due()
    assert not Case.objects.exists()


def test_a_request_that_nobody_looks_at_is_forgotten(said, anna, settings):
    close(anna, choice=Choice.HIDE, asks_about_name=True)
    carry_out_due()
    retention.run(timezone.now() + timedelta(days=settings.KEEP_DAYS["named-requests"] + 1))
    assert not NamedRequest.objects.exists() and not Case.objects.open().exists()


def test_asking_is_a_tick_on_the_page(said, anna):
    data = {"words": "hide", "asks_about_name": "on", "is_sure": "on"}
    assert just_signed_in(anna).post(reverse(CLOSE), data).status_code == 302
    carry_out_due()
    assert NamedRequest.objects.get().name == "Anna Berg"
