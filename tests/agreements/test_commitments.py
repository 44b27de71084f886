"""Commitments: promised, asked for, kept, dropped, asked after once."""

from datetime import timedelta

import pytest
from django.utils import timezone
from icalendar import Calendar

from cop.agreements import asking_after, committing, moving
from cop.agreements.models import Commitment
from cop.agreements.places import Place
from cop.base.errors import Refused
from cop.mail.models import Delivery, Mailing
from cop.notifications.models import Activity
from members import joining
from tests.factories import CommitmentFactory, MembershipFactory
from tests.notifications.conftest import mails_to, text_of

LIST = "/c/library/commitments/"


@pytest.fixture
def friday():
    return timezone.localdate() + timedelta(days=5)


@pytest.fixture
def promised(community, member, friday):
    return committing.commit(community, by=member, text="Bring the slides", due_on=friday)


def shown(client, path=LIST):
    return client.get(path).content.decode()


# --- Promising ----------------------------------------------------------------------------------------------------


def test_what_somebody_promises_is_listed_and_told(as_member, as_sponsor, promised, community):
    for client in (as_member, as_sponsor):
        assert "Bring the slides" in shown(client)
        assert "Mina" in shown(client)
    assert Activity.objects.get(kind="commitment").verb == "committed"


def test_the_form_makes_a_promise_once_however_often_it_is_sent(as_member, community, friday):
    for _click in range(2):
        as_member.post(f"{LIST}add/", {"text": " Bring  the slides ", "due_on": friday})
    assert Commitment.objects.get().text == "Bring the slides"


@pytest.mark.parametrize("days", [-1, 900])
def test_a_day_out_of_reach_is_said_at_the_field(as_member, community, days):
    day = timezone.localdate() + timedelta(days=days)
    answer = as_member.post(f"{LIST}add/", {"text": "Bring the slides", "due_on": day})
    assert answer.status_code == 422
    assert "due_on" in answer.context["form"].errors


def test_a_sponsor_who_promises_is_told_who_can(as_sponsor, community, friday):
    answer = as_sponsor.post(f"{LIST}add/", {"text": "x", "due_on": friday})
    assert answer.status_code == 403
    assert "Only members and facilitators" in answer.content.decode()


def test_nothing_is_promised_in_an_archived_community(community, member, friday):
    community.archived_at = timezone.now()
    community.save()
    with pytest.raises(Refused):
        committing.commit(community, by=member, text="x", due_on=friday)


def test_a_promise_made_in_a_place_is_for_those_who_read_the_place(community, member, friday, facilitator):
    place = Place("topic", 7, "Spring", "/topic/7/", community.pk, "facilitators", "forum", 3)
    made = committing.commit(community, by=member, text="Ask the board", due_on=friday, place=place)
    assert list(Commitment.objects.visible_to(facilitator)) == [made]
    assert not Commitment.objects.visible_to(member).exists()
    moving.change_audience("forum", 3, audience="community")
    assert list(Commitment.objects.visible_to(member).made_in("topic", 7)) == [made]


def test_nothing_is_promised_in_a_place_that_is_closed(community, member, friday):
    place = Place("topic", 7, "Spring", "/topic/7/", community.pk, "community", is_closed=True)
    with pytest.raises(Refused):
        committing.commit(community, by=member, text="x", due_on=friday, place=place)


@pytest.mark.parametrize("mark", ["topic-1", "horse-1", "x", "topic-", "topic-x"])
def test_a_place_that_is_not_there_is_not_found(as_member, community, mark):
    assert as_member.get(f"{LIST}add/", {"in": mark}).status_code == 404


# --- Asking -------------------------------------------------------------------------------------------------------


@pytest.fixture
def asked(community, facilitator, member, friday):
    return committing.ask(community, by=facilitator, person=member, text="Bring the slides", due_on=friday)


def test_who_is_asked_gets_a_mail_and_nothing_is_promised_yet(asked, member, as_sponsor, as_member):
    assert "could you do this by" in text_of(mails_to(member.email)[0])
    assert not Activity.objects.filter(kind="commitment").exists()
    assert "Bring the slides" not in shown(as_sponsor)
    assert "Waiting for an answer" in shown(as_member)


def test_who_says_yes_has_promised_and_the_other_is_told(asked, as_member, member, facilitator):
    for _click in range(2):
        as_member.post(f"{LIST}{asked.pk}/accept/")
    asked.refresh_from_db()
    assert asked.is_open
    assert len(mails_to(facilitator.email)) == 1
    assert Activity.objects.get(kind="commitment").by == member


def test_who_says_no_says_it_with_a_word_and_it_stays_between_the_two(asked, as_member, as_sponsor, facilitator):
    as_member.post(f"{LIST}{asked.pk}/decline/", {"word": "On leave"})
    assert "On leave" in text_of(mails_to(facilitator.email)[0])
    assert as_sponsor.get(f"{LIST}{asked.pk}/").status_code == 404


