"""A host changes this one, this and following, or all; whoever answered is told once, of all of it."""

from datetime import date, datetime, time, timedelta

import pytest

from cop.mail.models import Delivery
from events import answering, publishing, saving, telling
from events.forms import EventForm, fields_of
from events.models import Event
from events.rsvp_models import Notice
from tests.factories import EventFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def series(now, community, facilitator):
    return EventFactory(
        community=community, title="Desk round", rule="FREQ=WEEKLY;COUNT=6", first_day=date(2026, 3, 9),
        created_by=facilitator, answerers="readers",
    )  # fmt: skip


def rows(event):
    return list(event.occurrences.order_by("starts_at"))


def plan_of(event, **changes):
    fields = {name: getattr(event, name) for name in EventForm.FIELDS}
    return saving.Plan({**fields, **changes})


def come(row, *people):
    for person in people:
        answering.answer(row, person=person, answer="coming")
    telling.tell_answers()


def tell(now, minutes=11):
    now.shift(timedelta(minutes=minutes))
    return telling.tell_changes()


def form_of(event, **changes):
    fields = {name: value for name, value in fields_of(event).items() if value is not None and value is not False}
    times = {"first_time": "10:00", "last_time": "11:00"}
    return {**fields, **times, "guests_most": 0, **changes}


def test_what_changed_together_is_told_once(occurrence, event, member, facilitator, now, mails):
    come(occurrence, member)
    event = saving.change_event(event, plan_of(event, first_time=time(14), last_time=time(15)))
    now.shift(timedelta(minutes=3))
    saving.change_event(event, plan_of(event, place="Room 4"))
    assert telling.tell_changes() == 0
    tell(now)
    subject, text, calendar = mails(member.email)[-1]
    assert (subject, len(mails(member.email))) == ("Changed: Vaccination day", 2)
    assert "10 a.m. – 11 a.m. → Sunday, March 8, 2026, 2 p.m. – 3 p.m." in " ".join(text.split())
    assert "Room 4" in text
    assert calendar["METHOD"] == "REQUEST"
    assert calendar.walk("VEVENT")[0]["SEQUENCE"] == 2
    assert tell(now) == 0
    assert len(mails(member.email)) == 2


def test_what_was_changed_and_changed_back_is_not_told(occurrence, event, member, now, mails):
    come(occurrence, member)
    event = saving.change_event(event, plan_of(event, place="Room 4"))
    saving.change_event(event, plan_of(event, place=""))
    tell(now)
    assert len(mails(member.email)) == 1


def test_nobody_who_does_not_come_hears_of_changes(occurrence, event, member, now, mails):
    answering.answer(occurrence, person=member, answer="not")
    saving.change_event(event, plan_of(event, place="Room 4"))
    tell(now)
    assert mails(member.email) == []


def test_a_cancelled_event_leaves_the_calendars_with_its_reason(occurrence, event, member, as_facilitator, now, mails):
    come(occurrence, member)
    page = as_facilitator.post(f"{event.get_absolute_url()}cancel/", {"reason": "The boat does not sail."}, follow=True)
    assert "The boat does not sail." in page.content.decode()
    tell(now, minutes=3)
    subject, text, calendar = mails(member.email)[-1]
    assert subject == "Cancelled: Vaccination day"
    assert "The boat does not sail." in text
    assert calendar["METHOD"] == "CANCEL"
    assert calendar.walk("VEVENT")[0]["STATUS"] == "CANCELLED"


def test_cancelling_twice_tells_once(occurrence, event, member, now):
    come(occurrence, member)
    assert publishing.cancel_event(event, reason="Ill")
    assert not publishing.cancel_event(event, reason="Ill")
    assert Notice.objects.count() == 1


