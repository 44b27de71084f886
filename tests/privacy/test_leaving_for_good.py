"""Closing an account: what was chosen is carried out everywhere, whatever is killed meanwhile, and nowhere else."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.apps import apps
from django.core.files.base import ContentFile
from django.db import models
from django.utils import timezone

from blogs.commenting import comment
from blogs.exchanging import heading
from blogs.models import Post
from blogs.quoted_models import QuotedPerson
from blogs.saving import save_post
from cop.agreements.models import Commitment, Position, Proposal
from cop.files.attachment_models import Attachment
from cop.mail.incoming_models import IncomingMessage
from cop.mail.models import Delivery, Mailing
from cop.moderation import things
from cop.moderation.action_models import ModerationAction
from cop.moderation.flag_models import Flag
from cop.moderation.flagging import flag
from cop.notifications import following, notifying
from cop.notifications.models import Activity, Subscriber
from cop.notifications.notice_models import Notification
from cop.privacy import recording
from cop.privacy.models import What
from cop.search.models import SearchEntry
from discussions import bookmarking, telling
from discussions.following import thing_of_topic
from discussions.models import Draft, Reply, ReplyRevision, Topic
from discussions.thanking import thank
from discussions.topic_views import quoted
from discussions.writing import edit
from events.models import Event
from events.rsvp_models import Rsvp
from members import carrying_out, closing_account, exporting
from members.closing_models import AccountClosing, Choice
from members.models import Membership, User
from tests.factories import (
    BlogFactory,
    CommitmentFactory,
    EventFactory,
    ForumFactory,
    MembershipFactory,
    PostFactory,
    ProposalFactory,
    reply_to,
    topic_of,
)

NAME, WORDS = "Zelda Quix", "xylophonic"


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def zelda(community) -> User:
    user = MembershipFactory(community=community, user__display_name=NAME, user__email="zelda@example.org").user
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


@pytest.fixture
def life(community, zelda, facilitator):
    """Zelda wrote everywhere, and was quoted, called and answered."""
    forum = ForumFactory(community=community, audience="public")
    topic = topic_of(forum, by=facilitator, title="Offprints")
    hers = reply_to(topic, by=zelda, body=f"My {WORDS} first words")
    edit(hers, body=f"My {WORDS} second words", by=zelda, version=1)
    hers.refresh_from_db()
    quoting = reply_to(topic, by=facilitator, body=f"{quoted(hers)}So true, @Zelda.Quix!")
    edit(quoting, body=f"{quoted(hers)}So very true, @Zelda.Quix!", by=facilitator, version=1)
    Draft.objects.create(by=facilitator, place=f"topic:{topic.pk}", fields={"body": quoted(hers)})
    alone = topic_of(forum, by=zelda, title=f"A {WORDS} thought", body=f"{WORDS} alone")
    answered = topic_of(forum, by=zelda, title=f"A {WORDS} question", body=f"{WORDS} asked")
    reply_to(answered, by=facilitator, body="An answer that stays")
    thank(topic.replies.order_by("pk").first(), by=zelda)
    bookmarking.keep(quoting, by=zelda)
    following.follow(zelda, thing_of_topic(topic))
    Draft.objects.create(by=zelda, place=f"topic:{topic.pk}", fields={"body": f"{WORDS} draft"})
    blog = BlogFactory(community=community)
    PostFactory(blog=blog, author=zelda, title=f"A {WORDS} post", body=f"{WORDS} body")
    commented = PostFactory(blog=blog, author=zelda, title=f"Another {WORDS} post", body=f"{WORDS} body")
    comment(commented, body="A comment that stays", by=facilitator)
    CommitmentFactory(community=community, person=zelda, text=f"Write a {WORDS} chapter")
    proposal = ProposalFactory(community=community, proposer=facilitator)
    Position.objects.create(proposal=proposal, user=zelda, version=1, stance="concern", reason=f"{WORDS} reason")
    ProposalFactory(community=community, proposer=zelda, title=f"A {WORDS} proposal")
    event = EventFactory(community=community, created_by=zelda, title="A meeting that stays")
    Attachment.objects.create(
        community=community, owner=zelda, name="plan.pdf", size=4, digest="1", content=ContentFile(b"%PDF", "p.pdf")
    )
    IncomingMessage.objects.create(raw=f"{WORDS}".encode(), digest="1", sender=zelda.email, state="done")
    recording.record(What.SAW_MAIL, by=facilitator, address=zelda.email, detail="A post")
    told = {"community": community, "kind": "reply", "thing_id": hers.pk, "title": f"A {WORDS} reply"}
    ModerationAction.objects.create(
        what="edit",
        passage=f"{WORDS} words",
        url=f"/{WORDS}/",
        about=zelda,
        by=facilitator,
        office="facilitator",
        **told,
    )
    membership = Membership.objects.get(user=zelda, community=community)
    for kind, number in [("reply", hers.pk), ("topic", alone.pk), ("person", membership.pk)]:
        flag(things.find(kind, number), by=facilitator, reason="other")
    forwarded = PostFactory(blog=blog, author=facilitator, title="Exchange", body=f"{heading(NAME)}\n\nHello.")
    forwarded.body = f"{forwarded.body} Again."
    save_post(forwarded, title="Exchange", body=forwarded.body, excerpt="", by=facilitator)
    QuotedPerson.objects.create(
        post=forwarded, label="A colleague", name=NAME, address=zelda.email, token="t", agrees=True
    )
    notifying.notify_due()
    telling.tell_due(timezone.now() + timedelta(minutes=3))
    Mailing.objects.update(state="done")
    Delivery.objects.update(state="sent")
    return {"topic": topic, "hers": hers, "quoting": quoting, "alone": alone, "answered": answered, "event": event,
            "commented": commented}  # fmt: skip


def last_mail_goes_out() -> None:
    Delivery.objects.update(state="sent")
    Mailing.objects.update(state="done")


def leave(user: User, choice: Choice) -> None:
    closing_account.close(user, choice=choice)
    last_mail_goes_out()
    while AccountClosing.objects.filter(finished_at=None).exists():
        assert carrying_out.carry_out_due()


def found_anywhere(words: str) -> set[str]:
    """Give the tables and columns in which words stand, mails decoded."""
    found = set()
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, models.CharField | models.TextField | models.JSONField | models.BinaryField):
                for value in model._base_manager.values_list(field.attname, flat=True):
                    text = (
                        bytes(value).decode("utf-8", "replace") if isinstance(value, bytes | memoryview) else str(value)
                    )
                    if words.casefold() in text.casefold():
                        found.add(f"{model._meta.label}.{field.name}")
    return found


def test_hidden_the_name_stands_nowhere_and_the_words_stay(life, zelda, visitor):
    address = zelda.email
    leave(zelda, Choice.HIDE)
    for trace in (NAME, "Zelda", address):
        assert found_anywhere(trace) == set(), trace
    quoting = Reply.objects.get(pk=life["quoting"].pk)
    assert f"**a former member** [wrote](/r/{life['hers'].pk}/)" in quoting.body
    assert f"{WORDS} second words" in quoting.body and "a former member" in quoting.body_html
    assert "So very true, a former member!" in quoting.text
    page = visitor.get(life["topic"].get_absolute_url()).content.decode()
    assert "Zelda" not in page and WORDS in page


def test_removed_neither_name_nor_words_stand_anywhere(life, zelda, visitor):
    leave(zelda, Choice.REMOVE)
    assert found_anywhere(WORDS) == set()
    assert found_anywhere("Zelda") == set()
    assert not Topic.objects.filter(pk=life["alone"].pk).exists()
    answered = Topic.objects.get(pk=life["answered"].pk)
    assert answered.title == "Removed by its author"
    page = visitor.get(answered.get_absolute_url()).content.decode()
    assert "An answer that stays" in page and "This reply was deleted" in page
    assert set(Post.objects.values_list("title", flat=True)) == {"Removed by its author", "Exchange"}
    assert "A colleague" in Post.objects.get(title="Exchange").body_html
    assert "A comment that stays" in visitor.get(life["commented"].get_absolute_url(), follow=True).content.decode()
    assert not Commitment.objects.exists() and not Position.objects.exists() and not Attachment.objects.exists()
    assert list(Proposal.objects.values_list("title", flat=True)) == [Proposal.objects.get().title]
    assert Event.objects.filter(pk=life["event"].pk).exists()
    assert not Rsvp.objects.filter(user=zelda).exists()
    assert not Notification.objects.filter(user=zelda).exists() and not Activity.objects.filter(by=zelda).exists()
    found = SearchEntry.objects.filter(author=zelda).values_list("title", flat=True)
    assert set(found) == {"Removed by its author"}


def test_a_flag_about_somebody_else_keeps_their_name(community, facilitator):
    who_leaves = MembershipFactory(community=community, pk=6000, user__pk=5000, user__display_name=NAME)
    who_stays = MembershipFactory(community=community, pk=who_leaves.user_id, user__display_name="Somebody Else")
    for membership in (who_leaves, who_stays):
        flag(things.find("person", membership.pk), by=facilitator, reason="other")
    leave(who_leaves.user, Choice.REMOVE)
    titles = dict(Flag.objects.values_list("thing_id", "title"))
    assert titles == {who_leaves.pk: "a former member", who_stays.pk: "Somebody Else"}


def test_removed_counts_and_others_words_are_right(life, zelda, facilitator):
    leave(zelda, Choice.REMOVE)
    topic = Topic.objects.get(pk=life["topic"].pk)
    assert (topic.reply_count, topic.last_by) == (1, "Fatima")
    assert topic.replies.order_by("pk").first().thanks_count == 0
    quoting = Reply.objects.get(pk=life["quoting"].pk)
    assert "So very true, a former member!" in quoting.body and "removed by its author" in quoting.body
    for revision in ReplyRevision.objects.filter(reply=quoting):
        assert WORDS not in revision.body and "Zelda" not in revision.body
    assert Draft.objects.get(by=facilitator).fields["body"].count(WORDS) == 0


def test_kept_nothing_of_what_was_written_changes(life, zelda):
    before = list(Reply.objects.order_by("pk").values_list("body", "body_html", "version"))
    leave(zelda, Choice.KEEP)
    assert list(Reply.objects.order_by("pk").values_list("body", "body_html", "version")) == before
    assert User.objects.get(pk=zelda.pk).display_name == NAME
    assert found_anywhere("zelda@example.org") == set()
    assert not IncomingMessage.objects.exists() and not Notification.objects.filter(user=zelda).exists()


def test_others_of_the_same_name_are_left_alone(life, zelda, community, facilitator):
    twin = MembershipFactory(community=community, user__display_name=NAME, user__email="other@example.org").user
    theirs = reply_to(life["topic"], by=twin, body="The twin's words")
    quoting = reply_to(life["topic"], by=facilitator, body=quoted(theirs))
    leave(zelda, Choice.REMOVE)
    quoting.refresh_from_db()
    assert f"**{NAME}**" in quoting.body and "The twin's words" in quoting.body
    assert Reply.objects.get(pk=theirs.pk).body == "The twin's words"


def test_name_and_addresses_are_forgotten_at_the_end_only(life, zelda):
    closing_account.close(zelda, choice=Choice.HIDE)
    last_mail_goes_out()
    row = AccountClosing.objects.get()
    assert (row.name, row.addresses) == (NAME, ["zelda@example.org"])
    carrying_out.carry_out_due()
    row.refresh_from_db()
    assert (row.name, row.addresses, row.finished_at is not None) == ("", [], True)


class Killed(BaseException):
    """A worker's end."""


