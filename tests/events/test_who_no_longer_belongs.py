"""Who left a community, was shut out or closed their account hears nothing of its events; their place is free."""

from datetime import timedelta

import pytest

from cop.base.errors import Refused
from events import answering, mailing, replying
from events.models import Event
from events.personal import renew_key
from events.rsvp_models import Rsvp
from members import closing_account, joining
from members.closing_models import Choice

pytestmark = pytest.mark.django_db


@pytest.fixture
def former(event, occurrence, member):
    """The answer of a member who was suspended since, to an event that only members read."""
    Event.objects.update(audience="community")
    rsvp = answering.answer(occurrence, person=member, answer="coming")
    member.memberships.update(state="suspended")
    return rsvp


def test_no_mail_goes_to_who_may_no_longer_read_the_event(former, facilitator, occurrence):
    own = answering.answer(occurrence, person=facilitator, answer="coming")
    assert mailing.kept_back([former.token, own.token]) == {former.token: "May no longer read it"}


def test_visitors_hear_no_more_of_what_is_for_members_now(occurrence, visitor):
    given = {"name": "Vera", "address": "vera@example.net", "answer": "coming", "guests": 0, "line": ""}
    visitor.post(f"{occurrence.get_absolute_url()}ask/", given)
    rsvp = Rsvp.objects.get()
    assert mailing.kept_back([rsvp.token]) == {}
    Event.objects.update(audience="community")
    assert mailing.kept_back([rsvp.token]) == {rsvp.token: "May no longer read it"}
    assert visitor.get(f"/answer/{rsvp.token}/{occurrence.pk}/").status_code == 404


def test_the_link_of_an_old_mail_shows_nothing_any_more(former, visitor):
    assert visitor.get(f"/answer/{former.token}/{former.occurrence_id}/").status_code == 404


def test_a_calendar_program_no_longer_answers(former, member):
    reply = (
        "BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\nBEGIN:VEVENT\r\n"
        f"UID:{former.occurrence.event.uid}\r\nDTSTAMP:20260301T120000Z\r\n"
        f"ATTENDEE;PARTSTAT=DECLINED:mailto:{member.email}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )
    with pytest.raises(Refused, match="does not exist any more"):
        replying.answer_by_reply(reply, f"events+{former.token}@localhost")


def test_the_own_feed_of_answers_forgets_the_community(former, member, visitor):
    assert b"Vaccination day" not in visitor.get(f"/calendar/{renew_key(member)}.ics?only=answers").content


def test_many_answers_are_asked_about_by_few_queries(event, occurrence, django_assert_num_queries, facilitator, member):
    Event.objects.update(audience="community")
    tokens = [answering.answer(occurrence, person=person, answer="coming").token for person in (facilitator, member)]
    with django_assert_num_queries(2):
        assert mailing.kept_back(tokens) == {}


def test_who_closes_their_account_gives_the_place_to_the_next(event, occurrence, member, facilitator, now):
    Event.objects.update(capacity=1)
    occurrence.refresh_from_db()
    answering.answer(occurrence, person=member, answer="coming")
    waiting = answering.answer(occurrence, person=facilitator, answer="coming")
    closing_account.close(member, choice=Choice.HIDE)
    waiting.refresh_from_db()
    assert waiting.answer == "offered"
    assert not Rsvp.objects.filter(user=member).exists()


def test_what_a_closed_account_took_along_stays(event, occurrence, member, now):
    rsvp = answering.answer(occurrence, person=member, answer="coming", line="I bring my dog")
    Rsvp.objects.update(took="Goats are calm in the morning")
    now.shift(timedelta(days=8))
    closing_account.close(member, choice=Choice.HIDE)
    rsvp.refresh_from_db()
    assert (rsvp.took, rsvp.line, rsvp.user.display_name) == ("Goats are calm in the morning", "", "a former member")


def test_who_leaves_the_community_gives_the_place_to_the_next(event, occurrence, member, facilitator, now):
    Event.objects.update(capacity=1, audience="community")
    occurrence.refresh_from_db()
    answering.answer(occurrence, person=member, answer="coming")
    waiting = answering.answer(occurrence, person=facilitator, answer="coming")
    joining.leave(event.community, by=member)
    waiting.refresh_from_db()
    assert waiting.answer == "offered"
    assert not Rsvp.objects.filter(user=member).exists()


def test_who_leaves_keeps_the_place_at_what_is_public(event, occurrence, member, now):
    answering.answer(occurrence, person=member, answer="coming")
    joining.leave(event.community, by=member)
    assert Rsvp.objects.get(user=member).answer == "coming"
