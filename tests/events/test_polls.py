"""A poll for the date: everybody votes in their own time, one click makes the event."""

import pytest

from cop.notifications.models import Activity
from events import polling
from events.models import Event
from events.poll_models import DatePoll, DateVote

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
