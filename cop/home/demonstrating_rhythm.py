"""The demo's rhythms: the beats of each community's week, a season, and what happened in the last few weeks."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from cop.notifications import setting_rhythm
from cop.notifications.beat_times import next_moment
from cop.notifications.rhythm_models import Beat, BeatSlot, BeatState, Rhythm, Season
from members.models import Community, User


def keep_time(plans: Mapping[str, dict[str, Any]], *, people: Mapping[str, User], at: datetime) -> int:
    """Set the rhythms that are missing, with the beats of the weeks before `at`; give how many that were."""
    missing = Community.objects.filter(slug__in=plans, rhythm=None)
    return sum(_set(community, plans[community.slug], people, at) for community in missing)


@transaction.atomic
def _set(community: Community, plan: dict[str, Any], people: Mapping[str, User], at: datetime) -> int:
    rhythm = Rhythm.objects.create(community=community, timezone=plan["timezone"])
    slots = [BeatSlot.objects.create(rhythm=rhythm, **beat) for beat in plan["beats"]]
    season = _season(community, plan["season"], slots, at) if "season" in plan else None
    moment = at - timedelta(days=7 * len(plan["happened"]) // len(slots))
    for words in plan["happened"]:
        found = next_moment(moment, slots, rhythm.timezone)
        if found is None or found[0] > at:
            break
        moment, slot = found
        Beat.objects.create(
            community=community,
            slot=slot,
            name=slot.name,
            due_at=moment,
            state=BeatState.SENT if words else BeatState.QUIET,
            covers_until=moment,
            happened=words,
            happened_by=people[plan["told_by"]] if words else None,
            season=season,
        )
    setting_rhythm.reckon(rhythm, at=at)
    return 1


def _season(community: Community, plan: dict[str, Any], slots: list[BeatSlot], at: datetime) -> Season:
    first = (at - timedelta(days=21)).date()
    season = Season(community=community, name=plan["name"], about=plan["about"], first_day=first)
    season.last_day = first + timedelta(days=42)
    prompts = {slot.pk: text for slot, text in zip(slots, plan["prompts"], strict=False)}
    return setting_rhythm.save_season(season, prompts=prompts)
