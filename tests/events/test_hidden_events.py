"""A hidden event is there for its hosts and facilitators alone; nothing else names it until it is shown again."""

from datetime import timedelta

import pytest
from django.urls import reverse

from cop.base.errors import Refused
from cop.mail.models import Delivery, Mailing
from cop.moderation import acting, deciding, flagging, objecting, telling, things
from cop.moderation.action_models import ModerationAction, What
from cop.moderation.guidelines import points_of
from cop.moderation.kinds import Act
from cop.moderation.models import Case
from cop.moderation.things import Why
from cop.notifications.models import Activity
from cop.notifications.sections import Window
from cop.search.models import SearchEntry
from discussions.models import Topic
from events import (
    answering,
    answering_by_mail,
    beat_lines,
    inviting,
    mailing,
    personal,
    publishing,
    saving,
    telling_voters,
)
from events import telling as telling_events
from events.forms import EventForm
from events.models import Event, Occurrence
from events.poll_models import DatePoll
from events.reminding import remind_due
from events.rsvp_models import Rsvp
from events.tasks import invite_members
from tests.factories import EventFactory, MembershipFactory, reply_to

pytestmark = pytest.mark.django_db


@pytest.fixture
def host(community):
    return MembershipFactory(community=community, user__display_name="Hana").user


@pytest.fixture
def event(now, community, member, host):
    """A public meeting that Mina scheduled and hosts together with Hana."""
    made = EventFactory(
        community=community, title="Vaccination day", answerers="readers", created_by=member, state="draft"
    )
    made.hosts.set([member, host])
    publishing.publish(made, by=member)
    return made


@pytest.fixture
def point(community):
    return points_of(community)[1]


@pytest.fixture
def guest(community, event):
    user = MembershipFactory(community=community, user__display_name="Gus").user
    answering.answer(event.occurrences.get(), person=user, answer="coming")
    telling_events.tell_answers()
    return user


def hide(event, by, point, words=""):
    assert acting.do(What.HIDDEN, "event", event.pk, by=by, why=Why(point, words))


def show(event, by):
    assert acting.do(What.SHOWN, "event", event.pk, by=by, why=Why())


def test_only_hosts_and_facilitators_see_it(
    event, facilitator, host, member, staff, outsider, signed_in, visitor, point
):
    other = MembershipFactory(community=event.community).user
    hide(event, facilitator, point)
    row = event.occurrences.get()
    for user in (facilitator, host, member, staff):
        page = signed_in(user).get(row.get_absolute_url()).content.decode()
        assert "This is hidden" in page
    for browser in (visitor, signed_in(other), signed_in(outsider)):
        assert browser.get(event.get_absolute_url()).status_code == 404
        assert browser.get(row.get_absolute_url()).status_code == 404
        assert browser.get(reverse("events:occurrence-file", args=["library", event.pk, row.pk])).status_code == 404
    for user, is_seen in ((facilitator, True), (host, True), (other, False), (outsider, False)):
        assert Event.objects.visible_to(user).filter(pk=event.pk).exists() is is_seen
        assert Occurrence.objects.visible_to(user).filter(pk=row.pk).exists() is is_seen


@pytest.mark.parametrize(
    ("name", "more"),
    [
        ("community", ()),
        ("events:events", ()),
        ("events:month", (2026, 3)),
        ("events:week", (2026, 10)),
        ("events:community-calendar", ()),
    ],
)
def test_no_page_and_no_feed_names_it(event, facilitator, visitor, point, name, more, now):
    path = "/c/library/" if name == "community" else reverse(name, args=["library", *more])
    assert "Vaccination day" in visitor.get(path).content.decode()
    now.shift(1)  # Parts of pages are kept for as long as nothing changed.
    hide(event, facilitator, point)
    assert "Vaccination day" not in visitor.get(path).content.decode()
    now.shift(1)
    show(event, facilitator)
    assert "Vaccination day" in visitor.get(path).content.decode()


def test_a_guests_own_calendar_names_it_no_longer(event, guest, facilitator, visitor, point):
    personal.choose_reminders(guest, day=True, hour=True)
    key = personal.personal(guest).key
    path = reverse("events:my-calendar", args=[key])
    for query in ("", "?only=answers"):
        assert "Vaccination day" in visitor.get(path + query).content.decode()
    hide(event, facilitator, point)
    for query in ("", "?only=answers"):
        assert "Vaccination day" not in visitor.get(path + query).content.decode()


