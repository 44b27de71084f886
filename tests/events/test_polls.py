"""A poll for the date: everybody votes in their own time, one click makes the event."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cop.mail.models import Delivery, Mailing
from cop.notifications import community_following
from cop.notifications.models import Activity, Pace, Subscription
from events import polling
from events.inviting import invite_due
from events.models import Event
from events.poll_models import DatePoll, DateVote
from events.publishing import cancel_event, publish
from events.telling_voters import tell_voters_due
from tests.factories import MembershipFactory

pytestmark = pytest.mark.django_db
ASKED = {"title": "When do we meet?", "about": "An hour", "timezone": "Europe/Berlin", "minutes": 90,
         "date_1": "2026-03-10T18:00", "date_2": "2026-03-12T18:00"}  # fmt: skip


@pytest.fixture
def poll(as_member, community, now):
    as_member.post("/c/library/events/dates/add/", ASKED)
    return DatePoll.objects.get()


def vote(client, poll, *words):
    names = [f"proposal-{proposal.pk}" for proposal in poll.proposals.all()]
    return client.post(f"{poll.get_absolute_url()}vote/", dict(zip(names, words, strict=True)))


def test_dates_are_those_of_the_chosen_zone_and_shown_in_the_readers(poll, as_facilitator, facilitator):
    facilitator.timezone = "Asia/Dhaka"
    facilitator.save()
    assert [proposal.starts_at.hour for proposal in poll.proposals.all()] == [17, 17]
    assert "11 p.m." in as_facilitator.get(poll.get_absolute_url()).content.decode()


def test_a_vote_can_be_changed_and_counts_once(poll, as_facilitator):
    vote(as_facilitator, poll, "yes", "maybe")
    vote(as_facilitator, poll, "yes", "no")
    assert sorted(DateVote.objects.values_list("vote", flat=True)) == ["no", "yes"]


def test_one_click_makes_the_event(poll, as_member, as_facilitator):
    vote(as_facilitator, poll, "no", "yes")
    second = poll.proposals.all()[1]
    for _time in range(2):
        as_facilitator.post(f"{poll.get_absolute_url()}choose/{second.pk}/")
    event = Event.objects.get()
    assert (event.title, event.occurrences.get().starts_at) == ("When do we meet?", second.starts_at)
    assert event.is_draft
    page = vote(as_member, poll, "yes", "yes")
    assert page.status_code == 302
    assert not DateVote.objects.filter(user__display_name="Mina").exists()


def test_only_who_asked_and_facilitators_choose(poll, as_sponsor, as_outsider):
    first = poll.proposals.all()[0]
    chosen = f"{poll.get_absolute_url()}choose/{first.pk}/"
    assert as_sponsor.post(chosen).status_code == 403
    assert as_outsider.post(chosen).status_code == 404  # It is the members': nobody else knows of it.


@pytest.mark.parametrize("changes", [{"date_2": ""}, {"date_2": "tomorrow"}, {"date_2": "2026-03-10T18:00"}])
def test_two_different_dates_are_the_least(changes, as_member, community):
    assert as_member.post("/c/library/events/dates/add/", ASKED | changes).status_code == 422


def test_a_poll_closed_without_a_date_makes_no_event(poll, as_member):
    as_member.post(f"{poll.get_absolute_url()}close/")
    as_member.post(f"{poll.get_absolute_url()}choose/{poll.proposals.all()[0].pk}/")
    assert not Event.objects.exists()


def test_members_hear_of_it_in_the_story_until_a_date_is_taken(poll, facilitator, member):
    (line,) = Activity.objects.standing().visible_to(member)
    assert (line.title, line.by.display_name) == ("When do we meet?", "Mina")
    polling.choose(poll, poll.proposals.all()[0], by=facilitator)
    assert not Activity.objects.standing().exists()


@pytest.fixture
def chosen(poll, community, member, facilitator, sponsor, mails):
    """A function that takes a poll's second date, publishes its event and lets the sweep run; it gives the event."""

    def take(*, by=facilitator, is_mailed=False):
        event = polling.choose(poll, poll.proposals.all()[1], by=by)
        assert tell_voters_due() == 0  # Nobody hears of a draft.
        publish(event, by=by, is_mailed=is_mailed)
        assert (tell_voters_due(), tell_voters_due()) == (1, 0)
        invite_due()
        return event

    return take