@pytest.mark.parametrize("choice", [Choice.HIDE, Choice.REMOVE])
def test_killed_at_each_point_it_goes_on_and_ends_the_same(life, zelda, monkeypatch, choice):
    """After each batch, and in the middle of each step, the worker dies; the next one goes on."""
    closing_account.close(zelda, choice=choice)
    last_mail_goes_out()
    monkeypatch.setattr(carrying_out, "BATCH", 1)
    keep, killed = carrying_out._keep, []

    def keep_and_die(row, **changes):
        # Dies before what was done is noted: the batch is done again.
        if "cursor" in changes and len(killed) % 2 == 0:
            killed.append(row.step)
            raise Killed
        keep(row, **changes)
        if "cursor" in changes:
            killed.append(row.step)

    monkeypatch.setattr(carrying_out, "_keep", keep_and_die)
    later = timezone.now()
    for _run in range(400):
        later += carrying_out.LEASE * 2
        try:
            carrying_out.carry_out_due(later)
        except Killed:
            continue
        if not AccountClosing.objects.filter(finished_at=None).exists():
            break
    assert AccountClosing.objects.get().finished_at and len(killed) > 40
    assert found_anywhere("Zelda Quix") == set()
    assert bool(found_anywhere(WORDS)) == (choice == Choice.HIDE)


