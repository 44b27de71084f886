"""What is dear by itself (mails, searches, exports, uploads, texts) has a limit of its own, which says so.

Each row names the module that counts, and does what is counted as often as it takes. Mails that come in and searches
are counted in tests of their own (`tests/mail_in/test_odd_mail.py`, `tests/home/test_the_search_page.py`).
"""

from importlib import import_module
from types import SimpleNamespace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from blogs.sources import FeedSource, SourceUse
from cop.files.attachment_models import Attachment
from cop.files.models import File
from cop.letters.models import Letter, LetterPolicy
from cop.mail.models import Mailing
from cop.moderation.flag_models import Flag
from cop.notifications.models import Subscription
from discussions.help_models import HelpRequest
from discussions.models import Reply, Topic
from events.rsvp_models import Rsvp
from members.models import Organisation
from tests.factories import BlogFactory, EventFactory, ForumFactory, MembershipFactory, PostFactory, topic_of
from tests.files.test_images import picture

VERY = "very many"


@pytest.fixture
def world(community, member, facilitator, as_member, as_facilitator, visitor, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    community.tools = ["discussions", "blogs", "events"]
    community.save()
    forum = ForumFactory(community=community, audience="public", is_help=True)
    blog = BlogFactory(community=community, audience="public")
    LetterPolicy.objects.create(community=community, is_on=True)
    event = EventFactory(community=community, audience="public", answerers="readers", title="Open day")
    source = SourceUse.objects.create(blog=blog, source=FeedSource.objects.create(url="https://journal.example/feed"))
    return SimpleNamespace(
        community=community, forum=forum, blog=blog, topic=topic_of(forum, by=facilitator), source=source,
        post=PostFactory(blog=blog, author=facilitator), friend=MembershipFactory(community=community).user,
        organisation=Organisation.objects.create(name="Halvorsen", owner=member), event=event,
        member=as_member, facilitator=as_facilitator, visitor=visitor,
    )  # fmt: skip


def at(name, *arguments):
    return reverse(name, args=arguments)


def upload(name, data):
    return {"file": SimpleUploadedFile(name, data)}


QUESTION = {"title": "How?", "body": "Like this?", "name": "Olu", "address": "olu@example.net"}
LIMITS = {
    "letters": (
        "cop.letters.sending", VERY, Letter,
        lambda w: w.member.post(at("letters:letter-add", w.friend.pk), {"community": w.community.pk, "body": "Hello"}),
    ),
    "flags of members": (
        "cop.moderation.flagging", "many flags", Flag,
        lambda w: w.member.post(at("moderation:flag", "topic", w.topic.pk), {"reason": "other", "words": "Look"}),
    ),
    "flags of visitors": (
        "cop.moderation.flagging", "many flags", Flag,
        lambda w: w.visitor.post(at("moderation:flag", "topic", w.topic.pk), {"reason": "other", "words": "Look"}),
    ),
    "subscriptions": (
        "cop.notifications.views", "Many addresses", Subscription,
        lambda w: w.visitor.post(at("notifications:subscription-ask", "blog", w.blog.pk), {"address": "a@b.example"}),
    ),
    "replies": (
        "discussions.topic_views", VERY, Reply,
        lambda w: w.member.post(at("discussions:reply-add", "library", w.topic.pk), {"body": "Words"}),
    ),
    "topics": (
        "discussions.forum_views", VERY, Topic,
        lambda w: w.member.post(
            at("discussions:topic-add", "library", w.forum.slug), {"kind": "question", "title": "Why?", "body": "Words"}
        ),
    ),
    "comments": (
        "blogs.comment_views", VERY, Reply,
        lambda w: w.member.post(at("blogs:post-comment", "library", w.blog.slug, w.post.pk), {"body": "Words"}),
    ),
    "images": (
        "cop.files.keeping", VERY, File,
        lambda w: w.member.post(at("files:image-add", "library"), upload("a.png", picture())),
    ),
    "files": (
        "cop.files.keeping", VERY, Attachment,
        lambda w: w.member.post(at("files:attachment-add", "library"), upload("a.pdf", b"%PDF-1.7")),
    ),
    "questions from outside": (
        "discussions.asking_for_help", "Very many", HelpRequest,
        lambda w: w.visitor.post(at("discussions:help-ask", "library", w.forum.slug), QUESTION),
    ),
    "answers from outside": (
        "events.answer_views", "Too many answers", Rsvp,
        lambda w: w.visitor.post(
            at("events:answer-ask", "library", w.event.pk, w.event.occurrences.first().pk),
            {"address": "olu@example.net", "name": "Olu", "answer": "coming"},
        ),
    ),
    "proofs of a domain": (
        "members.organisation_views", "many proofs", Mailing,
        lambda w: w.member.post(at("members:organisation-domain-add", w.organisation.pk), {"address": "a@b.example"}),
    ),
    "looking for feeds": (
        "blogs.source_views", "many addresses", SourceUse,
        lambda w: w.facilitator.post(
            at("blogs:source-find", "library", w.blog.slug), {"address": "https://journal.example/"}
        ),
    ),
    "asking a feed": (
        "blogs.source_views", "several times just now", SourceUse,
        lambda w: w.facilitator.post(at("blogs:source-collect", "library", w.blog.slug, w.source.pk), follow=True),
    ),
    "archives": (
        "discussions.archives.views", "too often", Mailing,
        lambda w: w.facilitator.get(at("discussions:forum-export", "library", w.forum.slug, "mbox")),
    ),
    "lists of readers": (
        "cop.notifications.facilitator_views", "too often", Mailing,
        lambda w: w.facilitator.get(at("notifications:subscribers-export", "library", "blog", w.blog.pk)),
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", LIMITS)
def test_more_than_a_person_does_is_refused_with_a_sentence(world, monkeypatch, what):
    module, words, made, do = LIMITS[what]
    before = made.objects.count()
    monkeypatch.setattr(import_module(module), "within_limit", lambda *_given, **_more: False)
    answer = do(world)
    # A button leads back with a word of warning; all else says by its number that it was refused.
    assert answer.status_code in (422, 429) or answer.redirect_chain
    said = answer.json()["error"] if answer["Content-Type"] == "application/json" else answer.content.decode()
    assert words in said
    assert made.objects.count() == before
