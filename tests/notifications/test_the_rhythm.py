"""Beats: one short mail when their moment comes, nothing when there is nothing, never two, never one too late."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cop.mail.models import Mailing
from cop.notifications import rhythm, setting_rhythm
from cop.notifications.community_following import KIND, follow_as_members, thing_of
from cop.notifications.models import Pace, Subscriber, Subscription
from cop.notifications.rhythm_models import Beat, BeatSlot, Rest, Rhythm, Season
from cop.notifications.sections import Line, Section, sections
from tests.factories import ActivityFactory, MembershipFactory
from tests.notifications.conftest import mails_to, names_to, text_of

# A Monday, nine in the morning in Helsinki.
MONDAY = datetime(2026, 3, 2, 7, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def beat(community, facilitator) -> BeatSlot:
    """Each Monday at nine in Helsinki."""
    return set_up(community, facilitator, ("Monday round", 0, 9))


def set_up(community, by, *beats, zone="Europe/Helsinki", at=MONDAY - timedelta(hours=1)) -> BeatSlot:
    made = setting_rhythm.rhythm_of(community, by=by)
    setting_rhythm.change(made, timezone_name=zone, is_on=True, at=at)
    for name, weekday, hour in beats:
        slot = BeatSlot(rhythm=made, name=name, weekday=weekday, hour=hour)
        setting_rhythm.save_slot(slot, at=at)
    return slot


def tell(community, title: str, *, recorded_at=MONDAY - timedelta(hours=2), **given):
    """Something new in the community's story."""
    given = {"kind": "post", "verb": "published", "audience": "community", **given}
    activity = ActivityFactory(thing=thing_of(community), title=title, **given)
    type(activity).objects.filter(pk=activity.pk).update(recorded_at=recorded_at)
    return activity


def states(community) -> list[str]:
    return list(Beat.objects.filter(community=community).order_by("due_at").values_list("state", flat=True))


def test_at_a_beat_each_member_gets_one_mail_with_what_is_new(community, member, facilitator, beat):
    tell(community, "Open access week")
    assert rhythm.due(MONDAY - MINUTE) == 0
    assert rhythm.due(MONDAY) == 2
    assert rhythm.due(MONDAY + MINUTE) == 0
    mail = mails_to(member.email)[0]
    assert mail["Subject"] == "Library Team: Monday round"
    assert "Open access week" in text_of(mail)
    assert "A quiet beat sends nothing" in text_of(mail)
    assert names_to(facilitator.email) == ["beat"]


def test_a_mail_is_rendered_once_for_all_who_read_the_same(community, beat):
    MembershipFactory.create_batch(5, community=community)
    tell(community, "Open access week")
    rhythm.due(MONDAY)
    assert Mailing.objects.filter(name="beat").count() == 1


def test_only_facilitators_are_told_what_only_they_may_read(community, member, facilitator, beat):
    tell(community, "Open access week")
    tell(community, "Budget", audience="facilitators", object_id=77)
    rhythm.due(MONDAY)
    assert "Budget" in text_of(mails_to(facilitator.email)[0])
    assert "Budget" not in text_of(mails_to(member.email)[0])


def test_a_quiet_beat_sends_nothing_and_the_facilitator_sees_that_it_was_quiet(community, member, beat, as_facilitator):
    Beat.objects.create(
        community=community, name="Before", due_at=MONDAY - timedelta(days=7), state="quiet", covers_until=MONDAY
    )
    assert rhythm.due(MONDAY) == 0
    assert mails_to(member.email) == []
    assert "Quiet: there was nothing to tell" in as_facilitator.get("/c/library/rhythm/").content.decode()


def test_what_one_beat_listed_the_next_does_not(community, member, beat):
    tell(community, "Open access week")
    rhythm.due(MONDAY)
    rhythm.due(MONDAY + timedelta(days=7))
    assert states(community) == ["sent", "quiet"]
    assert len(mails_to(member.email)) == 1


def test_an_own_line_goes_out_once(community, member, beat):
    setting_rhythm.save_slot(_with(beat, next_line="Bring your oldest catalogue card."), at=MONDAY - timedelta(hours=1))
    rhythm.due(MONDAY)
    assert "Bring your oldest catalogue card." in text_of(mails_to(member.email)[0])
    beat.refresh_from_db()
    assert beat.next_line == ""


def _with(row, **given):
    for name, value in given.items():
        setattr(row, name, value)
    return row


def test_new_members_get_beats_without_doing_anything(community, beat):
    newcomer = MembershipFactory(community=community).user
    tell(community, "Open access week")
    rhythm.due(MONDAY)
    assert names_to(newcomer.email) == ["beat"]


def test_who_muted_or_left_the_mails_gets_none(community, member, facilitator, beat):
    follow_as_members(community)
    Subscription.objects.filter(subscriber__user=member).update(pace=Pace.MUTED)
    Subscription.objects.filter(subscriber__user=facilitator).update(state="left")
    tell(community, "Open access week")
    assert rhythm.due(MONDAY) == 0
    assert names_to(member.email) == names_to(facilitator.email) == []


def test_who_left_the_community_gets_none(community, member, beat):
    follow_as_members(community)
    community.memberships.filter(user=member).update(state="left")
    tell(community, "Open access week")
    rhythm.due(MONDAY)
    assert names_to(member.email) == []