def test_one_time_of_a_series_moves_alone(series, member, as_facilitator, now, mails):
    second = rows(series)[1]
    come(second, member)
    data = {"title": "Desk round", "first_day": "2026-03-17", "first_time": "16:00", "last_time": "17:00", "place": ""}
    as_facilitator.post(f"{second.get_absolute_url()}edit/", data)
    tell(now)
    entry = mails(member.email)[-1][2].walk("VEVENT")[0]
    assert str(entry["UID"]) == series.uid
    assert entry["RECURRENCE-ID"].dt.day == 16
    assert entry["DTSTART"].dt.day == 17
    assert [row.starts.day for row in rows(series)] == [9, 17, 23, 30, 6, 13]


def test_one_time_of_a_series_is_cancelled_alone(series, member, now, mails):
    first, second = rows(series)[:2]
    come(first, member)
    come(second, member)
    publishing.cancel_occurrence(second, reason="Holiday")
    tell(now)
    assert mails(member.email)[-1][0] == "Cancelled: Desk round"
    assert not rows(series)[0].is_cancelled


def test_this_and_following_move_and_take_their_answers_along(series, member, now, facilitator, mails):
    third = rows(series)[2]
    come(third, member)
    plan = plan_of(series, first_day=date(2026, 3, 24), last_day=date(2026, 3, 24), rule="FREQ=WEEKLY;COUNT=4")
    second = saving.change_following(third, plan, by=facilitator)
    assert [row.starts.day for row in rows(series)] == [9, 16]
    assert [row.starts.day for row in rows(second)] == [24, 31, 7, 14]
    tell(now)


def test_a_series_that_is_cut_keeps_the_number_of_its_times(series, member, facilitator, now, mails):
    third = rows(series)[2]
    come(third, member)
    plan = plan_of(
        series, title="Round of desks", first_day=third.starts.date(), last_day=third.starts.date(),
    )  # fmt: skip
    second = saving.change_following(third, plan, by=facilitator)
    assert len(rows(second)) == 4
    third.refresh_from_db()
    assert third.event == second
    tell(now)
    entry = mails(member.email)[-1][2].walk("VEVENT")[0]
    assert str(entry["UID"]) == series.uid
    assert entry["SEQUENCE"] > 0


def test_all_of_a_series_move_to_another_hour(series, member, now, mails):
    for row in rows(series)[:3]:
        come(row, member)
    before = len(mails(member.email))
    saving.change_event(series, plan_of(series, first_time=time(15), last_time=time(16)))
    assert {row.starts.hour for row in rows(series)} == {15}
    tell(now)
    told = mails(member.email)[before:]
    assert len(told) == 1
    assert [entry["RECURRENCE-ID"].dt.hour for entry in told[0][2].walk("VEVENT")] == [10, 10, 10]
    assert [entry["DTSTART"].dt.hour for entry in told[0][2].walk("VEVENT")] == [15, 15, 15]


def test_who_saves_over_somebody_elses_change_is_asked_to_look(event, as_facilitator):
    data = form_of(event, title="Mine")
    saving.change_event(event, plan_of(event, title="Theirs"))
    page = as_facilitator.post(f"{event.get_absolute_url()}edit/", data)
    assert page.status_code == 422
    assert "Somebody has changed this event" in page.content.decode()


def test_a_form_sent_twice_makes_one_event(as_facilitator, event):
    data = form_of(event, title="Twice")
    for _time in range(2):
        assert as_facilitator.post(f"/c/{event.community.slug}/events/add/", data).status_code == 302
    assert Event.objects.filter(title="Twice").count() == 1


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"last_time": "09:00"}, "It ends before it begins"),
        ({"first_time": ""}, "Say at what time it begins"),
        ({"first_day": "0001-01-01"}, "This date cannot be right"),
        ({"last_day": "2027-01-01"}, "An event lasts two months at most"),
        ({"repeats": "weekly", "ends": "on"}, "Say on which day the series ends"),
        ({"repeats": "weekly", "ends": "on", "ends_on": "2020-01-01"}, "The series ends before it begins"),
        ({"title": "\u200b"}, "Write a title"),
        ({"body": "x" * 40_000}, "30"),
        ({"join_url": "javascript:alert(1)"}, "valid URL"),
    ],
)
def test_what_cannot_be_an_event_is_said_at_the_field(changes, said, event, as_facilitator):
    page = as_facilitator.post(f"/c/{event.community.slug}/events/add/", form_of(event, title="New") | changes)
    assert page.status_code == 422
    assert said in page.content.decode()


