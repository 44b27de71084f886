"""The bell: what one is told of, once and for the strongest reason; read on its page is read in the bell."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from blogs import publishing
from cop.notifications import catching_up, leaving, notifying, pacing
from cop.notifications import following as follows
from cop.notifications.models import Activity, Subscription
from cop.notifications.notice_models import MailState, Notification, Reason
from cop.privacy import retention
from discussions import moderating, naming_later, telling, writing
from discussions.following import thing_of_forum, thing_of_topic
from discussions.models import Reply
from members.models import Community, Membership, User
from members.profile_models import Profile
from tests.discussions.conftest import as_other, forum, other, topic  # noqa: F401 - fixtures
from tests.factories import BlogFactory, MembershipFactory, PostFactory, reply_to, topic_of
from tests.notifications.conftest import mails_to, names_to, text_of

LATER = timedelta(minutes=3)


@pytest.fixture(autouse=True)
def _history_is_told(topic):  # noqa: F811
    """The opening question was told before each test begins."""
    notifying.notify_due()
    Notification.objects.all().delete()


def told(user: User) -> list[tuple[str, str]]:
    """The titles of what somebody is told of and why, the newest first."""
    rows = Notification.objects.visible_to(User.objects.get(pk=user.pk)).order_by("-pk").select_related("activity")
    return [(row.activity.title, Reason(row.reason).name) for row in rows]


def tell() -> None:
    notifying.notify_due()
    telling.tell_due(timezone.now() + LATER)


def test_an_answer_is_told_to_whoever_is_answered(topic, member, other):  # noqa: F811
    reply_to(topic, by=other)
    notifying.notify_due()
    notifying.notify_due()
    assert told(member) == [(topic.title, "ANSWERED")]
    assert told(other) == []


def test_of_several_reasons_the_strongest_is_said_once(topic, member, other):  # noqa: F811
    reply_to(topic, by=other, body="@mina look at this")
    tell()
    assert told(member) == [(topic.title, "MENTIONED")]
    assert names_to(member.email) == ["reply"]
    assert "because you were mentioned in Library Team" in text_of(mails_to(member.email)[0])


def test_a_mention_reaches_who_follows_nothing(topic, community, member, other):  # noqa: F811
    someone = MembershipFactory(community=community, user__display_name="Rosa de Luca").user
    reply_to(topic, by=other, body="Ask @Rosa.de.Luca.")
    tell()
    assert told(someone) == [(topic.title, "MENTIONED")]
    mail = mails_to(someone.email)[0]
    assert "because you were mentioned" in text_of(mail)
    row = Subscription.objects.get(subscriber__user=someone, thing_kind="personal")
    assert row.token in str(mail["List-Unsubscribe"])
    leaving.leave(row)
    reply_to(topic, by=other, body="@Rosa once more")
    tell()
    assert len(told(someone)) == 2
    assert len(mails_to(someone.email)) == 1
    assert Notification.objects.filter(user=someone).latest("pk").mail == MailState.MUTED


def test_a_name_that_two_bear_means_neither(topic, community, other):  # noqa: F811
    twins = [MembershipFactory(community=community, user__display_name=f"Rosa {name}").user for name in ("A", "B")]
    reply_to(topic, by=other, body="@rosa?")
    tell()
    assert [told(twin) for twin in twins] == [[], []]


def test_a_mention_tells_nothing_to_who_may_not_read(forum, community, other, outsider):  # noqa: F811
    forum.audience = "facilitators"
    forum.save()
    hidden = topic_of(forum, by=MembershipFactory(community=community, role="facilitator").user, title="Among us")
    MembershipFactory(community=community, user__display_name="Nora")
    reply_to(hidden, by=hidden.starter, body="@Nora @Otto")
    tell()
    assert not Notification.objects.filter(user__display_name__in=["Nora", "Otto"]).exists()


def test_who_may_be_asked_about_it_hears_of_a_question(forum, community, member, other):  # noqa: F811
    profile = Profile.objects.create(user=other)
    profile.ask_about.set(["cold chains"])
    topic_of(forum, by=member, title="How do cold chains break?", kind="question")
    tell()
    assert told(other) == [("How do cold chains break?", "COULD_HELP")]
    assert "you can be asked about" in " ".join(text_of(mails_to(other.email)[0]).split())


def test_news_are_told_to_members_and_counted_for_nobody(forum, member, other, sponsor, outsider):  # noqa: F811
    topic_of(forum, by=member, title="Who weeds?")
    notifying.notify_due()
    assert told(other) == told(sponsor) == [("Who weeds?", "NEW")]
    assert told(member) == told(outsider) == []
    assert catching_up.unread_count(other) == 0


def test_followers_hear_of_new_topics_and_of_each_reply(forum, topic, member, other):  # noqa: F811
    follows.follow(other, thing_of_forum(forum))
    follows.follow(other, thing_of_topic(topic))
    topic_of(forum, by=member, title="Who weeds?")
    reply_to(topic, by=member, parent=topic.replies.first())
    notifying.notify_due()
    assert told(other) == [(topic.title, "FOLLOWING"), ("Who weeds?", "FOLLOWING")]
    assert catching_up.unread_count(other) == 2


def test_what_is_muted_or_left_is_not_told(forum, topic, member, other):  # noqa: F811
    EmailAddress.objects.create(user=member, email=member.email, verified=True, primary=True)
    follows.follow(member, thing_of_topic(topic))
    follows.follow(other, thing_of_topic(topic), pace="muted")
    follows.unfollow(member, thing_of_topic(topic))
    someone = MembershipFactory(community=forum.community).user
    reply_to(topic, by=someone, parent=topic.replies.first())
    notifying.notify_due()
    assert told(other) == told(member) == []


def test_what_is_read_on_its_page_is_read_in_the_bell_and_not_mailed(as_member, topic, member, other):  # noqa: F811
    written = reply_to(topic, by=other)
    notifying.notify_due()
    assert as_member.get("/bell/count/").json()["count"] == 1
    as_member.post(f"/c/library/t/{topic.pk}/read/", {"ids": str(written.pk)})
    assert as_member.get("/bell/count/").json()["count"] == 0
    tell()
    assert names_to(member.email) == []
    assert Notification.objects.get(user=member).mail == MailState.READ


def test_a_post_that_is_read_leaves_the_bell(as_member, member, community):
    blog = BlogFactory(community=community)
    post = PostFactory(blog=blog, state="draft")
    publishing.publish(post, by=post.author)
    notifying.notify_due()
    assert told(member) == [(post.title, "NEW")]
    as_member.post("/bell/seen/", {"kind": "post", "ids": f"{post.pk},x,{'9' * 30}"})
    assert not Notification.objects.filter(user=member, read_at=None).exists()


def test_what_one_may_no_longer_read_is_not_shown_any_more(topic, member, other):  # noqa: F811
    reply_to(topic, by=other)
    notifying.notify_due()
    Activity.objects.update(audience="community")
    assert len(told(member)) == 1
    Membership.objects.filter(user=member).update(state="left")
    assert told(member) == []
    assert catching_up.unread_count(User.objects.get(pk=member.pk)) == 0


def test_what_is_taken_back_is_not_shown_any_more(topic, member, other):  # noqa: F811
    written = reply_to(topic, by=other)
    notifying.notify_due()
    moderating.take_back(written, by=other)
    assert told(member) == []


def test_the_page_groups_by_community_and_thing(as_member, topic, member, other):  # noqa: F811
    reply_to(topic, by=other, body="First words")
    reply_to(topic, by=other, body="Latest words")
    notifying.notify_due()
    page = as_member.get("/bell/").content.decode()
    assert page.count(f">{topic.title}<") == 1
    assert "2 new" in page
    assert "<bdi>Olga</bdi>: <bdi>Latest words</bdi>" in page
    assert "It answers you" in page
    assert "Library Team" in page
    assert "<!doctype" not in as_member.get("/bell/", HTTP_HX_REQUEST="true").content.decode()
    assert 'aria-label="Notifications: 1 new"' in as_member.get("/").content.decode()


def test_a_thing_is_marked_read_and_unread_again(as_member, topic, member, other):  # noqa: F811
    reply_to(topic, by=other)
    notifying.notify_due()
    as_member.post(f"/bell/topic/{topic.pk}/read/", {"next": "//evil.example/"})
    assert "You have seen everything" in as_member.get("/bell/").content.decode()
    assert topic.title in as_member.get("/bell/?show=all").content.decode()
    as_member.post(f"/bell/topic/{topic.pk}/unread/")
    assert catching_up.unread_count(member) == 1


def test_no_button_leads_to_another_site(as_member, topic):  # noqa: F811
    answer = as_member.post(f"/bell/topic/{topic.pk}/read/", {"next": "//evil.example/"})
    assert answer["Location"] == "/bell/"


def test_all_are_marked_read_but_not_what_came_after_the_page(as_member, topic, member, other):  # noqa: F811
    reply_to(topic, by=other)
    notifying.notify_due()
    newest = Notification.objects.get(user=member).pk
    reply_to(topic, by=other)
    notifying.notify_due()
    as_member.post("/bell/read/", {"up_to": str(newest)})
    assert Notification.objects.filter(user=member, read_at=None).count() == 1
    as_member.post("/bell/read/", {"in": "elsewhere"})
    assert catching_up.unread_count(member) == 1
    as_member.post("/bell/read/", {"in": "library"})
    assert catching_up.unread_count(member) == 0


def test_nobody_touches_what_another_is_told(as_other, topic, member, other):  # noqa: F811
    reply_to(topic, by=other)
    notifying.notify_due()
    as_other.post(f"/bell/topic/{topic.pk}/read/")
    as_other.post("/bell/read/")
    assert catching_up.unread_count(member) == 1


def test_telling_and_the_page_cost_the_same_for_few_and_many(as_member, forum, member, other, query_count):  # noqa: F811
    def count_one(title: str) -> int:
        topic_of(forum, by=other, title=title)
        with CaptureQueriesContext(connection) as queries:
            notifying.notify_due()
        return len(queries)

    count_one("The first makes each member a line to change it by")
    few, few_on_page = count_one("One"), query_count(as_member, "/bell/")
    MembershipFactory.create_batch(20, community=forum.community)
    for number in range(5):
        topic_of(forum, by=other, title=f"Topic {number}")
    notifying.notify_due()
    assert count_one("Two") == few
    assert query_count(as_member, "/bell/") == few_on_page


def test_the_page_goes_on_where_it_ended(as_member, forum, member, other, monkeypatch):  # noqa: F811
    monkeypatch.setattr(catching_up, "GROUPS_A_PAGE", 2)
    for number in range(3):
        topic_of(forum, by=other, title=f"Topic {number}")
    notifying.notify_due()
    first = catching_up.page_of(member)
    assert [group.newest.title for group in first.rooms[0].groups] == ["Topic 2", "Topic 1"]
    second = catching_up.page_of(member, at=first.older)
    assert [group.newest.title for group in second.rooms[0].groups] == ["Topic 0"]
    assert second.older == ""
    for mark in ("x", "%%%", "é", "9" * 40):
        assert as_member.get("/bell/", {"page": mark}).status_code == 200


def test_history_and_old_notifications_are_left_alone(topic, member, other):  # noqa: F811
    reply_to(topic, by=other)
    Activity.objects.filter(notified_at=None).update(at=timezone.now() - timedelta(days=4))
    notifying.notify_due()
    assert told(member) == []
    reply_to(topic, by=other)
    notifying.notify_due()
    assert retention.run(timezone.now() + timedelta(days=89))["notifications"] == 0
    assert retention.run(timezone.now() + timedelta(days=91))["notifications"] == 1


def test_an_answer_in_what_comes_daily_waits_for_the_round_up(topic, member, other):  # noqa: F811
    EmailAddress.objects.create(user=member, email=member.email, verified=True, primary=True)
    follows.follow(member, thing_of_topic(topic), pace="daily")
    reply_to(topic, by=other)
    tell()
    assert names_to(member.email) == []
    assert Notification.objects.get(user=member).mail == MailState.ROUND_UP


def test_somebody_paused_is_told_on_the_page_alone(topic, member, other):  # noqa: F811
    reply_to(topic, by=other)
    notifying.notify_due()
    subscriber = Subscription.objects.filter(subscriber__user=member).first().subscriber
    pacing.pause(subscriber, timezone.now() + timedelta(days=3))
    telling.tell_due(timezone.now() + LATER)
    assert names_to(member.email) == []
    assert Notification.objects.get(user=member).mail == MailState.HELD


def test_a_community_that_is_gone_takes_its_notifications_along(topic, member, other):  # noqa: F811
    reply_to(topic, by=other)
    notifying.notify_due()
    Community.objects.all().delete()
    assert not Notification.objects.exists()


def change(message, words: str):
    row = Reply.objects.get(pk=message.pk)
    return writing.edit(row, body=words, by=row.author, version=row.version)


def name_later(minutes: int = 10) -> None:
    naming_later.tell_due(timezone.now() + timedelta(minutes=minutes))


def test_who_is_named_when_it_is_changed_hears_of_it_once(topic, community, member, other):  # noqa: F811
    someone = MembershipFactory(community=community, user__display_name="Rosa de Luca").user
    written = reply_to(topic, by=other, body="Ask somebody.")
    tell()
    assert told(someone) == []
    change(written, "Ask @Rosa.de.Luca.")
    naming_later.tell_due(timezone.now())
    assert told(someone) == []
    name_later()
    name_later()
    assert told(someone) == [(topic.title, "MENTIONED")]
    mail = mails_to(someone.email)
    assert len(mail) == 1
    assert "because you were mentioned" in text_of(mail[0])
    assert "Ask @Rosa.de.Luca." in text_of(mail[0])
    assert Subscription.objects.get(subscriber__user=someone).token in str(mail[0]["List-Unsubscribe"])
    change(written, "Ask nobody.")
    change(written, "Ask @Rosa.de.Luca after all.")
    name_later()
    assert len(told(someone)) == len(mails_to(someone.email)) == 1
    assert len(mails_to(member.email)) == 1


def test_who_was_mailed_it_before_reads_in_the_bell_that_they_are_named(as_member, topic, member, other):  # noqa: F811
    written = reply_to(topic, by=other)
    tell()
    as_member.post(f"/c/library/t/{topic.pk}/read/", {"ids": str(written.pk)})
    assert (told(member), catching_up.unread_count(member)) == ([(topic.title, "ANSWERED")], 0)
    change(written, "In a drawer, @Mina.")
    name_later()
    assert (told(member), catching_up.unread_count(member)) == ([(topic.title, "MENTIONED")], 1)
    assert len(mails_to(member.email)) == 1


def test_a_name_that_is_taken_away_again_is_not_told(topic, community, other):  # noqa: F811
    someone = MembershipFactory(community=community, user__display_name="Rosa de Luca").user
    written = reply_to(topic, by=other)
    tell()
    change(written, "@Rosa?")
    change(written, "Nobody.")
    name_later()
    assert told(someone) == []


def test_nobody_is_named_later_who_may_not_read_it_or_in_what_was_hidden(forum, topic, facilitator, other):  # noqa: F811
    someone = MembershipFactory(community=forum.community, user__display_name="Rosa de Luca").user
    written = reply_to(topic, by=other)
    tell()
    change(written, "@Rosa?")
    moderating.hide(written, by=facilitator)
    name_later()
    moderating.show(written, by=facilitator)
    name_later()
    assert told(someone) == []


def test_a_change_before_it_is_told_is_told_with_it(topic, community, other):  # noqa: F811
    someone = MembershipFactory(community=community, user__display_name="Rosa de Luca").user
    written = reply_to(topic, by=other)
    change(written, "@Rosa?")
    tell()
    name_later()
    assert told(someone) == [(topic.title, "MENTIONED")]
    assert len(mails_to(someone.email)) == 1
