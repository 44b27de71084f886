"""What waits for a facilitator is seen by its writer and by them, and happens nowhere else before it is published."""

import pytest
from django.urls import reverse
from pytest_httpserver import HTTPServer

from cop.base.errors import Refused
from cop.guarding.models import Protection, WordList
from cop.moderation import deciding, objecting, telling
from cop.moderation.action_models import ModerationAction
from cop.moderation.kinds import Act
from cop.moderation.models import Case
from cop.moderation.things import Why
from cop.notifications.models import Activity
from cop.search.models import SearchEntry
from discussions import publishing_held, writing
from discussions.held_models import HeldText, Outcome
from discussions.help_models import HelpRequest
from discussions.holding import Held
from discussions.models import Draft, Reply, Topic
from discussions.writing import Writer
from members import closing_account, joining
from members.closing_models import Choice
from members.models import Membership
from tests.factories import ForumFactory, MembershipFactory, topic_of
from tests.guarding.test_comparing_texts import TEXT
from tests.notifications.conftest import mails_to, names_to, text_of

POINT = "1. We speak about the matter, not about the person."


@pytest.fixture
def guarded(community) -> Protection:
    return Protection.objects.create(community=community, way="held")


@pytest.fixture
def settled(facilitator, forum) -> Topic:
    return topic_of(forum, by=facilitator)


@pytest.fixture
def held(guarded, settled, other) -> HeldText:
    """Olga's first reply."""
    with pytest.raises(Held) as caught:
        writing.reply(settled, body="In *boxes*.", by=Writer(user=other), form_key="one")
    return caught.value.row


def start(client, forum, **given):
    url = reverse("discussions:topic-add", args=[forum.community.slug, forum.slug])
    return client.post(
        url, {"kind": "question", "title": "Where?", "body": "Where are they?", "tags": "boxes", **given}
    )


def test_a_first_topic_waits_and_leaves_no_trace(guarded, forum, as_other, as_member, visitor):
    answer = start(as_other, forum, form_key="k" * 20)
    row = HeldText.objects.get()
    assert answer["Location"] == row.get_absolute_url()
    assert "Only you and the facilitators see it" in as_other.get(row.get_absolute_url()).content.decode()
    assert "Where?" in as_other.get(forum.get_absolute_url()).content.decode()
    for client in (as_member, visitor):
        assert "Where?" not in client.get(forum.get_absolute_url()).content.decode()
    assert as_member.get(row.get_absolute_url()).status_code == 404
    for model in (Topic, Reply, Activity, SearchEntry, Draft):
        assert not model.objects.exists(), model


def test_a_flood_of_first_topics_costs_each_few_questions(guarded, forum, as_other, settings, statements_of):
    settings.NEWCOMER_DAYS = 3
    start(as_other, forum, body=f"{TEXT} one", form_key="k" * 20)
    asked = statements_of(lambda: start(as_other, forum, body="Something else than before. " * 9, form_key="l" * 20))
    assert HeldText.objects.count() == 2
    assert len(asked) <= 18, asked  # Two of them about the form's key.


def test_the_same_form_twice_is_held_once(guarded, forum, as_other):
    for _each in range(2):
        assert start(as_other, forum, form_key="k" * 20).status_code == 302
    assert HeldText.objects.count() == Case.objects.count() == 1


def test_published_it_is_what_it_was_meant_to_be_and_its_writer_hears(guarded, forum, as_other, other, facilitator):
    start(as_other, forum, form_key="k" * 20)
    row = HeldText.objects.get()
    publishing_held.publish(row, by=facilitator)
    publishing_held.publish(row, by=facilitator)
    topic = Topic.objects.get()
    assert (topic.title, topic.kind, topic.starter) == ("Where?", "question", other)
    assert topic.tags.names().get() == "boxes"
    assert Activity.objects.filter(kind="topic", by=other).count() == 1
    assert names_to(other.email) == ["held_published"]
    assert not Case.objects.filter(settled_at=None).exists()
    assert as_other.get(row.get_absolute_url()).status_code == 302
    # The next one is no first one.
    assert start(as_other, forum, title="Again?", form_key="j" * 20)["Location"].startswith("/c/")
    # And the form that was sent again meanwhile makes no second topic.
    start(as_other, forum, form_key="k" * 20)
    assert Topic.objects.count() == 2


