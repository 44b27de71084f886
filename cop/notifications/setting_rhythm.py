"""Setting a rhythm: its beats, its days of rest, its seasons. Whatever changes, the next moment is worked out anew."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cop.base.errors import Refused
from cop.base.models import touch
from cop.markup.rendering import render
from cop.notifications.beat_times import next_moment
from cop.notifications.rhythm_models import Beat, BeatSlot, BeatState, Rest, Rhythm, Season, SeasonPrompt, Weekday
from members.models import Community, User

MOST_SLOTS = 14


@dataclass(frozen=True)
class Pattern:
    """A rhythm to start from: (weekday, hour, name) of each beat."""

    label: str | Promise
    beats: tuple[tuple[int, int, str | Promise], ...]


PATTERNS = {
    "weekly": Pattern(gettext_lazy("Once a week: Monday round"), ((Weekday.MONDAY, 9, gettext_lazy("Monday round")),)),
    "twice": Pattern(
        gettext_lazy("Twice a week: Monday round and Thursday questions"),
        ((Weekday.MONDAY, 9, gettext_lazy("Monday round")), (Weekday.THURSDAY, 9, gettext_lazy("Thursday questions"))),
    ),
    "course": Pattern(
        gettext_lazy("Like a course: Monday ask, Tuesday try, Wednesday call, Friday harvest"),
        (
            (Weekday.MONDAY, 9, gettext_lazy("Monday ask")),
            (Weekday.TUESDAY, 9, gettext_lazy("Tuesday try")),
            (Weekday.WEDNESDAY, 9, gettext_lazy("Wednesday call")),
            (Weekday.FRIDAY, 14, gettext_lazy("Friday harvest")),
        ),
    ),
}


def rhythm_of(community: Community, *, by: User) -> Rhythm:
    """Give a community's rhythm, made with the zone of who sets it up where there is none."""
    return Rhythm.objects.get_or_create(community=community, defaults={"timezone": by.timezone})[0]


def rhythm_shown(community: Community, *, by: User) -> Rhythm:
    """Give a community's rhythm to be looked at; not saved where there is none yet."""
    kept = Rhythm.objects.filter(community=community).first()
    return kept or Rhythm(community=community, timezone=by.timezone)


def start_from(pattern: str, *, community: Community, by: User, at: datetime | None = None) -> bool:
    """Fill a rhythm that has no beats yet from one of PATTERNS; False where it has some, or for an unknown pattern."""
    chosen = PATTERNS.get(pattern)
    with transaction.atomic():
        rhythm = _locked(rhythm_of(community, by=by))
        if chosen is None or rhythm.slots.exists():
            return False
        for weekday, hour, name in chosen.beats:
            BeatSlot.objects.create(rhythm=rhythm, weekday=weekday, hour=hour, name=str(name))
        reckon(rhythm, at=at)
    return True


def change(rhythm: Rhythm, *, timezone_name: str, is_on: bool, at: datetime | None = None) -> None:
    """Follow another zone's clock; send beats, or send none."""
    with transaction.atomic():
        row = _locked(rhythm)
        row.timezone, row.is_on = timezone_name, is_on
        row.save(update_fields=["timezone", "is_on", "updated_at"])
        reckon(row, at=at)


def save_slot(slot: BeatSlot, *, at: datetime | None = None) -> BeatSlot:
    """Save a new beat or a changed one; raise Refused where another one has its hour, or there are too many."""
    with transaction.atomic():
        rhythm = _locked(slot.rhythm)
        others = rhythm.slots.exclude(pk=slot.pk)
        if others.filter(weekday=slot.weekday, hour=slot.hour).exists():
            raise Refused({"hour": _("There is a beat at this hour of that day. Choose another hour.")})
        if others.count() >= MOST_SLOTS:
            raise Refused(_("This is as many beats as a week can carry. Remove one first."))
        slot.save()
        reckon(rhythm, at=at)
    return slot


def remove_slot(slot: BeatSlot, *, at: datetime | None = None) -> None:
    """End a beat; those that it had stay in the list of what was."""
    with transaction.atomic():
        rhythm = _locked(slot.rhythm)
        slot.delete()
        reckon(rhythm, at=at)


def reckon(rhythm: Rhythm, *, at: datetime | None = None) -> None:
    """Work out when the next beat is, after the rhythm changed."""
    found = next_moment(at or timezone.now(), list(rhythm.slots.all()), rhythm.timezone)
    Rhythm.objects.filter(pk=rhythm.pk).update(next_at=found[0] if found else None)
    touch(Community.objects.filter(pk=rhythm.community_id))


def _locked(rhythm: Rhythm) -> Rhythm:
    return Rhythm.objects.select_for_update().get(pk=rhythm.pk)


def save_season(season: Season, *, prompts: Mapping[int, str]) -> Season:
    """Save a season with its prompts, by the id of their beat; a beat without words has none."""
    season.about_html = render(season.about).html
    with transaction.atomic():
        season.save()
        season.prompts.all().delete()
        SeasonPrompt.objects.bulk_create(
            SeasonPrompt(season=season, slot_id=slot_id, text=text.strip())
            for slot_id, text in prompts.items()
            if text.strip()
        )
        touch(Community.objects.filter(pk=season.community_id))
    return season


def rest(community: Community, row: Rest) -> Rest:
    """Leave out the beats of some days."""
    row.community = community
    row.save()
    return row


def end_rest(community: Community, rest_id: int) -> None:
    """Let beats go out on some days after all."""
    Rest.objects.filter(pk=rest_id, community=community).delete()


def tell_what_happened(beat: Beat, words: str, *, by: User) -> None:
    """Keep one line about a beat; who missed it finds the line in the next one's mail."""
    Beat.objects.filter(pk=beat.pk).update(happened=words.strip(), happened_by=by if words.strip() else None)
    touch(Community.objects.filter(pk=beat.community_id))


def note_elsewhere(community: Community, *, words: str, at: datetime, by: User) -> Beat:
    """Note a meeting, call or visit that happened outside of this site: it counts as a beat kept.

    A form that is sent twice makes one. Raises Refused for a moment to come.
    """
    if at > timezone.now():
        raise Refused({"at": _("This is still to come. Note it when it has happened.")})
    beat, _is_new = Beat.objects.get_or_create(
        community=community,
        state=BeatState.ELSEWHERE,
        due_at=at,
        name=words.strip()[:120],
        defaults={"covers_until": at, "happened": words.strip(), "happened_by": by},
    )
    touch(Community.objects.filter(pk=community.pk))
    return beat
