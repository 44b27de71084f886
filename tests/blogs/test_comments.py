"""Comments under posts: written by members, read by the post's readers, a topic like any other."""

import pytest
from allauth.account.models import EmailAddress
from django.urls import reverse

from blogs import publishing
from blogs.commenting import comment
from blogs.models import Blog, Post
from blogs.rearranging import change_blog
from blogs.saving import save_post
from cop.notifications.models import Subscription
from discussions import moderating
from discussions.models import Reply, Topic
from tests.factories import BlogFactory, PostFactory


@pytest.fixture
def post(community, facilitator) -> Post:
    return PostFactory(blog=BlogFactory(community=community, audience="public"), author=facilitator, title="Offprints")


def address(post):
    return reverse("blogs:post-comment", args=[post.blog.community.slug, post.blog.slug, post.pk])


def say(client, post, body="We scan them.", **more):
    return client.post(address(post), {"body": body, **more})


def page_of(client, post):
    return client.get(Post.objects.get(pk=post.pk).get_absolute_url()).content.decode()


def test_a_member_comments_and_every_reader_of_the_post_reads_it(as_member, visitor, member, post):
    answer = say(as_member, post)
    written = Reply.objects.get()
    assert answer["Location"] == f"{post.get_absolute_url()}#r{written.pk}"
    assert "We scan them." in page_of(visitor, post) and "1 comment" in page_of(visitor, post)
    assert member.display_name in page_of(visitor, post)


def test_the_comments_are_a_topic_that_leads_back_to_the_post(as_member, visitor, post):
    say(as_member, post)
    topic = Topic.objects.get()
    text = visitor.get(topic.get_absolute_url()).content.decode()
    assert f'href="{post.get_absolute_url()}"' in text and "We scan them." in text


def test_only_members_comment(as_outsider, as_sponsor, visitor, post):
    assert say(as_outsider, post).status_code == say(as_sponsor, post).status_code == 403
    assert say(visitor, post).status_code in (302, 403)
    assert "Send the comment" not in page_of(as_sponsor, post)
    assert not Reply.objects.exists()


def test_an_empty_comment_and_a_huge_one_are_refused_with_what_was_typed_kept(as_member, post):
    assert say(as_member, post, body=" ").status_code == 422
    huge = say(as_member, post, body="word " * 40_000)
    assert huge.status_code == 422 and "word word" in huge.content.decode()
    assert not Reply.objects.exists()


def test_the_same_form_sent_twice_makes_one_comment(as_member, post):
    say(as_member, post, form_key="k" * 20)
    say(as_member, post, form_key="k" * 20)
    assert Reply.objects.count() == 1


def test_who_wrote_the_post_follows_what_is_said_under_it(as_member, facilitator, post):
    EmailAddress.objects.create(user=facilitator, email=facilitator.email, verified=True, primary=True)
    say(as_member, post)
    follows = Subscription.objects.filter(thing_kind="topic", thing_id=Topic.objects.get().pk)
    assert follows.filter(subscriber__user=facilitator).exists()


def test_a_withdrawn_post_takes_its_comments_along_and_brings_them_back(as_member, visitor, facilitator, post):
    say(as_member, post)
    topic = Topic.objects.get()
    publishing.withdraw(post, by=facilitator)
    assert visitor.get(topic.get_absolute_url()).status_code == 404
    assert say(as_member, post).status_code == 404
    publishing.publish(Post.objects.get(pk=post.pk), by=facilitator)
    assert "We scan them." in visitor.get(topic.get_absolute_url()).content.decode()


def test_comments_are_read_by_the_audience_that_the_blog_has_now(as_facilitator, as_member, visitor, post):
    say(as_member, post)
    blog = post.blog
    said = {"name": blog.name, "audience": "community", "writers": blog.writers, "has_comments": "on"}
    as_facilitator.post(reverse("blogs:blog-edit", args=[blog.community.slug, blog.slug]), said)
    topic = Topic.objects.get()
    assert visitor.get(topic.get_absolute_url()).status_code == 404
    assert as_member.get(topic.get_absolute_url()).status_code == 200


def test_comments_are_switched_off_for_a_blog_and_those_written_stay(as_facilitator, as_member, visitor, post):
    say(as_member, post)
    blog = post.blog
    said = {"name": blog.name, "audience": blog.audience, "writers": blog.writers}
    settings_url = reverse("blogs:blog-edit", args=[blog.community.slug, blog.slug])
    as_facilitator.post(settings_url, said)
    assert not Blog.objects.get().has_comments
    assert say(as_member, post).status_code == 403
    topic = Topic.objects.get()
    reply_url = reverse("discussions:reply-add", args=[blog.community.slug, topic.pk])
    assert as_member.post(reply_url, {"body": "By the back door"}).status_code == 403
    assert "We scan them." in page_of(visitor, post)
    as_facilitator.post(settings_url, {**said, "has_comments": "on"})
    assert say(as_member, post, body="Open again").status_code == 302


def test_a_hidden_comment_is_not_shown_under_the_post(as_member, visitor, facilitator, post):
    say(as_member, post)
    moderating.hide(Reply.objects.get(), by=facilitator)
    assert "We scan them." not in page_of(visitor, post)


def test_a_post_asks_the_database_as_often_with_many_comments_as_with_one(
    query_count, as_member, visitor, post, member
):
    say(as_member, post)
    before = query_count(as_member, post.get_absolute_url())
    for number in range(5):
        comment(post, body=f"Comment {number}", by=member)
    assert query_count(as_member, post.get_absolute_url()) == before


def test_what_a_facilitator_hid_or_locked_stays_so_when_the_post_or_the_blog_changes(as_member, facilitator, post):
    say(as_member, post)
    topic = Topic.objects.get()
    moderating.set_hidden(topic, True, by=facilitator)
    moderating.set_locked(topic, True, by=facilitator)
    save_post(post, title="Offprints, again", body="Text", by=facilitator)
    blog = Blog.objects.get()
    blog.audience = "community"
    change_blog(blog)
    topic.refresh_from_db()
    assert (topic.title, topic.audience) == ("Offprints, again", "community")
    assert topic.hidden_at and topic.locked_at
