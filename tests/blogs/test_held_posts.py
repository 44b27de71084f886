"""Posts that wait for a facilitator: drafts to everybody else, published once and as usual when somebody has looked."""

from datetime import timedelta

import pytest
from django.utils import timezone

from blogs import holding, publishing, publishing_held
from blogs.following import thing_of
from blogs.held_models import HeldPost
from blogs.holding import Held
from blogs.models import Blog, Post
from blogs.saving import save_post
from cop.base.errors import Refused
from cop.guarding.models import Protection, WordList
from cop.mail.models import Delivery
from cop.moderation import restraining
from cop.moderation.models import Case
from cop.notifications.models import Activity
from cop.search.models import SearchEntry
from discussions import writing
from members import closing_account, joining
from members.closing_models import Choice
from members.models import Membership
from tests.factories import ForumFactory, MembershipFactory, PostFactory, SubscriptionFactory, topic_of
from tests.guarding.test_comparing_texts import OTHER, TEXT
from tests.notifications.conftest import mails_to, names_to, text_of

POINT = "1. We speak about the matter, not about the person."


@pytest.fixture
def blog(blog) -> Blog:
    blog.writers = "members"
    blog.save()
    return blog


@pytest.fixture
def written(blog, member) -> Post:
    return PostFactory(blog=blog, author=member, title="Boxes", body="In *boxes*.", state="draft")


@pytest.fixture
def restrained(community, member):
    restraining.hold(member, community)


@pytest.fixture
def held(restrained, written, member) -> HeldPost:
    with pytest.raises(Held) as caught:
        publishing.publish(written, by=member)
    return caught.value.row


@pytest.fixture
def reader(blog):
    return SubscriptionFactory(thing=thing_of(blog), subscriber__address="rosa@example.net")


def mailed() -> list[str]:
    return list(Delivery.objects.filter(mailing__dedupe_key__startswith="post:").values_list("address", flat=True))


def again(post: Post) -> Post:
    return Post.objects.select_related("blog__community", "author").get(pk=post.pk)


# --- Waiting --------------------------------------------------------------------------------------------------------


def test_whose_posts_are_read_first_publishes_nothing(
    restrained, written, reader, as_member, signed_in, community, visitor, at
):
    answer = as_member.post(at("post-publish", written.pk), follow=True)
    page = answer.content.decode()
    assert "Waits for a facilitator" in page and "Take it back" in page and "Publish now" not in page
    assert again(written).state == "draft"
    for client in (visitor, signed_in(MembershipFactory(community=community).user)):
        assert client.get(written.get_absolute_url()).status_code == 404
        assert "Boxes" not in client.get(written.blog.get_absolute_url()).content.decode()
    assert not Activity.objects.exists() and not SearchEntry.objects.exists() and not mailed()


def test_two_clicks_wait_once(restrained, written, as_member, at):
    for _each in range(2):
        as_member.post(at("post-publish", written.pk))
    assert HeldPost.objects.count() == Case.objects.count() == 1


def test_the_first_post_of_a_newcomer_waits_where_first_messages_do(community, written, member, facilitator):
    Protection.objects.create(community=community, way="held")
    with pytest.raises(Held) as caught:
        publishing.publish(written, by=member)
    publishing_held.publish(caught.value.row, by=facilitator)
    second = PostFactory(blog=written.blog, author=member, state="draft")
    assert publishing.publish(second, by=member)
    # Who has published a post is no stranger in a forum.
    topic = topic_of(ForumFactory(community=community), by=facilitator)
    assert writing.reply(topic, body="Mine", by=writing.Writer(user=member))


@pytest.mark.parametrize("field", ["title", "body", "excerpt"])
def test_listed_words_hold_a_post_wherever_they_stand(community, blog, member, field):
    WordList.objects.create(community=community, words="casino")
    given = {"title": "Boxes", "body": "Words.", "excerpt": "", field: "The best CАSINO"}
    post = save_post(Post(blog=blog, author=member), by=member, **given)
    with pytest.raises(Held):
        publishing.publish(post, by=member)


def test_a_listed_tag_holds_a_post(community, blog, member):
    WordList.objects.create(community=community, words="casino")
    post = PostFactory(blog=blog, author=member, state="draft", tags=["casino"])
    with pytest.raises(Held):
        publishing.publish(post, by=member)


