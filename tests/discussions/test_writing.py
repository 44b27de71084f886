"""Starting topics and replying, also twice, too late, and two at once."""

import pytest
from django.urls import reverse

from cop.base.errors import Refused
from cop.search.models import SearchEntry
from discussions import drafting, marks, moderating, writing
from discussions.models import Draft, Reply, Topic
from discussions.writing import Writer
from tests.factories import ForumFactory, reply_to, topic_of


def start(client, **changes):
    given = {"kind": "question", "title": "Who weeds?", "body": "And **when**?", "tags": "weeding, stock"}
    return client.post("/c/library/forums/cataloguing/start/", {**given, **changes}, follow=True)


def answer(client, topic, body="In a drawer.", **given):
    return client.post(
        reverse("discussions:reply-add", args=["library", topic.pk]), {"body": body, **given}, follow=True
    )


def test_a_member_starts_a_topic(as_member, forum):
    page = start(as_member).content.decode()
    assert "Who weeds?" in page
    assert "<strong>when</strong>" in page
    assert "weeding" in page
    assert "Who weeds?" in as_member.get("/c/library/discussions/").content.decode()
    assert "Who weeds?" in as_member.get("/c/library/").content.decode()


def test_a_form_sent_twice_makes_one_topic(as_member, forum):
    start(as_member, form_key="k" * 20)
    start(as_member, form_key="k" * 20)
    assert Topic.objects.count() == Reply.objects.count() == 1


def test_a_title_nobody_can_read_is_refused_and_the_text_kept(as_member, forum):
    answer = start(as_member, title="\u200b…")
    assert answer.status_code == 422
    assert "And **when**?" in answer.content.decode()


def test_a_text_that_is_too_long_is_refused_and_kept(as_member, topic):
    page = answer(as_member, topic, "long " * 10_000)
    assert page.status_code == 422
    assert "shorten it" in page.content.decode()


def test_a_reply_stands_below_what_it_answers(as_other, topic, member, other):
    first = reply_to(topic, by=member, body="First")
    reply_to(topic, by=member, body="Second")
    url = reverse("discussions:reply-below", args=["library", topic.pk, first.pk])
    as_other.post(url, {"body": "To the first"})
    texts = list(topic.replies.order_by("path").values_list("text", flat=True))
    assert [text.strip() for text in texts] == ["I wonder.", "First", "To the first", "Second"]
    topic.refresh_from_db()
    assert (topic.reply_count, topic.last_by) == (3, "Olga")


def test_a_reply_sent_twice_is_one(as_member, topic):
    answer(as_member, topic, form_key="a" * 20)
    answer(as_member, topic, form_key="a" * 20)
    assert topic.replies.count() == 2
    topic.refresh_from_db()
    assert topic.reply_count == 1


def test_who_writes_while_somebody_answers_sees_it_first(as_member, topic, other):
    seen = topic.replies.get().pk
    reply_to(topic, by=other, body="I keep them in a box.")
    page = answer(as_member, topic, "In a drawer.", seen=seen)
    assert page.status_code == 409
    text = page.content.decode()
    assert "I keep them in a box." in text
    assert "In a drawer." in text
    assert answer(as_member, topic, "In a drawer.", seen=topic.replies.order_by("-pk")[0].pk).status_code == 200


def test_nobody_but_facilitators_writes_in_a_locked_topic(as_member, as_facilitator, topic, facilitator):
    moderating.set_locked(topic, True, by=facilitator)
    assert answer(as_member, topic).status_code == 403
    assert answer(as_facilitator, topic).status_code == 200


def test_a_reply_to_what_was_taken_away_meanwhile_is_refused_in_words(topic, member, facilitator):
    moderating.delete_topic(topic, by=facilitator)
    with pytest.raises(Refused, match="taken away"):
        reply_to(topic, by=member)


def test_a_parent_from_another_topic_is_not_taken(as_member, topic, forum, member):
    foreign = topic_of(forum, by=member, title="Other").replies.get()
    url = reverse("discussions:reply-below", args=["library", topic.pk, foreign.pk])
    assert as_member.post(url, {"body": "x"}).status_code == 404


def test_a_reply_whose_parent_was_split_off_stays_in_its_topic(topic, member, facilitator):
    first = reply_to(topic, by=member, body="First")
    moderating.split(first, title="A topic of its own", by=facilitator)
    late = writing.reply(topic, body="Late", by=Writer(user=member), parent=first)
    assert late.topic_id == topic.pk
    assert late.parent.is_opening


def test_words_are_changed_and_what_was_before_is_kept(as_member, topic):
    first = topic.replies.get()
    url = reverse("discussions:reply-edit", args=[first.pk])
    as_member.post(url, {"body": "I wonder where.", "version": 1})
    page = as_member.get(reverse("discussions:reply-history", args=[first.pk])).content.decode()
    assert "I wonder." in page
    assert "I wonder where." in page


def test_two_who_edit_at_once_lose_nothing(as_member, as_facilitator, topic):
    first = topic.replies.get()
    url = reverse("discussions:reply-edit", args=[first.pk])
    as_facilitator.post(url, {"body": "Newer words.", "version": 1, "reason": "tidying"})
    page = as_member.post(url, {"body": "My words.", "version": 1})
    text = page.content.decode()
    assert page.status_code == 422
    assert "Newer words." in text
    assert "My words." in text
    as_member.post(url, {"body": "My words.", "version": 2})
    first.refresh_from_db()
    assert first.body == "My words."