def test_of_two_workers_one_has_it_in_hand(life, zelda):
    closing_account.close(zelda, choice=Choice.HIDE)
    last_mail_goes_out()
    step, seen = carrying_out.steps["in-replies"], []

    def meanwhile(closing, after):
        seen.append(carrying_out.carry_out_due())
        return step(closing, after)

    carrying_out.steps._entries["in-replies"] = meanwhile
    try:
        assert carrying_out.carry_out_due() == 1
    finally:
        carrying_out.steps._entries["in-replies"] = step
    assert set(seen) == {0}


def test_what_is_changed_meanwhile_is_changed_again(life, zelda, facilitator, monkeypatch):
    closing_account.close(zelda, choice=Choice.HIDE)
    last_mail_goes_out()
    from discussions import erasing_in_others_words as module

    render, edits = module.render, []

    def slow(source):
        if not edits:
            fresh = Reply.objects.get(pk=life["quoting"].pk)
            edits.append(edit(fresh, body=f"{fresh.body}\n\nPS.", by=facilitator, version=fresh.version))
        return render(source)

    monkeypatch.setattr(module, "render", slow)
    carrying_out.carry_out_due()
    quoting = Reply.objects.get(pk=life["quoting"].pk)
    assert quoting.body.endswith("PS.") and "Zelda" not in quoting.body