def test_a_reply_stands_below_what_it_answered(held, settled, facilitator, other):
    published = publishing_held.publish(held, by=facilitator)
    assert published.parent == settled.replies.order_by("path")[0]
    assert published.author == other
    settled.refresh_from_db()
    assert settled.reply_count == 1


def test_declined_it_goes_back_with_a_word(held, facilitator, other):
    publishing_held.decline(held, by=facilitator, why=Why(POINT, "We met that <b>yesterday</b>."))
    publishing_held.decline(held, by=facilitator, why=Why(POINT, "Twice"))
    [mail] = mails_to(other.email)
    assert "We met that <b>yesterday</b>." in text_of(mail) and "In *boxes*." in text_of(mail)
    assert facilitator.display_name not in text_of(mail)
    line = ModerationAction.objects.get()
    assert (line.what, line.reason, line.by, line.about) == ("declined", POINT, facilitator, other)
    assert POINT in text_of(mail) and line.get_absolute_url() in text_of(mail)
    assert telling.tell_due() == 0  # One mail says it all.
    assert publishing_held.publish(held, by=facilitator) is None
    assert Reply.objects.count() == 1


def test_who_objects_to_that_and_is_right_sees_it_published(held, facilitator, other, community):
    publishing_held.decline(held, by=facilitator, why=Why(POINT))
    objecting.object_to(ModerationAction.objects.get(), by=other, words="It is about boxes.")
    another = MembershipFactory(community=community, role="facilitator").user
    deciding.decide(Case.objects.get(kind=objecting.KIND), "granted", Act(by=another))
    assert Reply.objects.get(author=other).text == "In boxes."


def test_advertising_is_thrown_away_without_a_word(held, facilitator, other):
    publishing_held.throw_away(held, by=facilitator)
    assert names_to(other.email) == []
    assert HeldText.objects.get().outcome == Outcome.DECLINED


def test_facilitators_decide_in_what_needs_care(held, as_facilitator, as_member, community):
    url = reverse("moderation:care", args=[community.slug])
    html = as_facilitator.get(url).content.decode()
    assert "In <em>boxes</em>." in html and "first message of this person" in html
    assert as_member.get(url).status_code == 403


def test_its_writer_takes_it_back_as_a_draft(held, as_other, other, as_member, settled):
    url = reverse("discussions:held-take-back", args=[held.pk])
    assert as_member.post(url).status_code == 404
    as_other.post(url)
    assert Draft.objects.get(by=other).fields["body"] == "In *boxes*."
    assert not Case.objects.filter(settled_at=None).exists()
    assert "Waits for a facilitator" not in as_other.get(settled.get_absolute_url()).content.decode()


def test_what_cannot_stand_any_more_is_said(held, facilitator, settled, other):
    joining.suspend(Membership.objects.get(user=other), by=facilitator, reason="x", until=None)
    with pytest.raises(Refused, match="suspended"):
        publishing_held.publish(held, by=facilitator)


def test_who_is_at_home_is_never_held(guarded, settled, facilitator, other, held):
    assert writing.reply(settled, body="Mine", by=Writer(user=facilitator))
    publishing_held.publish(held, by=facilitator)
    assert writing.reply(settled, body="Second", by=Writer(user=other))


def test_a_facilitator_of_another_community_sees_nothing(held, signed_in):
    stranger = MembershipFactory(role="facilitator").user
    assert signed_in(stranger).get(held.get_absolute_url()).status_code == 404


def test_listed_words_hold_anybody_and_say_which_to_facilitators_alone(forum, settled, as_other, as_facilitator):
    WordList.objects.create(community=forum.community, words="casino")
    answer = start(as_other, forum, body="The best CАSINO in town", form_key="c" * 20)
    url = answer["Location"]
    assert "casino”" in as_facilitator.get(url).content.decode()
    assert "casino”" not in as_other.get(url).content.decode()