def test_somebody_who_read_as_a_customer_keeps_one_address(community, member):
    Subscriber.objects.create(address=member.email)
    assert follow_as_members(community) == 1
    assert follow_as_members(community) == 0
    assert Subscriber.objects.get(address=member.email).user == member
    assert Subscription.objects.get(thing_kind=KIND).pace == Pace.BEAT


def test_another_s_address_is_never_taken_over(community, member, outsider):
    Subscriber.objects.create(address=member.email, user=outsider)
    assert follow_as_members(community) == 0
    assert Subscriber.objects.get(address=member.email).user == outsider


def test_a_beat_that_was_missed_comes_late_up_to_half_the_time_to_the_next(community, member, beat):
    tell(community, "Open access week")
    rhythm.due(MONDAY + timedelta(days=3, hours=11))
    assert states(community) == ["sent"]


def test_a_beat_that_is_later_is_left_out_and_noted(community, member, beat):
    tell(community, "Open access week")
    rhythm.due(MONDAY + timedelta(days=4))
    assert states(community) == ["skipped"]
    assert "not running" in Beat.objects.get().reason
    assert mails_to(member.email) == []
    rhythm.due(MONDAY + timedelta(days=7))
    assert len(mails_to(member.email)) == 1


def test_a_scheduler_that_was_restarted_or_is_there_twice_sends_one(community, member, beat):
    tell(community, "Open access week")
    before = Rhythm.objects.select_related("community").get()
    rhythm.due(MONDAY)
    rhythm._begin_due(before, MONDAY)
    assert len(mails_to(member.email)) == 1


def test_no_beat_in_the_days_of_rest(community, member, beat):
    Rest.objects.create(community=community, first_day=date(2026, 3, 1), last_day=date(2026, 3, 2), note="Winter break")
    tell(community, "Open access week")
    assert rhythm.due(MONDAY) == 0
    assert "Winter break" in Beat.objects.get().reason


def test_two_beats_that_the_clock_brings_together_are_one(community, facilitator, member):
    # 29 March 2026: the clocks of Helsinki jump from three to four.
    night = datetime(2026, 3, 29, 0, 0, tzinfo=UTC)
    set_up(community, facilitator, ("At three", 6, 3), ("At four", 6, 4), at=night)
    tell(community, "Open access week", recorded_at=night)
    for minutes in range(180):
        rhythm.due(night + timedelta(minutes=minutes))
    assert states(community) == ["sent"]
    assert len(mails_to(member.email)) == 1


def test_an_hour_that_the_clock_strikes_twice_has_one_beat(community, facilitator, member):
    # 25 October 2026: three o'clock comes twice in Helsinki.
    night = datetime(2026, 10, 24, 23, 0, tzinfo=UTC)
    set_up(community, facilitator, ("At three", 6, 3), at=night)
    tell(community, "Open access week", recorded_at=night)
    for minutes in range(0, 240, 5):
        rhythm.due(night + timedelta(minutes=minutes))
    assert states(community) == ["sent"]


def test_a_season_gives_each_beat_its_prompt(community, member, beat):
    season = Season(community=community, name="Spring", first_day=date(2026, 3, 1), last_day=date(2026, 3, 31))
    setting_rhythm.save_season(season, prompts={beat.pk: "Ask one thing"})
    rhythm.due(MONDAY)
    assert "Ask one thing" in mails_to(member.email)[0]["Subject"]
    assert Beat.objects.get().season == season


def test_who_missed_a_beat_finds_what_happened_in_the_next(community, member, facilitator, beat):
    tell(community, "Open access week")
    rhythm.due(MONDAY)
    setting_rhythm.tell_what_happened(Beat.objects.get(), "Six of us compared thesauri.", by=facilitator)
    tell(community, "Another", object_id=78, recorded_at=MONDAY + timedelta(days=1))
    rhythm.due(MONDAY + timedelta(days=7))
    assert "Six of us compared thesauri." in text_of(mails_to(member.email)[-1])


def test_a_rhythm_that_is_off_or_archived_sends_nothing(community, member, facilitator, beat):
    tell(community, "Open access week")
    community.archived_at = MONDAY
    community.save()
    assert rhythm.due(MONDAY) == 0
    community.archived_at = None
    community.save()
    setting_rhythm.change(beat.rhythm, timezone_name="Europe/Helsinki", is_on=False, at=MONDAY - MINUTE)
    assert rhythm.due(MONDAY) == 0


def test_a_section_that_fails_holds_up_no_other_community(community, facilitator, member, beat, monkeypatch, caplog):
    other = MembershipFactory(role="facilitator")
    set_up(other.community, other.user, ("Round", 0, 9))

    def lines(window):
        if window.community == community:
            raise RuntimeError("broken")
        return [Line("Tea", "/tea/")]

    monkeypatch.setitem(sections._entries, "broken", Section("Broken", lines))
    assert rhythm.due(MONDAY) == 1
    assert states(other.community) == ["sent"]
    assert "tries again" in caplog.text


def test_a_beat_costs_as_many_queries_for_50_members_as_for_5(community, beat):
    tell(community, "Open access week")
    costs = []
    for members, week in ((5, 0), (50, 1)):
        MembershipFactory.create_batch(members, community=community)
        follow_as_members(community)
        tell(community, "More", object_id=90 + week, recorded_at=MONDAY + timedelta(days=7 * week, hours=-1))
        with CaptureQueriesContext(connection) as queries:
            assert rhythm.due(MONDAY + timedelta(days=7 * week)) > members
        costs.append(len(queries))
    assert costs[1] <= costs[0]