def test_a_time_that_the_clock_skips_is_taken_with_a_warning(event, as_facilitator):
    data = form_of(event, title="Night", first_day="2026-03-29", first_time="02:30", last_time="04:00")
    page = as_facilitator.post(f"/c/{event.community.slug}/events/add/", data, follow=True)
    assert "it begins at 03:30" in page.content.decode()


def test_a_draft_is_seen_by_its_hosts_until_it_is_published(event, as_member, as_facilitator):
    Event.objects.filter(pk=event.pk).update(state="draft")
    assert as_member.get(event.get_absolute_url()).status_code == 404
    as_facilitator.post(f"{event.get_absolute_url()}publish/")
    assert as_member.get(event.get_absolute_url()).status_code == 200


def test_published_with_an_invitation_the_members_get_it_once(event, member, sponsor, as_facilitator, mails):
    from events.inviting import invite_due

    Event.objects.filter(pk=event.pk).update(state="draft")
    as_facilitator.post(f"{event.get_absolute_url()}publish/", {"is_mailed": "1"})
    assert invite_due() == 1
    assert invite_due() == 0
    subject, text, calendar = mails(member.email)[-1]
    assert subject.startswith("Vaccination day, Sunday, March 8, 2026")
    assert "?answer=coming" in text
    assert calendar.walk("VEVENT")[0]["ATTENDEE"].params["PARTSTAT"] == "NEEDS-ACTION"
    assert Delivery.objects.filter(address=member.email).count() == 1


def test_an_event_for_facilitators_invites_nobody_else(event, member, facilitator, as_facilitator, mails):
    from events.inviting import invite_due

    Event.objects.filter(pk=event.pk).update(state="draft", audience="facilitators")
    as_facilitator.post(f"{event.get_absolute_url()}publish/", {"is_mailed": "1"})
    invite_due()
    assert not mails(member.email)
    assert mails(facilitator.email)


def test_many_answers_are_told_by_one_mail(occurrence, event, now):
    for _number in range(12):
        answering.answer(occurrence, person=UserFactory(), answer="coming", is_told=False)
    saving.change_event(event, plan_of(event, place="Room 4"))
    tell(now)
    assert Delivery.objects.filter(mailing__name="event_changed").count() == 12
    assert Delivery.objects.values("mailing").distinct().count() == 1


def test_names_from_right_to_left_and_very_long_ones_are_taken(as_facilitator, event):
    title = "اجتماع المكتبة " + "x" * 180
    page = as_facilitator.post(f"/c/{event.community.slug}/events/add/", form_of(event, title=title), follow=True)
    assert title.strip() in page.content.decode()


def test_nothing_is_scheduled_in_an_archived_community(event, as_facilitator, community):
    community.archived_at = datetime.now(tz=event.created_at.tzinfo)
    community.save()
    assert as_facilitator.get(f"/c/{community.slug}/events/add/").status_code == 403
    assert as_facilitator.get(event.get_absolute_url()).status_code == 200


def test_members_schedule_where_the_calendar_lets_them(as_member, as_facilitator, event, community):
    assert as_member.get(f"/c/{community.slug}/events/add/").status_code == 403
    as_facilitator.post(f"/c/{community.slug}/events/settings/", {"schedulers": "members"})
    assert as_member.get(f"/c/{community.slug}/events/add/").status_code == 200


def test_where_events_are_switched_off_there_are_no_pages(event, as_facilitator, community):
    community.tools = ["blogs"]
    community.save()
    assert as_facilitator.get(event.get_absolute_url()).status_code == 404
    assert as_facilitator.get(f"/c/{community.slug}/events/").status_code == 404
