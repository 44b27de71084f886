"""Calling people by name: whom a name means, who is suggested, who is told."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.urls import reverse
from django.utils import timezone

from cop.base.errors import Refused
from cop.markup.mentions import handle_of
from cop.notifications import following as follows
from discussions import mentioning, telling, writing
from discussions.following import thing_of_forum, thing_of_topic
from discussions.mention_models import Mention
from members.profile_models import Profile
from tests.factories import ForumFactory, MembershipFactory, UserFactory, reply_to, topic_of
from tests.notifications.conftest import mails_to, names_to


@pytest.fixture
def anna(community):
    user = MembershipFactory(community=community, user__display_name="Anna Berg").user
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def called(reply) -> set[str]:
    return set(reply.mentions.values_list("user__display_name", flat=True))


def asked(client, topic, typed: str) -> list[dict[str, str]]:
    return client.get(reverse("discussions:topic-people", args=["library", topic.pk]), {"q": typed}).json()["found"]


def tell() -> int:
    return telling.tell_due(timezone.now() + timedelta(minutes=3))


@pytest.mark.parametrize(
    ("name", "handle"),
    [
        ("Anna Berg", "Anna.Berg"),
        ("Dr. Jean-Luc  O’Neil", "Dr.Jean-Luc.O.Neil"),
        ("कविता शर्मा", "कविता.शर्मा"),
        ("محمّد", "محمّد"),
        ("… 7 …", "7"),
        ("x" * 80, "x" * 60),
    ],
)
def test_a_name_is_written_as_one_word(name, handle):
    assert handle_of(name) == handle


@pytest.mark.parametrize("written", ["@Anna.Berg", "@anna.berg,", "(@Anna)", "*@Anna.Berg*", "@Anna.Berg."])
def test_somebody_is_called_by_whole_or_first_name(written, topic, member, anna):
    assert called(reply_to(topic, by=member, body=f"Ask {written} please")) == {"Anna Berg"}


def test_a_name_of_two_people_calls_nobody_and_the_suggestion_tells_them_apart(
    as_member, topic, member, anna, community
):
    second = MembershipFactory(community=community, user__display_name="Anna Berg").user
    assert called(reply_to(topic, by=member, body="@Anna.Berg @Anna")) == set()
    offered = {one["text"] for one in asked(as_member, topic, "anna")}
    assert offered == {f"@Anna.Berg.{anna.pk}", f"@Anna.Berg.{second.pk}"}
    sent = reply_to(topic, by=member, body=f"@Anna.Berg.{second.pk}")
    assert list(sent.mentions.values_list("user", flat=True)) == [second.pk]


@pytest.mark.parametrize("written", ["`@Anna.Berg`", "anna@berg.example", "@Anna.Bergson", "@Berg", "@Otto", "@Olaf"])
def test_code_addresses_strangers_and_other_names_call_nobody(written, topic, member, anna, outsider, community):
    MembershipFactory(community=community, user__display_name="Olaf", state="left")
    assert called(reply_to(topic, by=member, body=written)) == set()


def test_nobody_is_called_to_what_they_may_not_read(facilitator, anna, community, as_facilitator):
    closed = topic_of(ForumFactory(community=community, audience="facilitators"), by=facilitator)
    assert called(reply_to(closed, by=facilitator, body="@Anna.Berg")) == set()
    assert asked(as_facilitator, closed, "Anna") == []


def test_who_talks_here_is_suggested_first_and_the_writer_never(as_member, topic, member, other, anna):
    names = [one["label"] for one in asked(as_member, topic, "")]
    assert "Mina" not in names
    assert names.index("Anna Berg") < names.index("Olga")
    reply_to(topic, by=other)
    assert next(one["label"] for one in asked(as_member, topic, "")) == "Olga"


def test_who_stands_in_no_directory_is_suggested_only_where_they_talk(as_member, topic, anna):
    Profile.objects.create(user=anna, is_unlisted=True)
    assert asked(as_member, topic, "anna") == []
    reply_to(topic, by=anna)
    assert asked(as_member, topic, "anna")[0]["text"] == "@Anna.Berg"


def test_people_are_suggested_for_a_new_topic_too(as_member, forum, anna):
    url = reverse("discussions:forum-people", args=["library", forum.slug])
    assert as_member.get(url, {"q": "ber"}).json()["found"][0]["label"] == "Anna Berg"
    assert url in as_member.get(f"{forum.get_absolute_url()}start/").content.decode()


@pytest.mark.parametrize("typed", ["%", "_", "\0", "'", "x" * 500, "....", "<b>"])
def test_what_is_no_name_finds_nobody(typed, as_member, topic, anna):
    answer = as_member.get(reverse("discussions:topic-people", args=["library", topic.pk]), {"q": typed})
    assert answer.status_code == 200


def test_suggesting_costs_as_many_queries_among_20_people_as_among_2(as_member, topic, anna, community, query_count):
    url = reverse("discussions:topic-people", args=["library", topic.pk])
    few = query_count(as_member, url)
    for user in UserFactory.create_batch(18):
        MembershipFactory(community=community, user=user)
    assert query_count(as_member, url) == few


def test_who_is_called_gets_the_mail_once_and_follows_from_then_on(topic, member, other, anna):
    reply_to(topic, by=member, body="@Anna.Berg, you know this.")
    tell()
    tell()
    assert names_to(anna.email) == ["reply"]
    reply_to(topic, by=other, body="So do I.")
    tell()
    assert names_to(anna.email) == ["reply", "reply"]


def test_who_is_called_in_an_opening_gets_one_mail_though_following_the_forum(forum, member, anna, other):
    assert follows.follow(other, thing_of_forum(forum))
    topic_of(forum, by=member, body="@Anna.Berg and @Olga: who weeds?")
    tell()
    assert [len(mails_to(user.email)) for user in (anna, other)] == [1, 1]


def test_who_wants_no_mail_of_a_topic_is_called_in_vain(topic, member, anna):
    follows.follow(anna, thing_of_topic(topic))
    follows.unfollow(anna, thing_of_topic(topic))
    reply_to(topic, by=member, body="@Anna.Berg")
    tell()
    assert names_to(anna.email) == []


def test_words_changed_call_whom_they_name_now(topic, member, anna, other):
    sent = reply_to(topic, by=member, body="@Anna.Berg")
    writing.edit(sent, body="@Olga", by=member, version=1)
    assert called(sent) == {"Olga"}


def test_500_names_are_refused_in_words_and_the_text_is_kept(as_member, topic, member, community, monkeypatch):
    monkeypatch.setattr(mentioning, "MOST_CALLED", 2)
    for name in ("Ada", "Bea", "Cleo"):
        MembershipFactory(community=community, user__display_name=name)
    body = "@Ada @Bea @Cleo " + " ".join(f"@nobody{number}" for number in range(500))
    url = reverse("discussions:reply-add", args=["library", topic.pk])
    page = as_member.post(url, {"body": body})
    assert page.status_code == 422
    assert "calls 3 people" in page.content.decode()
    assert "@nobody499" in page.content.decode()
    with pytest.raises(Refused):
        reply_to(topic, by=member, body=body)
    as_member.post(url, {"body": "@Ada " * 500})
    assert Mention.objects.count() == 1


def test_a_message_without_names_costs_no_look(topic, member, django_assert_num_queries, anna):
    assert mentioning.called_in((), community=topic.community, audience="public", by=member) == []
    with django_assert_num_queries(0):
        mentioning.called_in((), community=topic.community, audience="public", by=member)
    with django_assert_num_queries(1):
        mentioning.called_in(
            [f"a{number}" for number in range(500)], community=topic.community, audience="public", by=member
        )