def test_newcomers_publish_no_more_links_and_posts_than_messages(settings, community, blog, member):
    settings.NEWCOMER_DAYS = 3
    Protection.objects.create(community=community, topics_an_hour=1)
    links = PostFactory(
        blog=blog, author=member, state="draft", body="https://a.example https://b.example https://c.example"
    )
    with pytest.raises(Refused, match="3 links"):
        publishing.publish(links, by=member)
    first, second = (PostFactory(blog=blog, author=member, state="draft", body=f"No {n}") for n in range(2))
    assert publishing.publish(first, by=member)
    with pytest.raises(Refused, match="1 post an hour"):
        publishing.publish(second, by=member)


def test_a_scheduled_post_waits_and_keeps_its_moment(restrained, written, member, facilitator):
    moment = timezone.now() + timedelta(days=2)
    with pytest.raises(Held) as caught:
        publishing.schedule(written, by=member, at=moment)
    assert publishing.publish_due(moment) == 0 and again(written).state == "draft"
    publishing_held.publish(caught.value.row, by=facilitator)
    assert (again(written).state, again(written).publish_at) == ("scheduled", moment)
    assert "will be published" in mails_to(member.email)[0]["Subject"]
    # It was looked at: nobody looks again when its moment comes.
    assert publishing.publish_due(moment) == 1


def test_what_was_changed_after_it_was_scheduled_is_looked_at_again(community, written, member):
    moment = timezone.now() + timedelta(days=2)
    publishing.schedule(written, by=member, at=moment)
    WordList.objects.create(community=community, words="casino")
    save_post(written, title="Casino", body="Come!", by=member)
    assert publishing.publish_due(moment) == 0
    assert again(written).state == "draft" and holding.waiting(written)


def test_facilitators_and_feeds_wait_for_nobody(restrained, written, facilitator):
    assert publishing.publish(written, by=facilitator)
    nobodys = PostFactory(blog=written.blog, author=None, state="draft")
    assert publishing.publish(nobodys, by=None)


# --- Deciding -------------------------------------------------------------------------------------------------------


def test_approved_it_is_published_and_mailed_as_usual_once(held, written, reader, facilitator, member):
    assert publishing_held.publish(held, by=facilitator)
    assert not publishing_held.publish(held, by=facilitator)
    assert again(written).is_published and mailed() == ["rosa@example.net"]
    assert Activity.objects.get().by == member
    assert names_to(member.email) == ["held_post_published"]
    assert "“Boxes”" in text_of(mails_to(member.email)[0]) and "Fatima" not in text_of(mails_to(member.email)[0])
    assert not Case.objects.open().exists()


def test_the_button_on_its_own_page_decides_too(held, written, as_facilitator, member, at):
    page = as_facilitator.get(written.get_absolute_url()).content.decode()
    assert "as a facilitator decided" in page and "Publish now" in page
    as_facilitator.post(at("post-publish", written.pk))
    assert HeldPost.objects.get().outcome == "published" and not Case.objects.open().exists()
    assert names_to(member.email) == ["held_post_published"]


def test_facilitators_read_it_in_what_needs_care_and_decline_it_with_a_word(
    held, as_facilitator, community, member, written, as_member, at
):
    queue = as_facilitator.get(f"/c/{community.slug}/care/").content.decode()
    assert "In <em>boxes</em>." in queue and "Current awareness" in queue
    url = f"/c/{community.slug}/care/{Case.objects.get().pk}/decide/"
    assert as_facilitator.post(url, {"decision": "decline", "words": "Which?"}).status_code == 422
    as_facilitator.post(url, {"decision": "decline", "reason": POINT, "words": "Which <b>boxes</b>?"})
    [mail] = mails_to(member.email)
    assert "Which <b>boxes</b>?" in text_of(mail) and at("post-edit", written.pk) in text_of(mail)
    page = as_member.get(written.get_absolute_url()).content.decode()
    assert "Publish now" in page and "Waits for a facilitator" not in page


def test_advertising_is_thrown_away_without_a_word(held, facilitator, member, written):
    publishing_held.throw_away(held, by=facilitator)
    assert names_to(member.email) == [] and again(written).state == "draft"


def test_what_is_changed_while_it_waits_is_looked_at_as_it_is_then(held, written, member, as_facilitator, community):
    seen = Case.objects.get()
    save_post(again(written), title="Boxes", body="Casino!", by=member)
    answer = as_facilitator.post(f"/c/{community.slug}/care/{seen.pk}/decide/", {"decision": "publish"})
    assert "meanwhile" in answer.content.decode()
    assert not again(written).is_published
    now = Case.objects.open().get()
    assert now.since == seen.since
    as_facilitator.post(f"/c/{community.slug}/care/{now.pk}/decide/", {"decision": "publish"})
    assert again(written).is_published and again(written).text.strip() == "Casino!"


