"""The beats: at each one a short mail that says what happens in it, rendered once for all who may read the same.

A beat is due when its moment has come. It is late by half the time to the next one at most, and else left out; it is
begun by whoever moves the rhythm's `next_at` on, so that two schedulers, or one that was restarted, make one mail.
"""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from cop.base.models import touch
from cop.mail import outbox
from cop.mail.models import Mailing
from cop.notifications import announcing, sections, sparing
from cop.notifications.beat_times import LEAST_APART, next_moment
from cop.notifications.community_following import KIND, follow_as_members, thing_of
from cop.notifications.holding import hold
from cop.notifications.models import Pace, Subscription
from cop.notifications.querysets import SubscriptionQuerySet
from cop.notifications.rhythm_models import Beat, BeatSlot, BeatState, Rest, Rhythm, Season, SeasonPrompt
from cop.notifications.sections import Listed, Window
from members.audiences import Audience
from members.models import Community, Membership

logger = logging.getLogger(__name__)

# What was recorded a moment ago may belong to a transaction that is not committed yet: it waits for the next beat.
SETTLED = timedelta(seconds=60)
FIRST_LOOKS_BACK = timedelta(days=7)
AT_ONCE = 200

# A mail, and those who get it.
Letter = tuple[Mailing, SubscriptionQuerySet]

# For whom a mail is written: the one group reads no more than all members may, the other all that there is.
FOR_MEMBERS = (Audience.PUBLIC, Audience.SIGNED_IN, Audience.COMMUNITY)
FOR_FACILITATORS = (*FOR_MEMBERS, Audience.FACILITATORS)


def due(at: datetime | None = None) -> int:
    """Begin, or leave out, every beat whose moment has come by `at`; give how many mails were enqueued."""
    at = at or timezone.now()
    return sum(_try(rhythm, at) for rhythm in Rhythm.objects.due(at).select_related("community")[:AT_ONCE])


def _try(rhythm: Rhythm, at: datetime) -> int:
    """Look at one community; one that fails must not hold up the others."""
    try:
        return _begin_due(rhythm, at)
    except Exception:
        logger.exception("The beat of community %s was not begun; the next minute tries again", rhythm.community_id)
        return 0


def _begin_due(rhythm: Rhythm, at: datetime) -> int:
    slots = list(rhythm.slots.all())
    # Not `next_at` itself: the zone's rules may have changed since it was worked out.
    this = next_moment((rhythm.next_at or at) - timedelta(microseconds=1), slots, rhythm.timezone)
    following = next_moment(this[0], slots, rhythm.timezone) if this else None
    if this is None or following is None or this[0] > at:
        Rhythm.objects.filter(pk=rhythm.pk, next_at=rhythm.next_at).update(next_at=this[0] if this else None)
        return 0
    moment, slot = this
    beat = Beat(community=rhythm.community, slot=slot, name=slot.name, due_at=moment, covers_until=at - SETTLED)
    if reason := _reason_to_skip(rhythm, moment, following[0], at):
        beat.state, beat.reason = BeatState.SKIPPED, reason
        return _record(rhythm, beat, following[0], [])
    return _begin(rhythm, beat, slot, following[0], at)


def _reason_to_skip(rhythm: Rhythm, moment: datetime, following: datetime, at: datetime) -> str:
    day = timezone.localdate(moment, rhythm.zone)
    if rest := Rest.objects.filter(community=rhythm.community, first_day__lte=day, last_day__gte=day).first():
        return _("The community rests. %(note)s") % {"note": rest.note}
    if at - moment > (following - moment) / 2:
        return _("The site was not running when it was due.")
    last = Beat.objects.begun().filter(community=rhythm.community).order_by("-due_at").first()
    if last and moment - last.due_at < LEAST_APART:
        return _("Another beat had just begun.")
    return ""


def _begin(rhythm: Rhythm, beat: Beat, slot: BeatSlot, following: datetime, at: datetime) -> int:
    follow_as_members(rhythm.community, at=at)
    last = Beat.objects.begun().filter(community=rhythm.community).order_by("-due_at").first()
    season = season_on(rhythm, beat.due_at)
    prompt = SeasonPrompt.objects.filter(season=season, slot=slot).first() if season else None
    beat.season, beat.line, beat.prompt = season, slot.next_line.strip(), prompt.text if prompt else ""
    since = last.covers_until if last else _first_moment(beat) - FIRST_LOOKS_BACK
    last = last if last and last.happened else None
    letters: list[Letter] = []
    for audiences in (FOR_MEMBERS, FOR_FACILITATORS):
        window = Window(rhythm.community, since, beat.covers_until, beat.due_at, following, audiences)
        with override(rhythm.community.language):
            found = sections.find(window, slot.sections)
        told_by = last.happened_by_id if last else None
        rows = readers(rhythm.community, audiences)
        for share in sparing.shares({*found.named, told_by}, rows):
            listed = found.listed(share.without)
            if listed or beat.line or beat.prompt:
                mailing = _prepare(rhythm, beat, listed, None if told_by in share.without else last)
                letters.append((mailing, share.among(rows)))
    beat.state = BeatState.SENT if letters else BeatState.QUIET
    return _record(rhythm, beat, following, letters)


