"""The pages of the rhythm."""

from datetime import timedelta

import pytest
from django.utils import timezone

from cop.notifications import rhythm
from cop.notifications.community_following import follow_as_members
from cop.notifications.models import Subscription
from cop.notifications.rhythm_models import Beat, BeatSlot, Rest, Rhythm, Season

URL = "/c/library/rhythm/"


@pytest.fixture
def slot(as_facilitator) -> BeatSlot:
    as_facilitator.post(f"{URL}start/", {"pattern": "weekly"})
    return BeatSlot.objects.get()


def test_a_facilitator_starts_from_a_pattern(as_facilitator):
    assert "Start from a pattern" in as_facilitator.get(f"{URL}settings/").content.decode()
    as_facilitator.post(f"{URL}start/", {"pattern": "course"})
    as_facilitator.post(f"{URL}start/", {"pattern": "course"})
    assert BeatSlot.objects.count() == 4
    assert Rhythm.objects.get().next_at
    assert "Friday harvest" in as_facilitator.get(f"{URL}settings/").content.decode()


def test_an_unknown_pattern_changes_nothing(as_facilitator):
    as_facilitator.post(f"{URL}start/", {"pattern": "waltz"})
    assert not BeatSlot.objects.exists()


def test_a_beat_is_added_changed_and_removed(as_facilitator, slot):
    given = {"name": "Thursday questions", "weekday": "3", "hour": "10", "sections": ["posts"]}
    assert as_facilitator.post(f"{URL}beats/add/", given).status_code == 302
    added = BeatSlot.objects.get(name="Thursday questions")
    assert added.sections == ["posts"]
    as_facilitator.post(f"{URL}beats/{added.pk}/edit/", {**given, "hour": "11"})
    assert BeatSlot.objects.get(pk=added.pk).hour == 11
    as_facilitator.post(f"{URL}beats/{added.pk}/remove/")
    assert list(BeatSlot.objects.all()) == [slot]


def test_two_beats_at_one_hour_are_refused_at_the_field(as_facilitator, slot):
    page = as_facilitator.post(f"{URL}beats/add/", {"name": "Twin", "weekday": "0", "hour": "9"})
    assert page.status_code == 422
    assert "There is a beat at this hour" in page.content.decode()
    assert "Twin" in page.content.decode()


def test_a_beat_of_another_community_is_not_found(as_facilitator, slot, as_outsider):
    assert as_outsider.get(f"{URL}beats/{slot.pk}/edit/").status_code == 403
    assert as_facilitator.get(f"{URL}beats/{slot.pk + 1}/edit/").status_code == 404


def test_the_zone_is_changed_and_beats_are_switched_off(as_facilitator, slot, community):
    as_facilitator.post(f"{URL}settings/", {"timezone": "Asia/Tokyo"})
    changed = Rhythm.objects.get()
    assert (changed.timezone, changed.is_on) == ("Asia/Tokyo", False)
    assert rhythm.coming(community) == []


def test_days_of_rest_end_after_they_begin(as_facilitator):
    page = as_facilitator.post(f"{URL}rests/add/", {"first_day": "2030-01-05", "last_day": "2030-01-01"})
    assert "comes before the first one" in page.content.decode()
    as_facilitator.post(f"{URL}rests/add/", {"first_day": "2030-01-01", "last_day": "2030-01-05", "note": "New year"})
    assert "New year" in as_facilitator.get(f"{URL}settings/").content.decode()
    as_facilitator.post(f"{URL}rests/{Rest.objects.get().pk}/remove/")
    assert not Rest.objects.exists()


def test_a_season_has_a_prompt_for_each_beat(as_facilitator, slot, as_member):
    given = {
        "name": "Thesaurus spring",
        "first_day": "2020-01-01",
        "last_day": "2090-01-01",
        "about": "**Words** first",
    }
    as_facilitator.post(f"{URL}seasons/add/", {**given, f"prompt_{slot.pk}": "Ask one thing"})
    season = Season.objects.get()
    page = as_member.get(URL).content.decode()
    assert "<strong>Words</strong>" in page
    assert "Ask one thing" in page
    as_facilitator.post(f"{URL}seasons/{season.pk}/edit/", given)
    assert not season.prompts.exists()


def test_a_meeting_elsewhere_is_noted_once_and_counts(as_facilitator, as_member):
    given = {"words": "Visit to the branch library", "at": "2026-01-05T10:00"}
    as_facilitator.post(f"{URL}elsewhere/", given)
    as_facilitator.post(f"{URL}elsewhere/", given)
    assert Beat.objects.kept().count() == 1
    assert "Visit to the branch library" in as_member.get(URL).content.decode()


def test_a_meeting_to_come_is_not_noted(as_facilitator):
    page = as_facilitator.post(f"{URL}elsewhere/", {"words": "Visit", "at": "2090-01-05T10:00"})
    assert page.status_code == 422
    assert "still to come" in page.content.decode()


def test_the_home_page_shows_the_next_beat(as_member, slot):
    assert "Monday round" in as_member.get("/c/library/").content.decode()


def test_members_see_beats_but_do_not_set_them(as_member, slot):
    assert "Set the rhythm" not in as_member.get(URL).content.decode()
    assert as_member.get(f"{URL}settings/").status_code == 403


def test_the_page_costs_as_many_queries_with_20_beats_as_with_2(as_member, community, slot, query_count):
    def fill(numbers):
        for number in numbers:
            at = timezone.now() - timedelta(days=number)
            Beat.objects.create(community=community, name="Round", due_at=at, state="sent", covers_until=at)

    fill(range(2))
    few = query_count(as_member, URL)
    fill(range(2, 20))
    assert query_count(as_member, URL) == few


def test_each_follower_of_a_community_is_offered_beats_round_ups_or_none(as_member, member, community):
    follow_as_members(community)
    page = as_member.get("/mail/").content.decode()
    assert "One short mail comes at the start of each beat." in page
    assert "Once a week" not in page
    token = Subscription.objects.get().token
    url = f"/mail/manage/{token}/{Subscription.objects.get().pk}/pace/"
    as_member.post(url, {"pace": "weekly"})
    assert Subscription.objects.get().pace == "weekly"
    as_member.post(url, {"pace": "hourly"})
    assert Subscription.objects.get().pace == "weekly"
    as_member.post(url, {"pace": "muted"})
    assert Subscription.objects.get().pace == "muted"