def say(poll, person, *words):
    polling.vote(poll, dict(zip(poll.proposals.values_list("pk", flat=True), words, strict=True)), by=person)


def test_who_voted_is_told_of_the_date_once_with_the_entry_for_the_calendar(poll, chosen, member, sponsor, mails):
    say(poll, member, "no", "yes")
    event = chosen()
    ((subject, text, calendar),) = mails(member.email)
    assert subject == "The date of When do we meet?: Thursday, March 12, 2026, 6 p.m. – 7:30 p.m."
    assert "one that you said suits you." in text
    assert "?answer=coming" in text
    assert "because you voted for a date in" in text
    (entry,) = calendar.walk("VEVENT")
    assert (entry["DTSTART"].dt, entry["ATTENDEE"].params["PARTSTAT"]) == (
        event.occurrences.get().starts_at,
        "NEEDS-ACTION",
    )
    assert mails(sponsor.email) == []  # Did not vote, and nobody asked to invite all.


def test_who_voted_is_told_in_the_own_zone_what_they_had_said(poll, chosen, member, facilitator, mails):
    facilitator.timezone = "Asia/Dhaka"
    facilitator.save()
    say(poll, facilitator, "yes", "no")
    say(poll, member, "yes", "maybe")
    chosen()
    theirs, mine = mails(facilitator.email)[0][1], mails(member.email)[0][1]
    assert "For you: Thursday, March 12, 2026, 11 p.m. – " in " ".join(theirs.split())
    assert "(Dhaka time)" in theirs
    assert "(Dhaka time)" not in mine
    assert "You had said that you have no time then." in theirs
    assert "suits you if need be." in mine


def test_all_are_invited_and_nobody_gets_two_mails(poll, chosen, member, facilitator, sponsor, mails):
    say(poll, member, "yes", "yes")
    chosen(is_mailed=True)
    ((subject, _text, _calendar),) = mails(member.email)
    assert subject.startswith("The date of")
    assert [len(mails(person.email)) for person in (facilitator, sponsor)] == [1, 1]
    assert "because you belong to" in mails(sponsor.email)[0][1]


def test_who_mutes_the_community_left_it_or_has_answered_is_not_told(
    poll, chosen, community, member, facilitator, sponsor, mails
):
    for person in (member, facilitator, sponsor):
        say(poll, person, "yes", "yes")
    community_following.follow_as_members(community, at=timezone.now())
    Subscription.objects.filter(subscriber__user=member).update(pace=Pace.MUTED)
    community.memberships.filter(user=sponsor).update(state="left")
    chosen()
    assert [len(mails(person.email)) for person in (member, facilitator, sponsor)] == [0, 1, 0]


def test_the_answer_can_be_given_by_the_mail_s_link(poll, chosen, member, mails, visitor):
    say(poll, member, "yes", "yes")
    event = chosen()
    link = re.search(r"http\S+\?answer=coming", mails(member.email)[0][1].replace("=\n", ""))
    assert link
    path = link.group().removeprefix("http://localhost:8000")
    assert visitor.post(path, {"answer": "coming"}).status_code == 302
    assert event.occurrences.get().rsvps.get(user=member).answer == "coming"


def test_one_that_was_called_off_meanwhile_tells_nobody(poll, member, facilitator, mails):
    say(poll, member, "yes", "yes")
    event = polling.choose(poll, poll.proposals.all()[1], by=facilitator)
    publish(event, by=facilitator)
    cancel_event(event, reason="Ill")
    assert tell_voters_due() == 1
    assert mails(member.email) == []


def test_many_voters_are_told_by_few_queries(poll, community, facilitator):
    def told(number):
        for _one in range(number):
            say(poll, MembershipFactory(community=community).user, "yes", "yes")

    told(2)
    event = polling.choose(poll, poll.proposals.all()[1], by=facilitator)
    publish(event, by=facilitator)
    with CaptureQueriesContext(connection) as few:
        tell_voters_due()
    DatePoll.objects.update(closed_at=None)
    told(30)
    DatePoll.objects.update(tells_voters_since=timezone.now())
    Mailing.objects.all().delete()
    with CaptureQueriesContext(connection) as many:
        tell_voters_due()
    assert Delivery.objects.count() == 32
    assert len(many) <= len(few) + 1
