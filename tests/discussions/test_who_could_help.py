"""Who could help: people whose "ask me about" fits a question, asked by name, and not too often."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from cop.mail.models import Delivery, Mailing
from discussions import helping
from discussions.help_models import HelpInvitation
from discussions.models import Topic
from members.profile_models import Profile, Seen
from tests.factories import MembershipFactory, reply_to, topic_of


def knowing(community, *tags, glad=True, seen=Seen.SHARING, **fields):
    """A member who can be asked about something."""
    user = MembershipFactory(community=community, **fields).user
    profile = Profile.objects.create(user=user, is_glad_to_be_asked=glad, seen_by={"ask_about": seen})
    profile.ask_about.set(tags)
    return user


@pytest.fixture
def question(forum, member) -> Topic:
    return topic_of(forum, by=member, title="How long does the Cold Chain last?", kind="question", tags=["vaccines"])


def named(question, reader):
    return [shown.person for shown in helping.who_could_help(question, reader=reader)]


def ask(client, question, user):
    url = reverse("discussions:could-help", args=[question.community.slug, question.pk])
    return client.post(url, {"user": user.pk}, follow=True)


def test_whose_tags_fit_the_title_or_the_tags_is_named_best_first(community, question, member):
    one = knowing(community, "Vaccines")
    both = knowing(community, "cold chain", "vaccines")
    knowing(community, "goats")
    assert named(question, member) == [both, one]


def test_nobody_is_named_who_does_not_wish_it_or_does_not_take_part(community, question, member, facilitator):
    knowing(community, "vaccines", glad=False)
    knowing(community, "vaccines", seen=Seen.NOBODY)
    knowing(community, "vaccines", role="sponsor")
    knowing(community, "vaccines", state="left")
    knowing(community, "vaccines", stepped_back_at=timezone.now())
    writes = knowing(community, "vaccines")
    reply_to(question, by=writes)
    assert named(question, facilitator) == []


def test_one_click_asks_by_one_mail_and_no_second_one(as_member, community, question, member):
    expert = knowing(community, "vaccines", user__display_name="Edda")
    assert "Edda was asked." in ask(as_member, question, expert).content.decode()
    assert "Edda was asked meanwhile" in ask(as_member, question, expert).content.decode()
    delivery = Delivery.objects.get(mailing__name="could_help")
    assert delivery.address == expert.email
    text = bytes(Mailing.objects.get(name="could_help").source).decode()
    assert "Cold Chain" in text and member.display_name in text
    assert named(question, member) == []


def test_nobody_is_asked_more_often_a_week_than_is_set(community, forum, question, member, settings):
    settings.HELP_INVITATIONS_A_WEEK = 2
    expert = knowing(community, "vaccines")
    for number in range(2):
        other = topic_of(forum, by=member, title=f"Vaccines {number}", kind="question")
        helping.invite(other, expert, by=member)
    assert named(question, member) == []
    HelpInvitation.objects.update(at=timezone.now() - timedelta(days=8))
    assert named(question, member) == [expert]


def test_only_the_asker_and_facilitators_ask_others_and_only_while_it_is_open(
    as_member, as_facilitator, as_sponsor, signed_in, community, question
):
    expert = knowing(community, "vaccines")
    url = reverse("discussions:could-help", args=[community.slug, question.pk])
    assert signed_in(expert).get(url).status_code == as_sponsor.get(url).status_code == 403
    assert as_facilitator.get(url).status_code == as_member.get(url).status_code == 200
    Topic.objects.update(answered_at=timezone.now())
    assert as_member.get(url).status_code == 403


def test_nobody_can_be_asked_who_is_not_to_be(as_member, community, question, outsider):
    stranger = ask(as_member, question, outsider)
    unfit = knowing(community, "vaccines", glad=False)
    assert "Choose somebody from the list" in stranger.content.decode()
    assert "was asked meanwhile" in ask(as_member, question, unfit).content.decode()
    assert not HelpInvitation.objects.exists()


def test_many_people_ask_the_database_as_often_as_one(query_count, as_member, community, question):
    url = reverse("discussions:could-help", args=[community.slug, question.pk])
    knowing(community, "vaccines")
    before = query_count(as_member, url)
    for _number in range(3):
        knowing(community, "vaccines", "cold chain")
    assert query_count(as_member, url) == before