def test_the_same_again_and_the_same_by_other_newcomers_wait(settings, forum, member, other, as_member, as_other):
    settings.NEWCOMER_DAYS = 3
    assert start(as_member, forum, body=TEXT)["Location"].startswith("/c/")
    start(as_member, forum, body=TEXT.replace("today", "now"))
    start(as_other, forum, body=TEXT.upper())
    assert [(row.author, row.why) for row in HeldText.objects.order_by("pk")] == [(member, "own"), (other, "others")]


@pytest.fixture
def service(httpserver: HTTPServer, settings) -> HTTPServer:
    settings.NEWCOMER_DAYS = 3
    settings.FEED_ALLOWED_NETWORKS = ["127.0.0.1/32"]
    settings.TEXT_CHECK_URL, settings.TEXT_CHECK_KEY = httpserver.url_for("/"), "key"
    return httpserver


@pytest.mark.parametrize(
    ("answer", "status", "count"), [("true", 200, 1), ("false", 200, 0), ("?", 200, 0), ("", 500, 0)]
)
def test_a_service_outside_may_be_asked_and_its_silence_holds_nothing(
    service, forum, as_other, other, caplog, answer, status, count
):
    service.expect_request("/1.1/comment-check", method="POST").respond_with_data(answer, status=status)
    start(as_other, forum)
    assert HeldText.objects.count() == count
    sent = service.log[0][0].form
    assert sent["comment_content"].endswith("Where are they?") and sent["comment_author"] == "Olga"
    assert other.email not in str(dict(sent))
    assert ("text_check" in caplog.text) is (answer not in ("true", "false"))


def test_who_is_at_home_is_not_asked_about(service, forum, as_facilitator):
    start(as_facilitator, forum)
    assert not service.log


def test_a_question_from_outside_waits_too_and_is_answered_by_mail(visitor, community, facilitator, guarded):
    forum = ForumFactory(community=community, audience="public", is_help=True)
    asked = {"title": "How?", "body": "Like this?", "name": "Olu", "address": "olu@example.net"}
    visitor.post(reverse("discussions:help-ask", args=[community.slug, forum.slug]), asked)
    button = reverse("discussions:help-confirm", args=[HelpRequest.objects.get().token])
    for _each in range(2):
        assert "waits for a facilitator" in visitor.post(button).content.decode()
    assert HeldText.objects.count() == 1 and not Topic.objects.exists()
    publishing_held.publish(HeldText.objects.get(), by=facilitator)
    publishing_held.publish(HeldText.objects.get(), by=facilitator)
    assert Topic.objects.get().guest.name == "Olu"
    assert "held_published" in names_to("olu@example.net")
    assert visitor.post(button)["Location"] == Topic.objects.get().get_absolute_url()


def test_members_only_takes_no_questions_from_outside(visitor, community, guarded):
    forum = ForumFactory(community=community, audience="public", is_help=True)
    Protection.objects.update(way="members")
    url = reverse("discussions:help-ask", args=[community.slug, forum.slug])
    assert visitor.get(url).status_code in (302, 403)
    assert url not in visitor.get(forum.get_absolute_url()).content.decode()


def test_a_huge_text_is_refused_and_not_held(guarded, forum, as_other):
    answer = start(as_other, forum, body="x" * 30_001)
    assert "too long" in answer.content.decode() and not HeldText.objects.exists()


def test_words_from_right_to_left_wait_as_they_are(guarded, forum, as_other):
    row = as_other.get(start(as_other, forum, title="أين؟", body="في **الصناديق**")["Location"])
    assert 'dir="auto">أين؟' in row.content.decode() and "<strong>الصناديق</strong>" in row.content.decode()


def test_it_goes_with_the_account(held, other):
    closing_account.close(other, choice=Choice.KEEP)
    assert not HeldText.objects.exists()


def test_the_queue_costs_the_same_for_many(held, as_facilitator, community, settled, query_count):
    url = reverse("moderation:care", args=[community.slug])
    before = query_count(as_facilitator, url), query_count(as_facilitator, settled.get_absolute_url())
    for number in range(8):
        person = MembershipFactory(community=community).user
        with pytest.raises(Held):
            writing.reply(settled, body=f"Reply {number}", by=Writer(user=person))
    assert (query_count(as_facilitator, url), query_count(as_facilitator, settled.get_absolute_url())) == before
