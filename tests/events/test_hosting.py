"""Hosts: chosen among thousands by name, let in who just came, see where one joins; the page after it is over."""

from datetime import timedelta

import pytest

from events import answering, host_forms
from events.forms import fields_of
from events.models import Event
from tests.factories import MembershipFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def large(community, monkeypatch):
    """A community with more members than a form shows."""
    monkeypatch.setattr(host_forms, "HOSTS_SHOWN", 2)
    for name in ("Ana", "Bo", "Bo"):
        MembershipFactory(community=community, user__display_name=name)
    return community


def save(client, event, **changes):
    fields = {name: value for name, value in fields_of(event).items() if value is not None and value is not False}
    given = {**fields, "first_time": "10:00", "last_time": "11:00", "guests_most": 0, **changes}
    return client.post(f"{event.get_absolute_url()}edit/", given)


def offered(answer):
    return [label.split(" ·")[0] for _pk, label in answer.context["form"].fields["hosts"].choices]


def names_of(event):
    return sorted(event.hosts.values_list("display_name", flat=True))


def test_in_a_small_community_hosts_are_ticked(event, as_facilitator, member):
    assert "Mina" in offered(as_facilitator.get(f"{event.get_absolute_url()}edit/"))
    save(as_facilitator, event, hosts=[member.pk])
    assert names_of(event) == ["Mina"]


def test_in_a_large_one_they_are_named(event, large, as_facilitator, member):
    assert offered(as_facilitator.get(f"{event.get_absolute_url()}edit/")) == ["Fatima"]
    assert save(as_facilitator, event, more_hosts="ana, Mina").status_code == 302
    assert names_of(event) == ["Ana", "Fatima", "Mina"]


@pytest.mark.parametrize(
    ("name", "said"), [("Nobody", "Nobody here is called “Nobody”"), ("Bo", "tick the right one above")]
)
def test_a_name_that_is_nobodys_or_several_peoples_is_said_at_the_field(event, large, as_facilitator, name, said):
    answer = save(as_facilitator, event, more_hosts=name)
    assert said in answer.content.decode()
    assert offered(answer).count("Bo") == (2 if name == "Bo" else 0)


def test_nobody_from_outside_becomes_host(event, as_facilitator, outsider, large):
    assert save(as_facilitator, event, hosts=[outsider.pk]).status_code == 422
    assert save(as_facilitator, event, hosts=["9" * 40]).status_code == 422
    assert save(as_facilitator, event, more_hosts="Otto").status_code == 422


def test_who_just_came_is_found_by_name_and_let_in(as_facilitator, occurrence, member, outsider):
    url = f"{occurrence.get_absolute_url()}people/"
    assert [one.display_name for one in as_facilitator.get(url, {"who": "mi"}).context["walk_ins"]] == ["Mina"]
    assert as_facilitator.get(url, {"who": "Otto"}).context["walk_ins"] == []
    as_facilitator.post(f"{url}add/", {"user": member.pk})
    as_facilitator.post(f"{url}add/", {"user": outsider.pk})
    assert [rsvp.user for rsvp in occurrence.rsvps.all()] == [member]
    assert as_facilitator.get(url, {"who": "mi"}).context["walk_ins"] == []


@pytest.mark.parametrize("chosen", ["", "x", "9" * 40, "-1"])
def test_who_is_not_chosen_well_changes_nothing(as_facilitator, occurrence, chosen):
    page = as_facilitator.post(f"{occurrence.get_absolute_url()}people/add/", {"user": chosen}, follow=True)
    assert "Choose who is there." in page.content.decode()


def test_hosts_see_where_one_joins_before_anybody_else(event, occurrence, as_facilitator, as_member, member, now):
    Event.objects.update(join_url="https://meet.example.org/x", join_minutes=15)
    answering.answer(occurrence, person=member, answer="coming")
    assert "meet.example.org" in as_facilitator.get(event.get_absolute_url()).content.decode()
    assert "meet.example.org" not in as_member.get(event.get_absolute_url()).content.decode()
    now.move_to(occurrence.starts_at - timedelta(minutes=14))
    assert "meet.example.org" in as_member.get(event.get_absolute_url()).content.decode()


def test_afterwards_the_page_says_who_was_there(event, occurrence, as_facilitator, member, as_member, facilitator, now):
    for person in (member, facilitator):
        answering.answer(occurrence, person=person, answer="coming")
    now.move_to(occurrence.starts_at)
    tick = f"{occurrence.get_absolute_url()}people/{occurrence.rsvps.get(user=member).pk}/tick/"
    as_facilitator.post(tick, {"is_here": "1"})
    now.shift(timedelta(days=1))
    page = as_member.get(event.get_absolute_url()).content.decode()
    assert "One came" in page
    assert "You were there" in page
    assert "You meant to come" in as_facilitator.get(event.get_absolute_url()).content.decode()


def test_reminders_of_one_event_are_chosen_by_the_link_of_a_mail(occurrence, member, visitor, now):
    rsvp = answering.answer(occurrence, person=member, answer="coming")
    url = f"/answer/{rsvp.token}/{occurrence.pk}/"
    assert "Remind me" in visitor.get(url).content.decode()
    visitor.post(url, {"reminders": "1", "hour": "on"})
    rsvp.refresh_from_db()
    assert (rsvp.reminds_day, rsvp.reminds_hour, rsvp.answer) == (False, True, "coming")


def test_the_page_behind_a_mail_says_the_readers_own_time(occurrence, member, visitor):
    member.timezone = "Asia/Dhaka"
    member.save()
    rsvp = answering.answer(occurrence, person=member, answer="coming")
    assert "For you: 3 p.m. – 4 p.m." in visitor.get(f"/answer/{rsvp.token}/{occurrence.pk}/").content.decode()


def test_files_go_into_what_an_event_is_for_and_into_its_notes(event, occurrence, as_facilitator):
    for url in (f"{event.get_absolute_url()}edit/", f"{occurrence.get_absolute_url()}notes/"):
        page = as_facilitator.get(url).content.decode()
        assert 'data-attach-url="/c/library/attachments/"' in page
        assert 'data-audience="public"' in page