def test_a_sponsor_or_an_outsider_cannot_be_asked(community, facilitator, sponsor, outsider, friday):
    for person in (sponsor, outsider):
        with pytest.raises(Refused):
            committing.ask(community, by=facilitator, person=person, text="x", due_on=friday)


def test_who_asks_oneself_promises(community, member, friday):
    assert committing.ask(community, by=member, person=member, text="x", due_on=friday).is_open


# --- Keeping and dropping -----------------------------------------------------------------------------------------


def test_what_is_kept_is_celebrated_once(as_member, promised):
    for _click in range(2):
        as_member.post(f"{LIST}{promised.pk}/keep/", {"word": "Slides are in the folder"})
    assert "Slides are in the folder" in shown(as_member)
    assert Activity.objects.filter(kind="commitment", verb="kept").count() == 1


def test_what_is_dropped_needs_a_word(as_member, promised):
    as_member.post(f"{LIST}{promised.pk}/drop/", {"word": " "})
    promised.refresh_from_db()
    assert promised.is_open
    as_member.post(f"{LIST}{promised.pk}/drop/", {"word": "The room was closed"})
    promised.refresh_from_db()
    assert (promised.state, promised.word) == ("dropped", "The room was closed")
    assert not Activity.objects.standing().filter(kind="commitment").exists()


def test_of_two_who_settle_it_at_once_the_first_counts(promised, member, facilitator):
    other = Commitment.objects.get(pk=promised.pk)
    assert committing.keep(promised, by=member)
    assert not committing.drop(other, by=facilitator, word="No")
    assert other.state == "done"


def test_another_member_cannot_settle_it(promised, community, signed_in):
    other = signed_in(MembershipFactory(community=community).user)
    assert other.post(f"{LIST}{promised.pk}/keep/").status_code == 403


# --- Asking after -------------------------------------------------------------------------------------------------


def days_later(days):
    return asking_after.ask_after_due(timezone.now() + timedelta(days=days))


def test_an_overdue_promise_is_asked_after_once(promised, member):
    assert [days_later(days) for days in (6, 8, 9)] == [0, 1, 0]
    assert "This is the only time we ask" in text_of(mails_to(member.email)[0])


def test_a_worker_killed_before_it_took_note_mails_nobody_twice(promised, member):
    asking_after.ask_after(promised)
    assert days_later(8) == 1
    assert Delivery.objects.filter(address=member.email).count() == 1


def test_a_promise_with_a_new_day_is_asked_after_again(promised, member, friday):
    days_later(8)
    committing.move(promised, by=member, due_on=friday + timedelta(days=10))
    assert [days_later(10), days_later(20)] == [0, 1]


def test_who_has_left_or_kept_it_is_not_asked(promised, member, community, facilitator):
    CommitmentFactory(community=community, person=facilitator, state="done")
    joining.leave(community, by=member)
    assert days_later(30) == 0
    assert not Mailing.objects.filter(name="commitment_due").exists()


# --- Lists and calendars ------------------------------------------------------------------------------------------


def test_the_list_goes_by_date_or_by_person(as_member, community, member, facilitator, friday):
    CommitmentFactory(community=community, person=member, text="Later", due_on=friday + timedelta(days=9))
    CommitmentFactory(community=community, person=facilitator, text="Middle", due_on=friday + timedelta(days=2))
    CommitmentFactory(community=community, person=member, text="Sooner", due_on=friday)
    by_date, by_person = shown(as_member), shown(as_member, f"{LIST}?by=person")
    assert by_date.index("Sooner") < by_date.index("Middle") < by_date.index("Later")
    assert by_person.index("Middle") < by_person.index("Sooner") < by_person.index("Later")


def test_the_calendar_holds_what_is_open_as_whole_days(as_member, promised, community, facilitator, friday):
    CommitmentFactory(community=community, person=facilitator, text="سلام; comma, \\ and\nmore")
    CommitmentFactory(community=community, state="done", text="Kept")
    calendar = Calendar.from_ical(as_member.get(f"{LIST}calendar.ics").content)
    events = {str(event["summary"]): event for event in calendar.walk("VEVENT")}
    assert events["Mina: Bring the slides"].decoded("dtstart") == friday
    assert len(events) == 2
    mine = Calendar.from_ical(as_member.get(f"{LIST}calendar.ics?mine=1").content)
    assert [str(event["summary"]) for event in mine.walk("VEVENT")] == ["Mina: Bring the slides"]


@pytest.mark.parametrize("order", ["", "?by=person"])
def test_the_number_of_queries_does_not_grow(query_count, as_member, community, promised, order):
    CommitmentFactory(community=community, state="done", settled_at=timezone.now())
    before = query_count(as_member, LIST + order)
    for _number in range(8):
        CommitmentFactory(community=community)
        CommitmentFactory(community=community, state="done", settled_at=timezone.now())
    assert query_count(as_member, LIST + order) == before
