"""What people and their lines do wrong: clear words, and nothing is lost."""

from io import BytesIO

import pytest
from django.urls import reverse

from discussions import answering, moderating, opening
from discussions.archives.mbox import LONGEST_MESSAGE, messages
from discussions.models import Reply, Topic
from tests.factories import ForumFactory, reply_to, topic_of
from tests.notifications.test_two_at_once import at_once

TEXT = "What I thought about for an hour."


def send(client, topic, body=TEXT, parent=None, **given):
    below = [parent.pk] if parent else []
    url = reverse("discussions:reply-below" if parent else "discussions:reply-add", args=["library", topic.pk, *below])
    return client.post(url, {"body": body, **given})


def stays(page, status: int, words: str) -> None:
    """The answer has this status, says these words, and gives the text back."""
    text = page.content.decode()
    assert page.status_code == status
    assert words in text
    assert TEXT in text


def test_a_reply_to_a_topic_deleted_meanwhile_comes_back_with_its_text(as_member, topic, facilitator):
    moderating.delete_topic(topic, by=facilitator)
    stays(send(as_member, topic), 404, "not here any more")


def test_a_reply_to_a_topic_hidden_meanwhile_comes_back_with_its_text(as_member, topic, facilitator):
    moderating.set_hidden(topic, True, by=facilitator)
    stays(send(as_member, topic), 404, "not here any more")


def test_a_reply_to_a_topic_moved_out_of_sight_comes_back_with_its_text(as_member, topic, facilitator, community):
    moderating.move(topic, forum=ForumFactory(community=community, audience="facilitators"), by=facilitator)
    stays(send(as_member, topic), 404, "not here any more")


def test_a_reply_to_what_never_was_is_answered_in_the_same_words(as_member, topic, community):
    url = reverse("discussions:reply-add", args=["library", topic.pk + 1000])
    stays(as_member.post(url, {"body": TEXT}), 404, "not here any more")


def test_a_reply_to_a_topic_locked_meanwhile_comes_back_with_its_text(as_member, topic, facilitator):
    moderating.set_locked(topic, True, by=facilitator)
    stays(send(as_member, topic), 403, "locked")


def test_a_reply_in_a_forum_archived_meanwhile_comes_back_with_its_text(as_member, as_facilitator, topic, forum):
    opening.set_archived(forum, True)
    stays(send(as_member, topic), 403, "archived")
    stays(send(as_facilitator, topic), 403, "archived")


def test_a_reply_below_what_was_taken_back_meanwhile_comes_back_with_its_text(as_member, topic, other):
    gone = reply_to(topic, by=other)
    moderating.take_back(gone, by=other)
    stays(send(as_member, topic, parent=gone), 404, "not here any more")


def test_a_reply_below_one_of_another_topic_comes_back_with_its_text(as_member, topic, forum, other):
    foreign = topic_of(forum, by=other, title="Other").replies.get()
    stays(send(as_member, topic, parent=foreign), 404, "not here any more")
    assert not Reply.objects.filter(text__contains="an hour").exists()


def test_a_reply_to_a_topic_moved_within_sight_arrives(as_member, topic, facilitator, community):
    moderating.move(topic, forum=ForumFactory(community=community, audience="community"), by=facilitator)
    assert send(as_member, topic).status_code == 302


def test_one_megabyte_of_text_is_refused_and_kept(as_member, topic):
    page = send(as_member, topic, TEXT + "x" * 1_000_000)
    stays(page, 422, "shorten it")


def test_a_wall_of_emoji_is_kept_as_it_is_and_makes_no_title(as_member, topic, forum):
    wall = "🎉👩‍👩‍👧‍👦" * 3000
    assert send(as_member, topic, wall).status_code == 302
    assert topic.replies.latest("pk").text == wall
    url = reverse("discussions:topic-add", args=["library", forum.slug])
    page = as_member.post(url, {"kind": "question", "title": "🎉" * 50, "body": TEXT})
    stays(page, 422, "can be read")


def test_quotes_nested_50_deep_are_stored_and_shown(as_member, topic):
    deep = "\n".join("> " * depth + f"level {depth}" for depth in range(1, 51))
    assert send(as_member, topic, deep).status_code == 302
    page = as_member.get(topic.get_absolute_url()).content.decode()
    assert "level 50" in page
    assert page.count("<blockquote>") == page.count("</blockquote>")


@pytest.mark.parametrize(
    "body",
    [
        "<script>alert(1)</script>[x](javascript:alert(1))",
        '![x](x" onerror="alert(1))\n\n<img src=x onerror=alert(1)>',
        '```"><svg onload=alert(1)>\n```',
        "[" * 20_000,
        "1. " * 3333,
        "*_" * 10_000,
        "\u202e@Mina\u202c \ufffe",
    ],
)
def test_markdown_that_is_an_attack_does_nothing(body, as_member, topic):
    assert send(as_member, topic, body).status_code == 302
    html = str(topic.replies.latest("pk").body_html)
    assert "<script" not in html
    assert "onerror=" not in html.replace("&quot;", "").split("&lt;")[0]
    assert 'href="javascript' not in html
    assert as_member.get(topic.get_absolute_url()).status_code == 200


@pytest.mark.parametrize("name", ["seen", "form_key"])
@pytest.mark.parametrize("value", ["-1", "9" * 30, "x", "\0", "k" * 500])
def test_hidden_fields_that_somebody_changed_are_no_error_of_the_site(name, value, as_member, topic):
    assert send(as_member, topic, **{name: value}).status_code in (302, 422)


@pytest.mark.django_db(transaction=True)
def test_two_who_accept_two_answers_at_once_accept_both(topic, member, other, facilitator):
    first, second = reply_to(topic, by=other), reply_to(topic, by=other)
    wrong = at_once(lambda: answering.accept(first, by=member), lambda: answering.accept(second, by=facilitator))
    assert wrong == []
    assert topic.replies.filter(accepted_at__isnull=False).count() == 2
    assert not Topic.objects.unanswered().exists()


@pytest.mark.django_db(transaction=True)
def test_a_form_sent_twice_over_a_broken_line_makes_one_reply(topic, member):
    sent = [lambda: reply_to(topic, by=member, form_key="k" * 20)] * 2
    assert at_once(*sent) == []
    topic.refresh_from_db()
    assert (topic.replies.count(), topic.reply_count) == (2, 1)


def test_an_attachment_that_claims_two_gigabytes_is_what_it_is():
    headers = b"From a@b.c Mon Jan  1 00:00:00 2001\nMessage-ID: <1@b>\nContent-Length: 2147483648\n"
    part = b'Content-Type: application/zip; name="big.zip"\nContent-Disposition: attachment; size=2147483648\n\nPK\n'
    (found,) = messages(BytesIO(headers + part))
    assert len(found.data) < 300 < LONGEST_MESSAGE
    assert not found.is_cut


def test_a_summary_of_links_that_lead_nowhere_is_read_all_the_same(as_member, topic):
    url = reverse("discussions:topic-summarise", args=["library", topic.pk])
    for source in ("0", "x", "9" * 40, "-1", "\0"):
        assert as_member.get(url, {"from": source}).status_code == 200
    as_member.post(url, {"body": f"See [this](/r/{'9' * 30}/) and [that](/r/0/)."})
    assert "See" in as_member.get(topic.get_absolute_url()).content.decode()
