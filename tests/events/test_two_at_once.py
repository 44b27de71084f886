"""Two people, two hosts, two workers at the same moment: the outcome is that of one after the other."""

import threading
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from django.db import connection

from cop.base.errors import Refused
from cop.mail.models import Delivery
from events import answering, expanding, hosting, importing, polling, publishing, reminding, saving, telling
from events.calendar_models import CalendarSource
from events.forms import EventForm
from events.models import Event, Occurrence
from events.poll_models import DatePoll
from events.rsvp_models import Rsvp
from tests.factories import EventFactory, UserFactory
from tests.notifications.test_two_at_once import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def now():
    """Threads share one clock here: it must not be stopped for them, so times are handed over instead."""


@pytest.fixture
def few(community, facilitator):
    """An occurrence with two places, next Sunday week as the factory has it."""
    event = EventFactory(community=community, capacity=2, answerers="readers", created_by=facilitator)
    event.hosts.add(facilitator)
    return event.occurrences.get()


def counts(row):
    return Counter(row.rsvps.values_list("answer", flat=True))


def say(row, person, answer="coming"):
    return lambda: answering.answer(row, person=person, answer=answer)


def test_the_last_place_goes_to_one(few):
    answering.answer(few, person=UserFactory(), answer="coming")
    assert at_once(*[say(few, UserFactory()) for _number in range(4)]) == []
    few.refresh_from_db()
    assert counts(few) == {"coming": 2, "waiting": 3}
    assert few.taken == 2


def test_without_a_waiting_list_all_but_one_are_told_that_it_is_full(few):
    Event.objects.update(has_waiting_list=False, capacity=1)
    wrong = at_once(*[say(few, UserFactory()) for _number in range(3)])
    assert [type(error) for error in wrong] == [Refused, Refused]
    assert counts(few) == {"coming": 1}


def test_two_clicks_are_one_answer(few, member):
    assert at_once(*[say(few, member)] * 3) == []
    assert counts(few) == {"coming": 1}


def test_two_places_that_become_free_together_are_offered_to_two(few):
    coming, waiting = [UserFactory(), UserFactory()], [UserFactory(), UserFactory(), UserFactory()]
    for person in (*coming, *waiting):
        answering.answer(few, person=person, answer="coming")
    assert at_once(*[say(few, person, "not") for person in coming]) == []
    assert counts(few) == {"not": 2, "offered": 2, "waiting": 1}


def test_an_offer_lapses_or_is_taken_but_not_both(few):
    Event.objects.update(capacity=1)
    first, second, third = UserFactory(), UserFactory(), UserFactory()
    for person in (first, second, third):
        answering.answer(few, person=person, answer="coming")
    answering.answer(few, person=first, answer="not")
    late = Rsvp.objects.get(user=second).offered_until + timedelta(seconds=1)
    at_once(lambda: answering.lapse_offers(late), say(few, second), lambda: answering.lapse_offers(late))
    few.refresh_from_db()
    found = counts(few)
    assert few.taken == found["coming"] + found["offered"] == 1


def test_two_hosts_give_one_person_one_place(few, mails):
    for person in (UserFactory(), UserFactory(), waiter := UserFactory()):
        answering.answer(few, person=person, answer="coming")
    rsvp = Rsvp.objects.get(user=waiter)
    assert at_once(lambda: answering.seat(rsvp), lambda: answering.seat(rsvp)) == []
    few.refresh_from_db()
    assert (few.taken, counts(few)) == (3, {"coming": 3})


def test_two_phones_at_the_door_take_one_person_in_once(few, member, facilitator):
    hands = [lambda: hosting.take_in(few, user=member, by=facilitator)] * 2
    assert at_once(*hands, lambda: hosting.check_in(few, user=member, at=few.starts_at)) == []
    assert few.rsvps.exclude(checked_in_at=None).count() == 1


def test_three_sweeps_remind_tell_and_ask_once(few, member, facilitator):
    answering.answer(few, person=member, answer="coming", at=few.starts_at - timedelta(days=3))
    assert at_once(*[telling.tell_answers] * 3) == []
    soon, after = few.starts_at - timedelta(hours=23), few.ends_at + timedelta(hours=3)
    assert at_once(*[lambda: reminding.remind_due(soon)] * 3) == []
    assert at_once(*[lambda: reminding.ask_after(after)] * 3) == []
    copies = Counter(Delivery.objects.values_list("address", flat=True))
    assert copies == {member.email: 3, facilitator.email: 1}


