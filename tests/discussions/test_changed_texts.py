"""What is published is changed into nothing that would have waited, or been refused, as a new text."""

import pytest

from blogs import commenting
from cop.guarding.models import Mark, Protection, WordList
from cop.moderation import restraining
from discussions import writing
from discussions.models import Reply
from tests.factories import BlogFactory, PostFactory, reply_to, topic_of
from tests.guarding.test_comparing_texts import OTHER, TEXT


@pytest.fixture
def listed(community) -> WordList:
    return WordList.objects.create(community=community, words="casino", links="spam.example")


@pytest.fixture
def settled(facilitator, forum):
    return topic_of(forum, by=facilitator)


@pytest.fixture
def sent(settled, member) -> Reply:
    return reply_to(settled, by=member, body="In boxes.")


def change(client, reply, body):
    reply.refresh_from_db()
    return client.post(f"/r/{reply.pk}/edit/", {"body": body, "version": reply.version})


@pytest.mark.parametrize("body", ["Come to the cаsinо", "[here](https://spam.example/x)"])
def test_listed_words_and_links_are_refused_at_the_field_and_what_was_typed_stays(listed, as_member, sent, body):
    answer = change(as_member, sent, body)
    assert answer.status_code == 422
    assert "a list of words" in str(answer.context["form"].errors["body"])
    assert "casino" not in str(answer.context["form"].errors)
    assert body in answer.content.decode()
    sent.refresh_from_db()
    assert sent.body == "In boxes."


def test_what_stood_there_before_the_list_did_may_stay(as_member, sent, community):
    change(as_member, sent, "The casino moved.")
    WordList.objects.create(community=community, words="casino")
    assert change(as_member, sent, "The casino has moved.").status_code == 302


def test_facilitators_change_what_they_want(listed, as_facilitator, sent):
    given = {"body": "Not the casino", "version": 1, "reason": "tidying", "words": ""}
    assert as_facilitator.post(f"/r/{sent.pk}/edit/", given).status_code == 302


def test_an_opening_is_looked_at_with_its_title(listed, forum, member, as_member):
    opening = topic_of(forum, by=member, title="Where?", body="Here").replies.get()
    assert change(as_member, opening, "Casino!").status_code == 422


def test_what_was_harmless_does_not_become_the_same_everywhere(as_member, member, settled):
    writing.reply(settled, body=TEXT, by=writing.Writer(user=member))
    second = writing.reply(settled, body=OTHER, by=writing.Writer(user=member))
    marks = Mark.objects.count()
    answer = change(as_member, second, TEXT)
    assert "nearly the same" in str(answer.context["form"].errors["body"])
    assert Mark.objects.count() == marks
    # Mending a word, and taking it back, repeats nobody.
    assert change(as_member, second, f"{OTHER} – thanks").status_code == 302
    assert change(as_member, second, OTHER).status_code == 302


def test_newcomers_do_not_become_each_others_echo(settings, signed_in, community, settled, member, other):
    settings.NEWCOMER_DAYS = 3
    writing.reply(settled, body=TEXT, by=writing.Writer(user=member))
    mine = writing.reply(settled, body="Thanks!", by=writing.Writer(user=other))
    assert change(signed_in(other), mine, TEXT.upper()).status_code == 422


def test_whose_messages_are_read_first_changes_nothing(as_member, member, sent, community):
    restraining.hold(member, community)
    assert "reads what you write here first" in str(change(as_member, sent, "Ha!").context["form"].errors["body"])


def test_too_many_links_of_a_newcomer_are_said_at_the_field(settings, as_member, sent, community):
    settings.NEWCOMER_DAYS = 3
    Protection.objects.create(community=community, links=1)
    answer = change(as_member, sent, "https://a.example https://b.example")
    assert answer.status_code == 422 and "2 links" in str(answer.context["form"].errors["body"])


def test_comments_are_messages_too(listed, as_member, member, community):
    comment = commenting.comment(PostFactory(blog=BlogFactory(community=community)), body="Yes", by=member)
    assert change(as_member, comment, "Casino").status_code == 422