def test_its_writer_takes_it_back_and_goes_on(held, written, as_member, as_other_facilitator, at):
    as_other_facilitator.post(at("post-take-back", written.pk))
    assert holding.waiting(written)
    assert "It waits for a facilitator" in as_member.get(at("post-edit", written.pk)).content.decode()
    as_member.post(at("post-take-back", written.pk))
    assert not holding.waiting(written) and not Case.objects.open().exists()
    assert "Publish now" in as_member.get(written.get_absolute_url()).content.decode()


@pytest.fixture
def as_other_facilitator(signed_in, facilitator):
    return signed_in(facilitator)


def test_whose_writer_was_suspended_is_not_published(held, member, facilitator, written):
    joining.suspend(Membership.objects.get(user=member), by=facilitator, reason="x", until=None)
    with pytest.raises(Refused, match="suspended"):
        publishing_held.publish(held, by=facilitator)
    assert not again(written).is_published


def test_what_somebody_saves_at_the_same_moment_is_not_published_unseen(written, facilitator, member):
    opened = again(written)
    save_post(again(written), title="Other", body="Other", by=member)
    with pytest.raises(Refused, match="changed at this moment"):
        publishing.publish(opened, by=facilitator)
    assert not again(written).is_published


def test_what_was_published_once_is_published_again_as_it_was(community, blog, member):
    post = PostFactory(blog=blog, author=member, state="draft", body=TEXT)
    assert publishing.publish(post, by=member)
    publishing.withdraw(post, by=member)
    assert publishing.publish(again(post), by=member)
    publishing.withdraw(post, by=member)
    save_post(again(post), title=post.title, body=TEXT.replace("today", "now"), by=member)
    assert publishing.publish(again(post), by=member)


def test_it_waits_no_longer_when_its_writer_closes_the_account(held, member):
    closing_account.close(member, choice=Choice.KEEP)
    assert not HeldPost.objects.exists()


def test_many_posts_that_wait_cost_what_few_do(restrained, blog, member, as_facilitator, community, query_count):
    def hold(count):
        for number in range(count):
            with pytest.raises(Held):
                publishing.publish(PostFactory(blog=blog, author=member, state="draft", body=f"No {number}"), by=member)

    hold(2)
    few = query_count(as_facilitator, f"/c/{community.slug}/care/")
    hold(8)
    assert query_count(as_facilitator, f"/c/{community.slug}/care/") == few


# --- Changing what is published -------------------------------------------------------------------------------------


@pytest.mark.parametrize("given", [{"title": "Casino"}, {"body": "Casino"}, {"excerpt": "Casino"}, {"tags": "casino"}])
def test_a_published_post_becomes_nothing_that_would_have_waited(community, blog, member, as_member, at, given):
    WordList.objects.create(community=community, words="casino")
    post = PostFactory(blog=blog, author=member, title="Boxes", body="Words.")
    form = {"title": "Boxes", "body": "Words.", "excerpt": "", "tags": "", "version": post.version, **given}
    answer = as_member.post(at("post-edit", post.pk), form)
    assert answer.status_code == 422 and "list of words" in answer.content.decode()
    assert "asino" in answer.content.decode()
    assert again(post).version == 1


def test_nor_does_what_waits_for_a_facilitator_stand_by_being_changed(restrained, blog, member, facilitator):
    post = PostFactory(blog=blog, author=None)
    Post.objects.filter(pk=post.pk).update(author=member)
    with pytest.raises(Refused, match="reads what you write here first"):
        save_post(again(post), title="Boxes", body="Anything", by=member)
    assert save_post(again(post), title="Boxes", body="Anything", by=facilitator)


def test_a_post_is_not_changed_into_another_one(blog, member):
    first = PostFactory(blog=blog, author=member, state="draft", title="One", body=TEXT)
    publishing.publish(first, by=member)
    second = PostFactory(blog=blog, author=member, state="draft", title="Two", body=OTHER)
    publishing.publish(second, by=member)
    with pytest.raises(Refused, match="nearly the same"):
        save_post(again(second), title="Two", body=TEXT, by=member)
    # A word more is still the same post, and so is the way back.
    for body in (f"{OTHER} Thanks", OTHER):
        second = save_post(again(second), title="Two", body=body, by=member)
    assert second.version == 3
