"""Tags: followed or muted within a community; what bears one is told once, for the strongest reason."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.utils import timezone

from blogs import publishing
from cop.notifications import following as follows
from cop.notifications import leaving, notifying, pacing, tag_digests
from cop.notifications.models import Subscription
from cop.notifications.notice_models import MailState, Notification
from cop.notifications.policy_models import MailPolicy
from cop.notifications.tag_models import TAG
from discussions import moderating, tagging, telling
from discussions.following import thing_of_forum
from members.models import Membership, User
from tests.discussions.conftest import as_other, forum, other, topic  # noqa: F401 - fixtures
from tests.factories import BlogFactory, ForumFactory, MembershipFactory, PostFactory, reply_to, topic_of
from tests.notifications.conftest import links_in, mails_to, names_to, text_of

LATER = timedelta(minutes=10)
CHOICE = "/c/library/tags/weeding/follow/"


@pytest.fixture(autouse=True)
def _something_bears_the_tag(topic, member):  # noqa: F811
    """An older topic with the tag, of which everybody was told."""
    moderating.rename(topic, title=topic.title, tags=["weeding"], by=member)
    telling.tell_due(timezone.now() + LATER)
    notifying.notify_due()
    Notification.objects.all().delete()


def told(user: User) -> list[tuple[str, str]]:
    rows = Notification.objects.visible_to(User.objects.get(pk=user.pk)).order_by("-pk")
    return [(row.activity.title, row.why) for row in rows.select_related("activity", "tag__tag")]


def tell() -> None:
    notifying.notify_due()
    telling.tell_due(timezone.now() + LATER)


def choose(client, what: str) -> None:
    assert client.post(CHOICE, {"what": what}).status_code == 302


def own(user: User) -> Subscription:
    return Subscription.objects.get(subscriber__user=user, thing_kind=TAG)


def test_a_topic_with_a_followed_tag_is_told_and_mailed(as_other, other, member, forum):  # noqa: F811
    choose(as_other, "follow")
    topic_of(forum, by=member, title="Who weeds?", tags=["weeding", "shelves"])
    topic_of(forum, by=member, title="Who dusts?", tags=["dust"])
    tell()
    assert told(other) == [("Who dusts?", "New in the community"), ("Who weeds?", "You follow the tag “weeding”")]
    assert names_to(other.email) == ["topic"]
    mail = mails_to(other.email)[0]
    assert "because you follow the tag “weeding” in Library Team" in " ".join(text_of(mail).split())
    assert f"/mail/manage/{own(other).token}/" in links_in(mail)
    assert own(other).token in str(mail["List-Unsubscribe"])


def test_the_line_of_a_followed_tag_is_a_sentence_with_paces(as_other, other, visitor):  # noqa: F811
    choose(as_other, "follow")
    page = visitor.get(f"/mail/manage/{own(other).token}/").content.decode()
    assert "#weeding" in page
    assert "Each new topic and post with this tag comes at once." in page
    assert visitor.post(f"/mail/manage/{own(other).token}/{own(other).pk}/pace/", {"pace": "weekly"}).status_code == 302
    assert own(other).pace == "weekly"


def test_who_follows_the_forum_too_hears_of_it_once_and_by_the_forum(as_other, other, member, forum):  # noqa: F811
    choose(as_other, "follow")
    follows.follow(other, thing_of_forum(forum))
    topic_of(forum, by=member, title="Who weeds?", tags=["weeding"])
    tell()
    assert told(other) == [("Who weeds?", "You follow it")]
    assert names_to(other.email) == ["topic"]
    assert "you follow the forum" in text_of(mails_to(other.email)[0])


def test_a_mention_is_stronger_than_a_tag(as_other, other, member, forum):  # noqa: F811
    choose(as_other, "follow")
    topic_of(forum, by=member, title="Who weeds?", body="@Olga?", tags=["weeding"])
    tell()
    assert told(other) == [("Who weeds?", "You were mentioned")]
    assert names_to(other.email) == ["topic"]


def test_who_muted_the_forum_hears_nothing_of_it_by_a_tag(as_other, other, member, forum):  # noqa: F811
    choose(as_other, "follow")
    follows.follow(other, thing_of_forum(forum), pace="muted")
    topic_of(forum, by=member, title="Who weeds?", tags=["weeding"])
    tell()
    assert told(other) == []
    assert names_to(other.email) == []


def test_replies_are_not_brought_by_a_tag(as_other, other, member, topic):  # noqa: F811
    choose(as_other, "follow")
    reply_to(topic, by=member)
    tell()
    assert told(other) == []


def test_a_muted_tag_silences_what_it_alone_would_bring(as_other, other, member, forum):  # noqa: F811
    choose(as_other, "mute")
    topic_of(forum, by=member, title="Who weeds?", tags=["weeding"])
    topic_of(forum, by=member, title="Olga, who weeds?", body="@Olga?", tags=["weeding"])
    tell()
    assert told(other) == [("Olga, who weeds?", "You were mentioned")]
    follows.follow(other, thing_of_forum(forum))
    topic_of(forum, by=member, title="Who weeds again?", tags=["weeding"])
    tell()
    assert told(other)[0] == ("Who weeds again?", "You follow it")
    choose(as_other, "stop")
    follows.unfollow(other, thing_of_forum(forum))


def test_a_muted_tag_is_left_out_of_the_list_of_all_messages(as_other, other, member, forum, topic):  # noqa: F811
    notifying.community_following.follow_as_members(forum.community)
    pacing.change_pace(Subscription.objects.get(subscriber__user=other, thing_kind="community"), "each")
    choose(as_other, "mute")
    topic_of(forum, by=member, title="Who weeds?", tags=["weeding"])
    reply_to(topic, by=member)
    topic_of(forum, by=member, title="Who dusts?")
    tell()
    assert [mail["Subject"] for mail in mails_to(other.email)] == ["Who dusts?"]


def test_only_who_may_read_it_is_told(other, as_other, facilitator, signed_in, forum, outsider):  # noqa: F811
    EmailAddress.objects.create(user=facilitator, email=facilitator.email, verified=True, primary=True)
    EmailAddress.objects.create(user=outsider, email=outsider.email, verified=True, primary=True)
    for client in (as_other, signed_in(facilitator), signed_in(outsider)):
        choose(client, "follow")
    second = MembershipFactory(community=forum.community, role="facilitator").user
    among_us = ForumFactory(community=forum.community, audience="facilitators")
    topic_of(among_us, by=second, title="Whom to weed?", tags=["weeding"])
    tell()
    assert told(facilitator) == [("Whom to weed?", "You follow the tag “weeding”")]
    assert names_to(facilitator.email) == ["topic"]
    assert [told(user) for user in (other, outsider)] == [[], []]
    assert [names_to(user.email) for user in (other, outsider)] == [[], []]
    topic_of(forum, by=second, title="Who weeds?", tags=["weeding"])
    tell()
    assert told(outsider) == [("Who weeds?", "You follow the tag “weeding”")]


def test_a_tag_that_one_may_not_know_of_cannot_be_followed(as_other, as_facilitator, facilitator, forum):  # noqa: F811
    among_us = ForumFactory(community=forum.community, audience="facilitators")
    topic_of(among_us, by=facilitator, title="Whom to weed?", tags=["dismissals"])
    assert as_other.post("/c/library/tags/dismissals/follow/", {"what": "follow"}).status_code == 404
    assert "dismissals" not in as_other.get("/c/library/discussions/").content.decode()
    assert as_facilitator.post("/c/library/tags/dismissals/follow/").status_code == 302
    chosen = tagging.as_chosen(forum.community, tagging.find(forum.community, "dismissals", reader=facilitator))
    assert as_other.get(f"/mail/subscribe/tag/{chosen.pk}/").status_code == 404


def test_a_post_with_a_followed_tag_is_mailed_once(as_other, other, community):  # noqa: F811
    choose(as_other, "follow")
    blog = BlogFactory(community=community)
    post = PostFactory(blog=blog, state="draft", tags=["weeding"], title="How we weed")
    publishing.publish(post, by=post.author)
    notifying.notify_due()
    assert told(other) == [("How we weed", "You follow the tag “weeding”")]
    assert names_to(other.email) == ["post"]
    assert "because you follow the tag “weeding”" in text_of(mails_to(other.email)[0])
    assert Notification.objects.get(user=other).mail == MailState.SENT
    page = as_other.get("/c/library/discussions/?tag=weeding").content.decode()
    assert "How we weed" in page
    assert "You follow this tag." in page


def test_who_gets_each_message_and_follows_a_tag_gets_a_post_once(as_other, other, community):  # noqa: F811
    notifying.community_following.follow_as_members(community)
    pacing.change_pace(Subscription.objects.get(subscriber__user=other, thing_kind="community"), "each")
    choose(as_other, "follow")
    post = PostFactory(blog=BlogFactory(community=community), state="draft", tags=["weeding"])
    publishing.publish(post, by=post.author)
    notifying.notify_due()
    assert names_to(other.email) == ["post"]


def test_a_withdrawn_post_goes_to_no_follower_of_its_tag(as_other, other, community):  # noqa: F811
    choose(as_other, "follow")
    post = PostFactory(blog=BlogFactory(community=community), state="draft", tags=["weeding"])
    publishing.publish(post, by=post.author)
    publishing.withdraw(post, by=post.author)
    states = {mailing.state for mailing in publishing.mailings_of(post)}
    assert publishing.mailings_of(post).count() == 2
    assert states == {"withdrawn"}


def test_round_ups_of_a_tag_hold_what_was_not_read_and_nothing_twice(as_other, other, member, forum):  # noqa: F811
    choose(as_other, "follow")
    pacing.change_pace(own(other), "daily")
    read = topic_of(forum, by=member, title="Read already", tags=["weeding"])
    for title in ("Who weeds?", "Who weeds most?"):
        topic_of(forum, by=member, title=title, tags=["weeding"])
    tell()
    assert names_to(other.email) == []
    as_other.post(f"/c/library/t/{read.pk}/read/", {"ids": str(read.replies.get().pk)})
    at = timezone.now() + timedelta(days=2)
    assert tag_digests.send_due(at) == 1
    assert tag_digests.send_due(at) == 0
    words = text_of(mails_to(other.email)[0])
    assert "Who weeds?" in words
    assert "Who weeds most?" in words
    assert "Read already" not in words
    assert tag_digests.send_due(at + timedelta(days=2)) == 0
    assert own(other).digest_due_at > at


def test_what_waits_for_a_round_up_comes_when_each_is_wanted_again(as_other, other, member, forum):  # noqa: F811
    choose(as_other, "follow")
    pacing.change_pace(own(other), "weekly")
    topic_of(forum, by=member, title="Who weeds?", tags=["weeding"])
    tell()
    pacing.change_pace(own(other), "each")
    assert tag_digests.send_due() == 1
    assert own(other).digest_due_at is None
    assert names_to(other.email) == ["digest"]


def test_a_round_up_goes_to_nobody_who_left_or_may_not_read_any_more(as_other, other, member, forum):  # noqa: F811
    choose(as_other, "follow")
    pacing.change_pace(own(other), "daily")
    forum.audience = "community"
    forum.save()
    topic_of(forum, by=member, title="Who weeds?", tags=["weeding"])
    tell()
    Membership.objects.filter(user=other).update(state="left")
    assert tag_digests.send_due(timezone.now() + timedelta(days=2)) == 0
    assert names_to(other.email) == []


def test_leaving_by_the_mail_ends_the_tag_alone(as_other, other, member, forum):  # noqa: F811
    choose(as_other, "follow")
    leaving.leave(own(other))
    topic_of(forum, by=member, title="Who weeds?", tags=["weeding"])
    tell()
    assert told(other) == [("Who weeds?", "New in the community")]
    assert names_to(other.email) == []


def test_a_ceiling_holds_tags_too(as_other, other, community):  # noqa: F811
    MailPolicy.objects.create(community=community, most="daily")
    choose(as_other, "follow")
    assert own(other).pace == "daily"


def test_the_list_of_a_tag_costs_the_same_however_many_bear_it(as_other, query_count, forum, member):  # noqa: F811
    topic_of(forum, by=member, tags=["weeding"])
    before = query_count(as_other, "/c/library/discussions/?tag=weeding")
    for number in range(5):
        topic_of(forum, by=member, title=f"Weeding {number}", tags=["weeding", f"more {number}"])
        PostFactory(blog__community=forum.community, blog__slug=f"b{number}", tags=["weeding"])
    assert query_count(as_other, "/c/library/discussions/?tag=weeding") == before
