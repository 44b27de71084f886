"""Facilitators change and hide what others published: written down, told, and open to an objection."""

import pytest

from blogs import publishing
from blogs.models import Blog
from cop.moderation.action_models import ModerationAction
from cop.moderation.telling import tell_due
from tests.factories import PostFactory
from tests.notifications.conftest import mails_to, text_of


@pytest.fixture
def hers(blog, member, facilitator):
    post = PostFactory(blog=blog, author=member, title="Tea", body="Come soon.", state="draft")
    publishing.publish(post, by=facilitator)
    return post


def words(post, **given):
    return {
        "title": post.title,
        "body": post.body,
        "tags": "",
        "excerpt": "",
        "version": post.version,
        "reason": "tidying",
        **given,
    }


def test_a_change_stands_in_the_log_with_what_was_there_and_is_told(as_facilitator, hers, member, at):
    page = as_facilitator.get(at("post-edit", hers.pk)).content.decode()
    assert "Which point of the guidelines" in page
    unsaid = as_facilitator.post(at("post-edit", hers.pk), words(hers, body="Come late.", reason=""))
    assert "Choose the point of the guidelines" in unsaid.content.decode() and "Come late." in unsaid.content.decode()
    as_facilitator.post(at("post-edit", hers.pk), words(hers, body="Come late.", words="You meant late."))
    line = ModerationAction.objects.get(kind="post")
    assert (line.what, line.passage, line.words, line.about) == ("edited", "Come soon.", "You meant late.", member)
    tell_due()
    [mail] = mails_to(member.email)
    assert "You meant late." in text_of(mail) and "Come soon." in text_of(mail)


def test_saving_without_another_word_is_no_change(as_facilitator, hers, at):
    as_facilitator.post(at("post-edit", hers.pk), words(hers, tags="tea"))
    assert not ModerationAction.objects.exists()


def test_an_own_post_and_a_draft_ask_no_reason(as_facilitator, facilitator, blog, member, at):
    for post in (PostFactory(blog=blog, author=facilitator), PostFactory(blog=blog, author=member, state="draft")):
        assert "Which point" not in as_facilitator.get(at("post-edit", post.pk)).content.decode()
        as_facilitator.post(at("post-edit", post.pk), words(post, body="Other words"))
    assert not ModerationAction.objects.exists()


def test_taking_back_what_somebody_else_published_asks_why(as_facilitator, hers, at):
    act = f"/moderate/post/{hers.pk}/hidden/"
    assert act in as_facilitator.get(hers.get_absolute_url()).content.decode()
    answer = as_facilitator.post(at("post-withdraw", hers.pk))
    assert (answer.status_code, answer.url) == (302, act)
    hers.refresh_from_db()
    assert hers.is_published
    assert "Which point of the guidelines" in as_facilitator.get(act).content.decode()


def test_whose_it_is_withdraws_it_as_before(as_member, hers, at):
    Blog.objects.update(writers="members")
    as_member.post(at("post-withdraw", hers.pk))
    hers.refresh_from_db()
    assert not hers.is_published and not ModerationAction.objects.exists()