def test_it_is_called_off_once_and_told_once(few, member):
    answering.answer(few, person=member, answer="coming", is_told=False)
    assert at_once(*[lambda: publishing.cancel_event(few.event, reason="Ill")] * 3) == []
    later = datetime.now(UTC) + timedelta(minutes=5)
    assert at_once(*[lambda: telling.tell_changes(later)] * 3) == []
    assert Event.objects.get().sequence == 1
    assert Delivery.objects.filter(address=member.email).count() == 1


def test_published_twice_it_is_told_once(community, facilitator):
    draft = EventFactory(community=community, state="draft")
    assert at_once(*[lambda: publishing.publish(draft, by=facilitator)] * 2) == []
    assert community.activities.filter(kind="event").count() == 1


def test_of_two_who_save_over_the_same_version_one_is_asked_to_look(few):
    event = few.event
    plan = saving.Plan({name: getattr(event, name) for name in EventForm.FIELDS} | {"place": "Room 4"})
    wrong = at_once(*[lambda: saving.change_event(event, plan, version=0)] * 2)
    assert [type(error) for error in wrong] == [saving.Conflict]


def test_rows_of_a_series_are_made_once(community):
    EventFactory(community=community, rule="FREQ=WEEKLY")
    before = Occurrence.objects.count()
    later = datetime.now(UTC) + timedelta(days=90)
    assert at_once(*[lambda: expanding.go_on(later)] * 2) == []
    days = [row.starts.date() for row in Occurrence.objects.select_related("event").order_by("starts_at")]
    assert len(days) > before
    assert {(after - day).days for day, after in pairwise(days)} == {7}


def test_two_workers_read_one_calendar_once(community, facilitator):
    text = (
        "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:one@x\r\nSUMMARY:One\r\nDTSTART:20300101T100000Z\r\n"
        "END:VEVENT\r\nEND:VCALENDAR\r\n"
    )
    moment = datetime.now(UTC)
    source = CalendarSource(community=community, name="x.ics", content=text.encode(), next_at=moment)
    source.save()
    assert at_once(*[lambda: importing.collect_due(moment)] * 3) == []
    source.refresh_from_db()
    assert (Event.objects.count(), source.report["new"]) == (1, 1)


def test_two_who_take_a_date_make_one_event(community, facilitator):
    days = [datetime(2030, 1, day, 10) for day in (1, 2)]
    poll = polling.ask(DatePoll(community=community, title="When?", timezone="UTC"), starts=days, by=facilitator)
    first, second = poll.proposals.all()
    takes = [lambda one=one: polling.choose(poll, one, by=facilitator) for one in (first, second)]
    assert at_once(*takes) == []
    assert Event.objects.count() == 1


def test_who_answers_while_it_is_called_off_comes_nowhere_or_is_told(few, member):
    calls = [lambda: publishing.cancel_event(few.event, reason="Ill"), say(few, member)]
    wrong = at_once(*calls)
    telling.tell_answers()
    telling.tell_changes(datetime.now(UTC) + timedelta(minutes=5))
    told = Delivery.objects.filter(address=member.email).select_related("mailing")
    assert [type(error) for error in wrong] == [Refused] or len(told) == 2


def test_more_places_reach_who_is_in_the_middle_of_answering(few, monkeypatch):
    answering.answer(few, person=UserFactory(), answer="coming")
    Event.objects.update(capacity=1)
    plan = saving.Plan({name: getattr(few.event, name) for name in EventForm.FIELDS} | {"capacity": 5})
    answer_of, move_up_all = answering.rsvp_of, saving.move_up_all
    is_nearly_changed, has_read_the_places = threading.Event(), threading.Event()

    def answers_slowly(row, person):
        has_read_the_places.set()
        time.sleep(0.3)
        return answer_of(row, person)

    def moves_up_late(event, *, at):
        is_nearly_changed.set()
        has_read_the_places.wait(1 if connection.vendor == "postgresql" else 0)
        return move_up_all(event, at=at)

    def somebody_answers():
        is_nearly_changed.wait(5)
        say(few, UserFactory())()

    monkeypatch.setattr(answering, "rsvp_of", answers_slowly)
    monkeypatch.setattr(saving, "move_up_all", moves_up_late)
    assert at_once(lambda: saving.change_event(few.event, plan), somebody_answers) == []
    assert "waiting" not in counts(few)


def test_more_places_reach_who_answers_at_that_moment(few):
    answering.answer(few, person=UserFactory(), answer="coming")
    Event.objects.update(capacity=1)
    plan = saving.Plan({name: getattr(few.event, name) for name in EventForm.FIELDS} | {"capacity": 5})
    assert at_once(lambda: saving.change_event(few.event, plan), say(few, UserFactory())) == []
    assert "waiting" not in counts(few)