def test_search_and_story_forget_it_and_find_it_again_without_telling_anew(event, facilitator, point):
    hide(event, facilitator, point)
    assert not SearchEntry.objects.filter(kind="event").exists()
    assert not Activity.objects.standing().filter(kind="event").exists()
    show(event, facilitator)
    assert SearchEntry.objects.filter(kind="event").count() == 1
    assert Activity.objects.standing().filter(kind="event").count() == 1


def test_no_beat_lists_it(event, community, facilitator, point):
    start = event.published_at
    window = Window(community, start, start, start, start + timedelta(days=30), ["public"])
    assert [line.title for line in beat_lines.EVENTS.lines(window)] == ["Vaccination day"]
    hide(event, facilitator, point)
    assert list(beat_lines.EVENTS.lines(window)) == []


def test_nobody_is_reminded_of_it_and_no_mail_names_it(event, guest, facilitator, now, point):
    row = event.occurrences.get()
    hide(event, facilitator, point)
    before = Delivery.objects.filter(address=guest.email).count()
    now.move_to(row.starts_at - timedelta(hours=23))
    assert remind_due() == 0
    fields = {name: getattr(event, name) for name in EventForm.FIELDS}
    event.refresh_from_db()
    saving.change_event(event, saving.Plan(fields | {"place": "The barn"}))
    now.shift(timedelta(minutes=15))
    telling_events.tell_changes()
    assert Delivery.objects.filter(address=guest.email).count() == before
    show(event, facilitator)
    telling_events.tell_changes()
    assert Delivery.objects.filter(address=guest.email).count() == before + 1


def test_what_was_on_its_way_is_stopped(event, guest, facilitator, member, now, point):
    """A mail that waits in the outbox when the event is hidden asks before it leaves."""
    rsvp = Rsvp.objects.get(user=guest)
    assert mailing.kept_back([rsvp.token]) == {}
    hide(event, facilitator, point)
    assert mailing.kept_back([rsvp.token]) == {rsvp.token: "The event is hidden"}


def test_invitations_wait_until_it_is_shown(event, facilitator, member, point):
    Event.objects.filter(pk=event.pk).update(invites_since=event.published_at)
    hide(event, facilitator, point)
    assert inviting.invite_due() == 0
    show(event, facilitator)
    invite_members()
    assert Event.objects.get(pk=event.pk).invites_since is None


def test_it_is_answered_by_no_way(event, guest, facilitator, point, visitor, settings):
    rsvp = Rsvp.objects.get(user=guest)
    row = event.occurrences.get()
    page = reverse("events:answer-by-mail", args=[rsvp.token, row.pk])
    assert visitor.get(page).status_code == 200
    hide(event, facilitator, point)
    assert visitor.get(page).status_code == 404
    row.refresh_from_db()
    with pytest.raises(Refused):
        answering.answer(Occurrence.objects.get(pk=row.pk), person=guest, answer="not")

    class Arrived:
        calendar, automatic, text, sender = b"", "", "yes", guest.email

        class own:  # noqa: N801 - as the address is called there
            code = rsvp.token

    with pytest.raises(Refused, match="does not exist"):
        answering_by_mail.take(Arrived())  # type: ignore[arg-type]


def test_its_conversation_is_hidden_with_it_and_one_hidden_before_stays_so(
    event, facilitator, as_member, visitor, point
):
    row = event.occurrences.get()
    as_member.post(f"{row.get_absolute_url()}talk/")
    topic = Topic.objects.get()
    reply_to(topic, by=facilitator, body="I bring the vaccine box.")
    hide(event, facilitator, point)
    assert visitor.get(topic.get_absolute_url()).status_code == 404
    assert not SearchEntry.objects.filter(kind="reply").exists()
    show(event, facilitator)
    assert visitor.get(topic.get_absolute_url()).status_code == 200
    acting.do(What.HIDDEN, "topic", topic.pk, by=facilitator, why=Why(point))
    hide(event, facilitator, point)
    show(event, facilitator)
    assert visitor.get(topic.get_absolute_url()).status_code == 404


