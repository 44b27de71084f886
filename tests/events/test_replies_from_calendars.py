"""A calendar program answers an invitation by mail: to the secret address, for the person it was sent to."""

from datetime import timedelta

import pytest

from cop.base.errors import Refused
from cop.notifications.community_following import follow_as_members
from cop.notifications.models import Subscription
from events import answering, publishing, telling
from events.replying import answer_by_reply
from events.rsvp_models import Answer, Rsvp
from tests.factories import EventFactory

pytestmark = pytest.mark.django_db

REPLY = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Test//EN
METHOD:{method}
BEGIN:VEVENT
UID:{uid}
DTSTAMP:{stamp}
{extra}SEQUENCE:{sequence}
{attendee}
END:VEVENT
END:VCALENDAR
"""


def reply(event, who, partstat="ACCEPTED", **more):
    given = {"method": "REPLY", "uid": event.uid, "stamp": "20260301T130000Z", "extra": "", "sequence": 0}
    given["attendee"] = f"ATTENDEE;PARTSTAT={partstat}:mailto:{who}"
    return REPLY.format(**{**given, **more}).replace("\n", "\r\n")


@pytest.fixture
def invited(occurrence, member):
    """A member who may come, and the secret address of their mail."""
    rsvp = answering.answer(occurrence, person=member, answer="maybe")
    telling.tell_answers()
    return f"events+{rsvp.token}@localhost"


@pytest.mark.parametrize(
    ("partstat", "answer"), [("ACCEPTED", Answer.COMING), ("TENTATIVE", Answer.MAYBE), ("DECLINED", Answer.NOT)]
)
def test_yes_no_and_maybe_are_understood(invited, event, member, partstat, answer):
    assert answer_by_reply(reply(event, member.email, partstat), invited).answer == answer


def test_the_address_is_found_whatever_stands_around_it(invited, event, member):
    assert answer_by_reply(reply(event, member.email.upper()), f'"Library" <{invited}>').answer == Answer.COMING


def test_an_answer_that_is_late_or_comes_twice_changes_nothing(invited, event, member):
    answer_by_reply(reply(event, member.email, "DECLINED", stamp="20260301T140000Z"), invited)
    answer_by_reply(reply(event, member.email, "ACCEPTED", stamp="20260301T130000Z"), invited)
    assert Rsvp.objects.get().answer == Answer.NOT


def test_a_comment_is_the_line_to_the_host(invited, event, member):
    text = reply(event, member.email, extra="COMMENT:I am ten minutes late\n")
    assert answer_by_reply(text, invited).line == "I am ten minutes late"


def test_where_all_places_are_taken_the_answer_waits_and_is_told_so(invited, event, member, sponsor, occurrence, mails):
    event.capacity = 1
    event.save()
    answering.answer(occurrence, person=sponsor, answer="coming")
    assert answer_by_reply(reply(event, member.email), invited).answer == Answer.WAITING
    telling.tell_answers()
    assert mails(member.email)[-1][0] == "On the waiting list: Vaccination day"


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"who": "mallory@example.org"}, "somebody else's"),
        ({"method": "REQUEST"}, "not an answer"),
        ({"uid": "other@example.org"}, "another event"),
        ({"partstat": "DELEGATED"}, "neither yes nor no"),
        ({"attendee": "COMMENT:nobody"}, "name one person"),
        ({"extra": "RECURRENCE-ID:20300101T100000Z\n"}, "a date that the event does not have"),
    ],
)
def test_what_is_not_this_persons_answer_is_refused_in_words(invited, event, member, more, said):
    who, partstat = more.pop("who", member.email), more.pop("partstat", "ACCEPTED")
    with pytest.raises(Refused, match=said):
        answer_by_reply(reply(event, who, partstat, **more), invited)
    assert Rsvp.objects.get().answer == Answer.MAYBE


@pytest.mark.parametrize("address", ["", "events@localhost", "events+guessed@localhost", "events+" + "x" * 90 + "@h"])
def test_an_address_that_nobody_was_given_is_refused(occurrence, event, member, address):
    with pytest.raises(Refused):
        answer_by_reply(reply(event, member.email), address)


@pytest.mark.parametrize("text", ["", "Hello", "BEGIN:VCALENDAR", b"\xff\xfe\x00", "BEGIN:VCALENDAR\nEND:VCALENDAR"])
def test_what_is_no_calendar_is_refused(invited, text):
    with pytest.raises(Refused):
        answer_by_reply(text, invited)


def test_a_cancelled_event_takes_no_answer_from_a_calendar(invited, event, member):
    publishing.cancel_event(event, reason="Ill")
    with pytest.raises(Refused, match="cancelled"):
        answer_by_reply(reply(event, member.email), invited)


def test_the_right_time_of_a_series_is_answered(now, community, member):
    event = EventFactory(community=community, rule="FREQ=WEEKLY;COUNT=3", answerers="readers")
    second = event.occurrences.order_by("starts_at")[1]
    rsvp = answering.answer(second, person=member, answer="maybe")
    text = reply(event, member.email, extra=f"RECURRENCE-ID;TZID=Europe/Berlin:{second.slot}\n")
    answer_by_reply(text, f"events+{rsvp.token}@localhost")
    assert answering.rsvp_of(second, member).answer == Answer.COMING


def test_a_member_answers_the_invitation_to_all(event, occurrence, member, community, now):
    follow_as_members(community)
    token = Subscription.objects.get(subscriber__user=member).token
    answer_by_reply(reply(event, member.email), f"events+{token}@localhost")
    assert answering.rsvp_of(occurrence, member).answer == Answer.COMING
    now.shift(timedelta(days=30))
    with pytest.raises(Refused, match="over"):
        answer_by_reply(reply(event, member.email, stamp="20260401T130000Z"), f"events+{token}@localhost")
