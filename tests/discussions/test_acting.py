"""Answers, thanks, bookmarks, and what facilitators do."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from cop.base.errors import Refused
from cop.notifications.models import Activity
from discussions import answering, bookmarking, moderating, opening, thanking
from discussions.models import Bookmark, Forum, Reply, Thanks, Topic
from tests.factories import ForumFactory, reply_to, topic_of
from tests.notifications.conftest import mails_to, text_of

POINT = "1. We speak about the matter, not about the person."
TIDY = {"reason": "tidying"}


def test_who_asked_accepts_several_answers(as_member, topic, other):
    first, second = reply_to(topic, by=other, body="A box."), reply_to(topic, by=other, body="A drawer.")
    for answer in (first, second, second):
        as_member.post(reverse("discussions:reply-accept", args=[answer.pk]))
    page = as_member.get(topic.get_absolute_url()).content.decode()
    assert page.count("Answered the question") == 2
    assert not Topic.objects.unanswered().exists()
    for answer in (first, second):
        as_member.post(reverse("discussions:reply-accept", args=[answer.pk]), {"undo": "1"})
    assert Topic.objects.unanswered().get() == topic


def test_nobody_else_accepts(as_other, topic, other):
    answer = reply_to(topic, by=other)
    assert as_other.post(reverse("discussions:reply-accept", args=[answer.pk])).status_code == 403


def test_an_answer_that_is_taken_away_answers_no_longer(topic, member, other, facilitator):
    answer = reply_to(topic, by=other)
    answering.accept(answer, by=member)
    moderating.hide(Reply.objects.get(pk=answer.pk), by=facilitator)
    assert Topic.objects.unanswered().get() == topic
    with pytest.raises(Refused):
        answering.accept(answer, by=member)


def test_me_too_counts_each_once_and_not_the_asker(as_other, topic, member, other):
    url = reverse("discussions:topic-same-question", args=["library", topic.pk])
    as_other.post(url)
    as_other.post(url)
    topic.refresh_from_db()
    assert topic.same_question_count == 1
    as_other.post(url, {"undo": "1"})
    topic.refresh_from_db()
    assert topic.same_question_count == 0
    with pytest.raises(Refused):
        answering.have_same_question(topic, by=member)


def test_thanks_say_who_and_are_not_for_oneself(as_member, topic, member, other):
    answer = reply_to(topic, by=other)
    url = reverse("discussions:reply-thank", args=[answer.pk])
    as_member.post(url)
    as_member.post(url)
    assert Thanks.objects.count() == 1
    assert "Mina" in as_member.get(reverse("discussions:reply-thanks", args=[answer.pk])).content.decode()
    as_member.post(url, {"undo": "1"})
    answer.refresh_from_db()
    assert answer.thanks_count == 0
    with pytest.raises(Refused):
        thanking.thank(answer, by=other)


def test_a_bookmark_reminds_once(as_member, topic, member, other):
    answer = reply_to(topic, by=other, body="Acid-free boxes.")
    soon = (timezone.now() + timedelta(days=30)).strftime("%Y-%m-%dT%H:%M")
    as_member.post(reverse("discussions:bookmark-edit", args=[answer.pk]), {"remind_at": soon})
    assert "Acid-free boxes." in as_member.get("/bookmarks/").content.decode()
    later = Bookmark.objects.get().remind_at + timedelta(minutes=1)
    assert bookmarking.remind_due(later) == 1
    assert bookmarking.remind_due(later) == 0
    assert "Acid-free boxes." in text_of(mails_to(member.email)[-1])


def test_nobody_is_reminded_of_what_they_may_no_longer_read(topic, member, other, forum):
    answer = reply_to(topic, by=other)
    bookmarking.keep(answer, by=member, remind_at=timezone.now())
    opening.change_forum(_with(forum, audience="facilitators"))
    assert bookmarking.remind_due(timezone.now() + timedelta(minutes=1)) == 0
    assert mails_to(member.email) == []


def _with(row, **given):
    for name, value in given.items():
        setattr(row, name, value)
    return row


def test_a_reminder_in_the_past_is_refused(as_member, topic):
    url = reverse("discussions:bookmark-edit", args=[topic.replies.get().pk])
    assert "This moment is past" in as_member.post(url, {"remind_at": "2020-01-01T09:00"}).content.decode()


def test_a_topic_is_renamed_and_old_links_lead_there(as_facilitator, client, topic):
    old = topic.get_absolute_url()
    as_facilitator.post(f"/c/library/t/{topic.pk}/rename/", {"title": "Offprints", "tags": "paper"} | TIDY)
    answer = client.get(old)
    assert answer.status_code == 301
    assert "Offprints" in client.get(answer["Location"]).content.decode()


def test_a_topic_moves_with_its_readers(as_facilitator, visitor, topic, community):
    closed = ForumFactory(community=community, audience="community")
    as_facilitator.post(f"/c/library/t/{topic.pk}/move/", {"forum": closed.pk, "reason": "tidying"})
    assert visitor.get(topic.get_absolute_url()).status_code == 404
    assert not Activity.objects.filter(audience="public").exists()


def test_a_topic_is_not_moved_to_another_community(topic, facilitator):
    with pytest.raises(Refused):
        moderating.move(topic, forum=ForumFactory(), by=facilitator)


def test_two_topics_become_one_and_the_old_address_leads_there(as_facilitator, client, forum, topic, member, other):
    second = topic_of(forum, by=other, title="Same thing")
    reply_to(second, by=member, body="Kept in the cellar")
    as_facilitator.post(
        f"/c/library/t/{second.pk}/merge/", {"into": f"https://x.example/c/library/t/{topic.pk}/slug/"} | TIDY
    )
    topic.refresh_from_db()
    assert topic.reply_count == 2
    assert client.get(second.get_absolute_url())["Location"] == topic.get_absolute_url()
    assert "Kept in the cellar" in client.get(topic.get_absolute_url()).content.decode()


def test_a_branch_becomes_a_topic_of_its_own(as_facilitator, client, topic, member, other):
    first = reply_to(topic, by=other, body="By the way, glue?")
    reply_to(topic, by=member, body="Wheat paste.", parent=first)
    reply_to(topic, by=member, body="In a drawer.")
    as_facilitator.post(reverse("discussions:reply-split", args=[first.pk]), {"title": "Which glue?"} | TIDY)
    new = Topic.objects.get(title="Which glue?")
    page = client.get(new.get_absolute_url()).content.decode()
    assert "By the way, glue?" in page
    assert "Wheat paste." in page
    assert "In a drawer." not in page
    topic.refresh_from_db()
    assert (topic.reply_count, new.reply_count, new.starter) == (1, 1, other)


def test_a_deleted_topic_is_gone_and_can_be_brought_back(as_facilitator, client, topic, facilitator):
    as_facilitator.post(f"/moderate/topic/{topic.pk}/deleted/", {"reason": POINT})
    assert client.get(topic.get_absolute_url()).status_code == 404
    moderating.bring_back(topic, by=facilitator)
    assert client.get(topic.get_absolute_url()).status_code == 200


def test_what_was_found_stands_on_top(as_member, topic):
    as_member.post(f"/c/library/t/{topic.pk}/summary/", {"body": "**Boxes**, not drawers."})
    assert "<strong>Boxes</strong>" in as_member.get(topic.get_absolute_url()).content.decode()
    as_member.post(f"/c/library/t/{topic.pk}/summary/", {"body": ""})
    assert "What we found" not in as_member.get(topic.get_absolute_url()).content.decode()


def test_a_forum_is_opened_and_its_address_made_from_its_name(as_facilitator, community):
    given = {"name": "Help desk", "audience": "public", "starters": "members", "is_help": "on"}
    as_facilitator.post("/c/library/forums/add/", given)
    assert Forum.objects.get().slug == "help-desk"
    page = as_facilitator.post("/c/library/forums/add/", given)
    assert "choose another" in page.content.decode()


def test_outside_readers_ask_only_where_everybody_reads(as_facilitator, community):
    given = {"name": "Help desk", "audience": "community", "starters": "members", "is_help": "on"}
    assert "everybody on the web may read" in as_facilitator.post("/c/library/forums/add/", given).content.decode()


def test_a_forum_s_new_audience_is_that_of_all_in_it(as_facilitator, visitor, topic, forum):
    given = {"name": forum.name, "audience": "community", "starters": "members"}
    as_facilitator.post(f"{forum.get_absolute_url()}edit/", given)
    assert visitor.get(topic.get_absolute_url()).status_code == 404
    assert "offprints" not in visitor.get("/c/library/").content.decode()
    assert "where-do-you-keep-offprints" not in visitor.get("/search/?q=offprints").content.decode()
