"""What facilitators decide about their community's mail: what newcomers get, the most that anybody gets, a tag."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from cop.notifications import ceiling, community_following, followables
from cop.notifications import following as follows
from cop.notifications.models import Subscription
from cop.notifications.policy_models import MailPolicy
from discussions import telling
from discussions.following import thing_of_forum, thing_of_topic
from tests.discussions.conftest import as_other, forum, other, topic  # noqa: F401 - fixtures
from tests.factories import reply_to
from tests.notifications.conftest import mails_to, names_to

URL = "/c/library/mail/"
PLAIN = {"newcomers": "beat", "most": "each", "subject_tag": ""}


def test_newcomers_get_what_facilitators_decided(as_facilitator, community, member):
    assert as_facilitator.post(URL, {**PLAIN, "newcomers": "weekly"}).status_code == 302
    community_following.follow_as_members(community)
    row = Subscription.objects.to("community", community.pk).get(subscriber__user=member)
    assert row.pace == "weekly"
    assert row.digest_due_at > timezone.now()


def test_a_ceiling_holds_for_who_follows_and_for_who_comes(as_facilitator, community, forum, topic, member, other):  # noqa: F811
    follows.follow(other, thing_of_forum(forum))
    as_facilitator.post(URL, {**PLAIN, "most": "daily"})
    assert ceiling.hold_to_ceilings() == 1
    assert ceiling.hold_to_ceilings() == 0
    assert follows.subscription_of(other, thing_of_forum(forum)).pace == "daily"
    assert follows.follow(other, thing_of_topic(topic))
    row = follows.subscription_of(other, thing_of_topic(topic))
    assert row.pace == "daily"
    reply_to(topic, by=member, parent=topic.replies.first())
    telling.tell_due(timezone.now() + timedelta(minutes=3))
    assert names_to(other.email) == []


def test_what_is_said_in_person_comes_all_the_same(as_facilitator, topic, member, other):  # noqa: F811
    as_facilitator.post(URL, {**PLAIN, "most": "daily"})
    reply_to(topic, by=other, body="@Mina?")
    telling.tell_due(timezone.now() + timedelta(minutes=3))
    assert names_to(member.email) == ["reply"]


def test_too_much_cannot_be_chosen(as_facilitator, visitor, community, member):
    as_facilitator.post(URL, {**PLAIN, "most": "daily"})
    community_following.follow_as_members(community)
    row = Subscription.objects.to("community", community.pk).get(subscriber__user=member)
    assert 'value="each"' not in visitor.get(reverse("notifications:manage", args=[row.token])).content.decode()
    visitor.post(reverse("notifications:subscription-pace", args=[row.token, row.pk]), {"pace": "each"})
    row.refresh_from_db()
    assert row.pace == "beat"
    assert "each" in ceiling.allowed_paces([followables.find("personal", community.pk)])["personal", community.pk]


def test_a_tag_stands_before_the_subject(as_facilitator, topic, member, other):  # noqa: F811
    as_facilitator.post(URL, {**PLAIN, "subject_tag": "Library"})
    reply_to(topic, by=other)
    telling.tell_due(timezone.now() + timedelta(minutes=3))
    assert mails_to(member.email)[0]["Subject"] == f"[Library] Re: {topic.title}"


@pytest.mark.parametrize(
    "wrong", [{"subject_tag": "[x]"}, {"subject_tag": "a\r\nBcc: x"}, {"most": "x"}, {"newcomers": ""}]
)
def test_what_makes_no_sense_is_refused_in_words(as_facilitator, community, wrong):
    assert as_facilitator.post(URL, {**PLAIN, **wrong}).status_code == 422
    assert not MailPolicy.objects.exists()


def test_members_are_told_who_decides(as_member):
    answer = as_member.get(URL)
    assert answer.status_code == 403
    assert "Only facilitators of this community can decide" in answer.content.decode()