def test_what_is_typed_is_found_on_the_other_device(as_member, topic, member):
    place = f"topic:{topic.pk}"
    saved = as_member.post(reverse("discussions:draft-keep", args=[place]), {"body": "half a thought"})
    assert "Draft kept" in saved.json()["saved"]
    assert "half a thought" in as_member.get(topic.get_absolute_url()).content.decode()
    answer(as_member, topic, "A whole thought.")
    assert drafting.kept(place, by=member) is None


def test_a_change_that_was_typed_and_not_saved_is_found_again(as_member, topic, member):
    first = topic.replies.get()
    url = reverse("discussions:reply-edit", args=[first.pk])
    as_member.post(reverse("discussions:draft-keep", args=[f"edit:{first.pk}"]), {"body": "I wonder wh"})
    assert "I wonder wh</textarea>" in as_member.get(url).content.decode()
    as_member.post(url, {"body": "I wonder why.", "version": 1})
    assert drafting.kept(f"edit:{first.pk}", by=member) is None


def test_nothing_is_kept_at_places_that_do_not_exist(as_member):
    as_member.post(reverse("discussions:draft-keep", args=["elsewhere"]), {"body": "x"})
    assert not Draft.objects.exists()


def test_a_reply_taken_back_at_once_becomes_a_draft_again(as_member, topic, member):
    sent = reply_to(topic, by=member, body="Oh no")
    as_member.post(reverse("discussions:reply-delete", args=[sent.pk]))
    assert "Oh no" in Draft.objects.get().fields["body"]
    page = as_member.get(topic.get_absolute_url()).content.decode()
    assert "This reply was deleted" not in page
    assert not Reply.objects.filter(pk=sent.pk).exists()
    topic.refresh_from_db()
    assert topic.reply_count == 0


def test_a_topic_taken_back_at_once_becomes_a_draft_again(as_member, forum, member):
    begun = topic_of(forum, by=member, title="Too early", body="Oh no", kind="question", tags=["haste"])
    page = as_member.get(begun.get_absolute_url()).content.decode()
    assert "Undo" in page
    answer = as_member.post(reverse("discussions:reply-delete", args=[begun.replies.get().pk]), follow=True)
    page = answer.content.decode()
    assert "your text is a draft again" in page
    assert all(words in page for words in ("Too early", "Oh no", "haste"))


def test_what_a_broken_line_sent_before_is_no_answer_meanwhile(as_member, topic, member, other):
    typed = {"body": "Mine", "form_key": "once", "seen": topic.replies.get().pk}
    url = reverse("discussions:reply-add", args=["library", topic.pk])
    assert as_member.post(url, typed).status_code == 302
    reply_to(topic, by=other)
    again = as_member.post(url, typed)
    assert again.url == Reply.objects.get(body="Mine").get_absolute_url()
    assert Reply.objects.filter(body="Mine").count() == 1


def test_a_quotation_says_whose_it_is(as_other, topic):
    first = topic.replies.get()
    url = reverse("discussions:reply-below", args=["library", topic.pk, first.pk])
    page = as_other.get(f"{url}?quote=1").content.decode()
    assert f"&gt; **Mina** [wrote]({first.get_absolute_url()})" in page


def test_what_is_written_can_be_searched_and_what_is_hidden_not(topic, member, facilitator):
    sent = reply_to(topic, by=member, body="Solander boxes")
    assert SearchEntry.objects.filter(kind="reply", object_id=sent.pk, topic_id=topic.pk).exists()
    moderating.hide(sent, by=facilitator)
    assert not SearchEntry.objects.filter(kind="reply", object_id=sent.pk).exists()


def test_readers_of_another_audience_find_nothing(visitor, as_outsider, community, member):
    closed = topic_of(ForumFactory(community=community, audience="community"), by=member, title="Salaries")
    for client in (visitor, as_outsider):
        assert client.get(closed.get_absolute_url()).status_code == 404
        assert client.get(closed.replies.get().get_absolute_url()).status_code == 404
        assert "Salaries" not in client.get("/c/library/discussions/").content.decode()


def test_read_marks_are_exact_in_any_order(topic, member, other):
    sent = [reply_to(topic, by=member, body=str(number)) for number in range(5)]
    opening = topic.replies.order_by("pk").first()
    assert marks.first_unread(topic, reader=other) == opening
    marks.mark_read(topic, [opening.pk, sent[0].pk, sent[3].pk], by=other)
    assert marks.first_unread(topic, reader=other) == sent[1]
    marks.mark_read(topic, [sent[1].pk, sent[2].pk], by=other)
    assert marks.first_unread(topic, reader=other) == sent[4]
    marks.mark_all_read(topic, by=other)
    assert marks.first_unread(topic, reader=other) is None


def test_ids_of_another_topic_mark_nothing(topic, forum, member, other):
    foreign = topic_of(forum, by=member, title="Other").replies.get()
    marks.mark_read(topic, [foreign.pk], by=other)
    assert marks.first_unread(topic, reader=other) == topic.replies.get()


def test_new_replies_are_told_while_reading(as_member, topic, other):
    url = reverse("discussions:topic-new", args=["library", topic.pk])
    last = topic.replies.get().pk
    assert as_member.get(f"{url}?after={last}").status_code == 304
    reply_to(topic, by=other)
    reply_to(topic, by=other)
    assert as_member.get(f"{url}?after={last}").json()["words"] == "2 new replies"


def test_what_was_answered_before_it_was_taken_back_leaves_its_place(as_member, topic, member, facilitator):
    sent = reply_to(topic, by=member, body="Oh no")
    reply_to(topic, by=facilitator, body="Quick answer", parent=sent)
    as_member.post(reverse("discussions:reply-delete", args=[sent.pk]))
    page = as_member.get(topic.get_absolute_url()).content.decode()
    assert "This reply was deleted" in page and "Quick answer" in page
    assert "Oh no" in Draft.objects.get().fields["body"]