def _first_moment(beat: Beat) -> datetime:
    """Give the moment of the first beat, though it was left out: what it would have listed is listed now."""
    earlier = Beat.objects.filter(community=beat.community, state=BeatState.SKIPPED).order_by("due_at").first()
    return earlier.due_at if earlier else beat.due_at


def _prepare(rhythm: Rhythm, beat: Beat, listed: list[Listed], last: Beat | None) -> Mailing:
    """Render the mail for one group of readers; where two groups read the same it is one mailing."""
    return announcing.prepare(
        "beat",
        thing=thing_of(rhythm.community),
        dedupe_key=f"beat:{rhythm.community_id}:{beat.due_at:%Y%m%d%H%M}:{_print_of(listed, last)}",
        context={"beat": beat, "sections": listed, "last": last},
    )


def _print_of(listed: list[Listed], last: Beat | None) -> str:
    """Give some letters that are the same for the same lines in every process."""
    text = "\n".join(f"{line.url} {line.title} {line.note}" for section in listed for line in section.lines)
    text += "" if last else "\nwithout the last one"
    return sha256(text.encode()).hexdigest()[:16]


def _record(rhythm: Rhythm, beat: Beat, following: datetime, letters: list[Letter]) -> int:
    """Keep the beat and enqueue its mails, unless another process has moved the rhythm on."""
    thing = thing_of(rhythm.community)
    try:
        with transaction.atomic():
            hold(rhythm.community_id)
            if not Rhythm.objects.filter(pk=rhythm.pk, next_at=rhythm.next_at).update(next_at=following):
                return 0
            beat.readers = sum(
                outbox.fill(mailing, rows.reachable().allowed(thing).recipients()) for mailing, rows in letters
            )
            beat.save(force_insert=True)
            if beat.line and beat.slot:
                BeatSlot.objects.filter(pk=beat.slot.pk, next_line=beat.slot.next_line).update(next_line="")
            touch(Community.objects.filter(pk=rhythm.community_id))
    except IntegrityError:  # The slots were changed back and forth: this moment had its beat already.
        Rhythm.objects.filter(pk=rhythm.pk, next_at=rhythm.next_at).update(next_at=following)
        return 0
    return beat.readers


def readers(community: Community, audiences: tuple[str, ...]) -> SubscriptionQuerySet:
    """Give the subscriptions of those who get the beats of a community and belong to one of the two groups."""
    facilitating = Membership.objects.active().facilitating()
    own = Exists(facilitating.filter(community=community, user=OuterRef("subscriber__user")))
    rows = Subscription.objects.to(KIND, community.pk).confirmed().filter(pace=Pace.BEAT)
    return rows.filter(own if audiences == FOR_FACILITATORS else ~own)


def season_on(rhythm: Rhythm, moment: datetime) -> Season | None:
    """Give the season that a moment belongs to by the community's clock, the one that began last, or None."""
    day = timezone.localdate(moment, rhythm.zone)
    return Season.objects.filter(community=rhythm.community, first_day__lte=day, last_day__gte=day).first()


@dataclass(frozen=True)
class Coming:
    """A beat to come."""

    at: datetime
    name: str
    prompt: str


def coming(community: Community, *, count: int = 3, at: datetime | None = None) -> list[Coming]:
    """Give the next beats of a community with the prompts of their season; none where no beats are sent."""
    rhythm = Rhythm.objects.filter(community=community, is_on=True).first()
    if rhythm is None or community.is_archived:
        return []
    found: list[Coming] = []
    slots, moment = list(rhythm.slots.all()), at or timezone.now()
    prompts = {
        (prompt.slot_id, prompt.season): prompt.text
        for prompt in SeasonPrompt.objects.filter(season__community=community, slot__in=slots).select_related("season")
    }
    while len(found) < count and (upcoming := next_moment(moment, slots, rhythm.timezone)):
        moment, slot = upcoming
        day = timezone.localdate(moment, rhythm.zone)
        texts = [
            text
            for (slot_id, season), text in prompts.items()
            if slot_id == slot.pk and season.first_day <= day <= season.last_day
        ]
        found.append(Coming(moment, slot.name, texts[0] if texts else ""))
    return found


def latest(community: Community) -> Beat | None:
    """Give the beat that is going on: the last one that went out, or None."""
    return Beat.objects.filter(community=community, state=BeatState.SENT).order_by("-due_at", "-pk").first()


def season_now(community: Community, *, at: datetime | None = None) -> Season | None:
    """Give the season that is going on, or None."""
    rhythm = Rhythm.objects.filter(community=community).first()
    return season_on(rhythm, at or timezone.now()) if rhythm else None
