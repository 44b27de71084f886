"""Stages: where a community is in its life, what the software thinks of it, what it advises, what counts as normal."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Max
from django.db.models.functions import TruncWeek
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cop.base.models import touch
from cop.notifications.models import Activity
from cop.notifications.rhythm_models import Rhythm
from members.models import Community, Stage

LOOK_BACK = timedelta(weeks=8)
STEADY_WEEKS = 6
RESTING_AFTER = timedelta(weeks=6)
FIRST_WRITERS = 3


@dataclass(frozen=True)
class Advice:
    """What a facilitator does in a stage, and after how many days of silence the software says so; None: never."""

    what: str | Promise
    quiet_days: int | None


ADVICE = {
    Stage.FORMING: Advice(
        _("Win three people who have the same issue, and speak with each of them. One tool is enough."), 14
    ),
    Stage.FIRST_BEATS: Advice(
        _("Keep the beat: better little and on time. Answer each first question within a day."), 10
    ),
    Stage.STEADY: Advice(
        _("Hand jobs on: who writes the next post, who hosts the next event? Write down what you found."), 28
    ),
    Stage.RESTING: Advice(
        _("Silence is fine. Ask once what would be worth coming back for, or say good-bye well."), None
    ),
    Stage.CLOSING: Advice(_("Thank people, keep what was learned, and say where it goes on."), None),
}


def advice_for(community: Community) -> Advice:
    """Give what is advised in the stage that a community is in."""
    return ADVICE[Stage(community.stage)]


@dataclass(frozen=True)
class Weather:
    """How a community has been lately: the stage that it looks like, and for how many days nobody wrote."""

    looks_like: Stage
    quiet_days: int
    is_too_quiet: bool


def weather_of(community: Community, *, at: datetime | None = None) -> Weather:
    """Judge by what happened in the last weeks; three queries."""
    at = at or timezone.now()
    rows = Activity.objects.filter(community=community, withdrawn_at=None)
    last = rows.aggregate(last=Max("at"))["last"] or community.created_at
    silence = at - last
    lately = rows.filter(at__gte=at - LOOK_BACK).aggregate(
        weeks=Count(TruncWeek("at"), distinct=True), writers=Count("by", distinct=True)
    )
    quiet_days = advice_for(community).quiet_days
    return Weather(
        looks_like=_looks_like(community, silence, lately["weeks"], lately["writers"]),
        quiet_days=max(0, silence.days),
        is_too_quiet=quiet_days is not None and silence.days >= quiet_days,
    )


def _looks_like(community: Community, silence: timedelta, weeks: int, writers: int) -> Stage:
    if community.stage == Stage.CLOSING:
        return Stage.CLOSING
    if silence >= RESTING_AFTER:
        return Stage.RESTING
    if weeks >= STEADY_WEEKS:
        return Stage.STEADY
    if writers >= FIRST_WRITERS or Rhythm.objects.filter(community=community).exists():
        return Stage.FIRST_BEATS
    return Stage.FORMING if community.stage == Stage.FORMING else Stage.FIRST_BEATS


def set_stage(community: Community, stage: Stage) -> bool:
    """Say in which stage a community is; tell whether that is new."""
    changed = Community.objects.filter(pk=community.pk).exclude(stage=stage).update(stage=stage)
    touch(Community.objects.filter(pk=community.pk))
    return bool(changed)