def test_each_host_hears_why_by_which_role_and_can_object(event, facilitator, host, member, mails, point, signed_in):
    hide(event, facilitator, point, "This is a sales show.")
    telling.tell_due()
    for person in (host, member):
        [(_subject, text, _calendar)] = mails(person.email)
        assert "A facilitator has hidden “Vaccination day”" in text
        assert point in text and "This is a sales show." in text and "/moderated/" in text
    action = ModerationAction.objects.get(about=host)
    signed_in(host).post(action.get_absolute_url(), {"words": "It is not."})
    other = MembershipFactory(community=event.community, role="facilitator").user
    deciding.decide(Case.objects.get(kind=objecting.KIND), "granted", Act(by=other))
    assert not Event.objects.get(pk=event.pk).is_hidden


def test_enough_flags_hide_it_and_the_queue_can_too(event, facilitator, member, point):
    for _number in range(3):
        flagger = MembershipFactory(community=event.community, joined_at=event.published_at - timedelta(days=60)).user
        flagging.flag(things.find("event", event.pk), by=flagger, reason="advertising")
    assert Event.objects.get(pk=event.pk).is_hidden
    deciding.decide(Case.objects.get(kind="flag-event"), "left", Act(by=facilitator))
    assert not Event.objects.get(pk=event.pk).is_hidden


def test_it_is_hidden_once(event, facilitator, point):
    hide(event, facilitator, point)
    assert not acting.do(What.HIDDEN, "event", event.pk, by=facilitator, why=Why(point))
    assert ModerationAction.objects.count() == 2  # A line for each of its two hosts.


def test_facilitators_hide_and_show_on_its_page(event, as_facilitator, as_member, point):
    page = as_facilitator.get(event.get_absolute_url()).content.decode()
    assert f"/moderate/event/{event.pk}/hidden/" in page
    assert "/hidden/" not in as_member.get(event.get_absolute_url()).content.decode()
    as_facilitator.post(f"/moderate/event/{event.pk}/hidden/", {"reason": point, "words": ""})
    assert Event.objects.get(pk=event.pk).is_hidden
    as_facilitator.post(f"/moderate/event/{event.pk}/shown/", {"reason": point, "words": ""})
    assert not Event.objects.get(pk=event.pk).is_hidden


def test_voters_of_its_date_hear_of_it_only_while_it_stands(event, facilitator, community, point, now):
    poll = DatePoll.objects.create(
        community=community, title="When?", event=event, tells_voters_since=event.published_at
    )
    hide(event, facilitator, point)
    assert telling_voters.tell_voters_due() == 0
    show(event, facilitator)
    telling_voters.tell_voters_due()
    poll.refresh_from_db()
    assert poll.tells_voters_since is None


@pytest.mark.parametrize("key", ["event-invitation:{event}:7:UTC:en", "event-date-chosen:{poll}:7:UTC:en:yes"])
def test_invitations_in_the_outbox_are_taken_back(event, facilitator, community, point, key):
    poll = DatePoll.objects.create(community=community, title="When?", event=event)
    mailing = Mailing.objects.create(
        name="event_invitation", subject="Come", source=b"x", dedupe_key=key.format(event=event.pk, poll=poll.pk)
    )
    hide(event, facilitator, point)
    mailing.refresh_from_db()
    assert (mailing.state, mailing.reason) == ("withdrawn", "The event was hidden")


def test_a_facilitator_who_calls_off_somebody_elses_event_leaves_a_line_in_the_log(as_facilitator, member, community):
    event = EventFactory(community=community, created_by=member, title="Seed swap")
    as_facilitator.post(f"{event.get_absolute_url()}cancel/", {"reason": "The room is gone"})
    event.refresh_from_db()
    assert event.is_cancelled
    line = ModerationAction.objects.get(what="called-off")
    assert (line.about, line.words) == (member, "The room is gone")


def test_who_hosts_it_calls_it_off_without_one(signed_in, facilitator, as_facilitator, member, community):
    event = EventFactory(community=community, created_by=member, title="Seed swap")
    event.hosts.add(facilitator)
    as_facilitator.post(f"{event.get_absolute_url()}cancel/", {"reason": "The room is gone"})
    event.refresh_from_db()
    assert event.is_cancelled
    assert not ModerationAction.objects.exists()


def test_its_hosts_are_told_that_they_still_see_it(event, facilitator, point):
    acting.do(What.HIDDEN, "event", event.pk, by=facilitator, why=Why(point, ""))
    assert "only its hosts and facilitators see it" in telling.sentence_of(ModerationAction.objects.latest("pk"))