def test_a_step_that_fails_is_tried_again_and_holds_up_no_other_closing(life, zelda, monkeypatch, member):
    closing_account.close(zelda, choice=Choice.HIDE)
    closing_account.close(member, choice=Choice.HIDE)
    last_mail_goes_out()
    step = carrying_out.steps["in-replies"]

    def broken(closing, after):
        if closing.user_id == zelda.pk:
            raise ValueError
        return step(closing, after)

    monkeypatch.setitem(carrying_out.steps._entries, "in-replies", broken)
    assert carrying_out.carry_out_due() == 1
    monkeypatch.setitem(carrying_out.steps._entries, "in-replies", step)
    assert carrying_out.carry_out_due() == 1


def test_what_is_left_after_the_time_is_done_by_the_next_ring(life, zelda):
    closing_account.close(zelda, choice=Choice.REMOVE)
    last_mail_goes_out()
    assert carrying_out.carry_out_due(seconds=0) == 0
    assert carrying_out.carry_out_due() == 1


def test_a_copy_of_the_data_goes_with_the_account(zelda):
    exporting.ask(zelda)
    exporting.make_due()
    row = zelda.data_exports.get()
    closing_account.close(zelda, choice=Choice.KEEP)
    assert not row.file.storage.exists(row.file.name) and not zelda.data_exports.exists()


def test_who_asked_never_to_be_mailed_stays_so(zelda):
    Subscriber.objects.create(address=zelda.email, user=zelda, suppressed_at=timezone.now())
    leave(zelda, Choice.REMOVE)
    assert Subscriber.objects.get().suppressed_at


def test_numbers_are_said_before(life, zelda):
    said = closing_account.held_words(zelda)
    assert {"3 messages in topics", "2 topics that you started", "2 posts", "1 commitment", "1 proposal"} <= set(said)
    assert closing_account.held_words(Membership.objects.exclude(user=zelda).first().user) != said


def test_the_last_mail_goes_out_before_its_address_is_forgotten(zelda):
    closing_account.close(zelda, choice=Choice.HIDE)
    assert carrying_out.carry_out_due() == 0
    assert Delivery.objects.get(mailing__name="account_closed").address == "zelda@example.org"
    last_mail_goes_out()
    assert carrying_out.carry_out_due() == 1
    assert Delivery.objects.get(mailing__name="account_closed").address == ""


def test_who_was_let_in_again_may_close_the_account_once_more(zelda, community):
    leave(zelda, Choice.KEEP)
    User.objects.filter(pk=zelda.pk).update(is_active=True, email="zelda@example.org")
    leave(User.objects.get(pk=zelda.pk), Choice.HIDE)
    assert User.objects.get(pk=zelda.pk).display_name == "a former member"


def test_what_others_answered_keeps_its_words_in_the_story(life, zelda, facilitator):
    leave(zelda, Choice.REMOVE)
    line = Activity.objects.get(kind="reply", by=facilitator, title="Removed by its author", summary__contains="answer")
    assert line.summary == "An answer that stays"
