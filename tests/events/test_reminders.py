"""Reminders go out once, to those who come, when they chose it; afterwards hosts and guests are asked once."""

from datetime import timedelta

import pytest

from cop.mail.models import Delivery, Mailing
from events import answering, hosting, personal
from events.models import Event, Occurrence
from events.reminding import ask_after, remind_due
from events.telling import tell_answers

pytestmark = pytest.mark.django_db


@pytest.fixture
def coming(occurrence, member):
    Event.objects.update(join_url="https://meet.example.org/x", join_minutes=60)
    answering.answer(occurrence, person=member, answer="coming")
    tell_answers()
    return occurrence


def subjects(mails, person):
    return [subject for subject, _text, _calendar in mails(person.email)][1:]


def test_a_day_and_an_hour_before_once_each(coming, member, now, mails):
    now.move_to(coming.starts_at - timedelta(hours=23, minutes=59))
    assert (remind_due(), remind_due()) == (1, 0)
    now.move_to(coming.starts_at - timedelta(minutes=59))
    assert (remind_due(), remind_due()) == (1, 0)
    assert subjects(mails, member) == ["Tomorrow: Vaccination day", "Soon: Vaccination day"]


def test_the_link_to_join_is_in_the_last_reminder_and_not_before(coming, member, now, mails):
    now.move_to(coming.starts_at - timedelta(hours=23))
    remind_due()
    now.move_to(coming.starts_at - timedelta(minutes=50))
    remind_due()
    day, hour = (text for _subject, text, _calendar in mails(member.email)[1:])
    assert "meet.example.org" not in day
    assert "https://meet.example.org/x" in hour


def test_a_reminder_comes_in_the_readers_own_time(coming, member, now, mails):
    member.timezone = "Asia/Dhaka"
    member.save()
    now.move_to(coming.starts_at - timedelta(minutes=50))
    remind_due()
    assert "For you: 3 p.m. – 4 p.m. (Dhaka time)" in mails(member.email)[-1][1]


def test_who_wants_no_reminder_gets_none(coming, member, now, mails):
    personal.choose_reminders(member, day=False, hour=False)
    now.move_to(coming.starts_at - timedelta(hours=23))
    remind_due()
    assert subjects(mails, member) == []


def test_who_answered_in_the_last_hour_is_not_reminded_of_it(coming, sponsor, now, mails):
    now.move_to(coming.starts_at - timedelta(minutes=55))
    answering.answer(coming, person=sponsor, answer="coming", is_told=False)
    remind_due()
    assert mails(sponsor.email) == []


def test_what_was_moved_is_reminded_of_anew(coming, member, now, mails):
    now.move_to(coming.starts_at - timedelta(hours=23))
    remind_due()
    later = coming.starts_at + timedelta(days=2)
    Occurrence.objects.filter(pk=coming.pk).update(starts_at=later, ends_at=later + timedelta(hours=1))
    now.move_to(later - timedelta(hours=23))
    assert remind_due() == 1
    assert len(subjects(mails, member)) == 2


def test_what_is_cancelled_reminds_nobody(coming, now):
    Event.objects.update(state="cancelled")
    now.move_to(coming.starts_at - timedelta(minutes=50))
    assert remind_due() == 0


def test_after_it_the_host_and_those_who_were_there_are_asked_once(coming, member, facilitator, now, mails):
    rsvp = answering.rsvp_of(coming, member)
    hosting.tick(rsvp, is_here=True, by=facilitator)
    now.move_to(coming.ends_at + timedelta(hours=3))
    assert (ask_after(), ask_after()) == (1, 0)
    assert mails(member.email)[-1][0] == "What do you take from it? Vaccination day"
    assert mails(facilitator.email)[-1][0] == "How was it? Vaccination day"
    assert "1 came" in mails(facilitator.email)[-1][1]


def test_one_line_stays_on_the_page(coming, member, as_member, now):
    now.move_to(coming.ends_at + timedelta(hours=3))
    as_member.post(f"{coming.get_absolute_url()}took/", {"took": "Count twice"})
    assert "Count twice" in as_member.get(coming.get_absolute_url()).content.decode()


def test_notes_become_the_archive(coming, as_facilitator, visitor, now):
    now.move_to(coming.ends_at + timedelta(hours=3))
    data = {"notes": "We *counted* twice.", "recording_url": "https://video.example.org/1"}
    as_facilitator.post(f"{coming.get_absolute_url()}notes/", data)
    page = visitor.get(coming.get_absolute_url()).content.decode()
    assert "<em>counted</em>" in page
    assert "https://video.example.org/1" in page


def test_an_event_without_guests_asks_nobody(occurrence, now):
    now.move_to(occurrence.ends_at + timedelta(hours=3))
    ask_after()
    assert not Mailing.objects.exists()
    assert not Delivery.objects.exists()


def reminders_on_the_page(client, occurrence):
    return client.get(occurrence.get_absolute_url()).context["reminders"]


def test_who_comes_chooses_the_reminders_on_the_event_s_own_page(coming, member, as_member, mails, now):
    url = f"{coming.get_absolute_url()}reminders/"
    assert reminders_on_the_page(as_member, coming).initial == {"day": True, "hour": True}
    page = as_member.post(url, {"hour": "on"}, follow=True)
    assert "You will be reminded." in page.content.decode()
    assert reminders_on_the_page(as_member, coming).initial == {"day": False, "hour": True}
    assert "You will not be reminded of this." in as_member.post(url, {}, follow=True).content.decode()
    now.move_to(coming.starts_at - timedelta(minutes=59))
    remind_due()
    assert subjects(mails, member) == []
    assert personal.reminders_of(member) == (True, True)  # Of this event alone.


def test_the_switch_is_there_while_it_can_do_something(coming, member, sponsor, as_member, as_sponsor, now):
    assert reminders_on_the_page(as_sponsor, coming) is None
    answering.answer(coming, person=sponsor, answer="maybe")
    assert reminders_on_the_page(as_sponsor, coming) is None
    now.move_to(coming.starts_at - timedelta(minutes=61))
    assert reminders_on_the_page(as_member, coming)
    now.move_to(coming.starts_at - timedelta(minutes=59))
    assert reminders_on_the_page(as_member, coming) is None


def test_nobody_is_reminded_of_what_they_did_not_answer(coming, as_sponsor, sponsor):
    page = as_sponsor.post(f"{coming.get_absolute_url()}reminders/", {"day": "on"}, follow=True)
    assert "Say first whether you come" in page.content.decode()
    assert not coming.rsvps.filter(user=sponsor).exists()
