"""Flagging: somebody asks to look at a thing; enough of them hide it until a facilitator has looked."""

from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models import Count, Q, Sum
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from cop.base.errors import Refused
from cop.base.limits import within_limit
from cop.guarding import likeness, listing, newcomers
from cop.moderation import caring, hearing, things
from cop.moderation.action_models import ModerationAction, What
from cop.moderation.flag_models import Flag
from cop.moderation.guidelines import policy_of
from cop.moderation.things import Thing, Why
from members.audiences import Reader
from members.models import Membership, MembershipState, User

WHOLE = 100
NEWCOMER, OUTSIDER = 50, 25
NEW_FOR = timedelta(days=14)
FLAGS_A_DAY, FLAGS_OF_A_VISITOR = 30, 5
MOST_COMPARED = 50
DAY, HOUR = 86400, 3600


def flag(thing: Thing, *, by: Reader, reason: str, words: str = "", network: str = "", address: str = "") -> Flag:
    """Ask facilitators to look at a thing, once; raise Refused for a second time, for too many and for listed words.

    `network` tells visitors apart; a visitor's `address` is asked whether it wants to hear of it. What enough people
    flagged is hidden before this returns.
    """
    user = by if by.is_authenticated else None
    if user is not None and thing.author is not None and user.pk == thing.author.pk:
        raise Refused(_("This is yours: you can change it, or take it away."))
    words = words.strip()
    weight = weight_of(user, thing)
    is_known = weight >= WHOLE
    if not is_known:
        _refuse_listed(thing, words)
    _hold_to_limits(user, network)
    place = "" if is_known or not network else salted_hmac("cop.moderation.flagging", network).hexdigest()[:43]
    if not is_known and _is_echo(thing, words, place):
        weight = 0
    try:
        with transaction.atomic():
            made = Flag.objects.create(
                community=thing.community,
                kind=thing.kind,
                thing_id=thing.id,
                title=thing.title[:200],
                by=user,
                about=thing.author,
                visitor="" if user else place,
                network=place,
                code=None if user else hearing.new_code(),
                address="" if user else address,
                reason=reason,
                words=words,
                weight=weight,
            )
            if made.address:
                hearing.ask(made)
            caring.needs_care(f"flag-{thing.kind}", thing.id, community=thing.community, about=thing.author)
    except IntegrityError:
        raise Refused(_("You have flagged this already. A facilitator looks at it.")) from None
    _hide_where_enough(thing)
    return made


def has_flagged(thing: Thing, user: Reader) -> bool:
    """Whether somebody with an account has flagged a thing."""
    mine = Flag.objects.filter(kind=thing.kind, thing_id=thing.id, by=user.pk)
    return user.is_authenticated and mine.exists()


def weight_of(user: User | None, thing: Thing) -> int:
    """Give what somebody's flag counts, in hundredths.

    A facilitator's counts whole, a newcomer's half, an outsider's a quarter, and that of somebody suspended nothing.
    Whose flags were often turned down counts less: with two flags upheld and two turned down, two thirds.
    """
    if user is None:
        return OUTSIDER
    if user.is_staff:
        return WHOLE
    membership = Membership.objects.filter(user=user, community=thing.community).first()
    if membership and membership.state == MembershipState.SUSPENDED:
        return 0
    is_in = membership is not None and membership.state == MembershipState.ACTIVE
    if membership and is_in and membership.role == "facilitator":
        return WHOLE
    is_new = membership is not None and membership.joined_at > timezone.now() - NEW_FOR
    start = OUTSIDER if not is_in else NEWCOMER if is_new else WHOLE
    decided = Flag.objects.filter(by=user, community=thing.community).aggregate(
        upheld=Count("pk", filter=Q(is_upheld=True)), turned_down=Count("pk", filter=Q(is_upheld=False))
    )
    good: int = decided["upheld"] + 2
    return int(start * good / (good + decided["turned_down"]) + 0.5)


def _refuse_listed(thing: Thing, words: str) -> None:
    """Keep out of the facilitators' desk what may stand nowhere else; what is flagged may be quoted."""
    found = set(listing.all_found_in("", words, [], community=thing.community))
    links = newcomers.links_in(thing.html)
    if found and found - set(listing.all_found_in(thing.title, thing.text, links, community=thing.community)):
        sentence = _("Something in it stands in a list of words and links that are not passed on here. Say it without.")
        raise Refused({"words": sentence})


def _is_echo(thing: Thing, words: str, place: str) -> bool:
    """Whether this flag comes from where another one on the thing came from, or says the same: then it adds nothing."""
    others = Flag.objects.filter(kind=thing.kind, thing_id=thing.id)
    if place and others.filter(network=place).exists():
        return True
    said = others.exclude(words="").order_by("-pk").values_list("words", flat=True)[:MOST_COMPARED]
    return bool(words) and any(likeness.are_alike(words, other) for other in said)


def _hold_to_limits(user: User | None, network: str) -> None:
    if user is None:
        is_within = within_limit("flag-visitor", network, times=FLAGS_OF_A_VISITOR, seconds=HOUR)
    else:
        is_within = within_limit("flag", str(user.pk), times=FLAGS_A_DAY, seconds=DAY)
    if not is_within:
        raise Refused(_("That were many flags in a short time. Facilitators look at them; try again later."))


def _weight_waiting(thing: Thing) -> int:
    """Give what a thing's flags count together; those of people whom nobody here knows are one flag at most."""
    waiting = Flag.objects.filter(kind=thing.kind, thing_id=thing.id, decided_at=None)
    sums = waiting.aggregate(
        known=Sum("weight", filter=Q(weight__gt=OUTSIDER)), unknown=Sum("weight", filter=Q(weight__lte=OUTSIDER))
    )
    return (sums["known"] or 0) + min(sums["unknown"] or 0, WHOLE)


def _hide_where_enough(thing: Thing) -> None:
    """Hide what enough flags wait for, unless a facilitator has looked at it before."""
    hide = things.kinds[thing.kind].acts.get(What.HIDDEN)
    enough = policy_of(thing.community).flags_hide_at * WHOLE
    if hide is None or not enough or thing.is_hidden:
        return
    if _weight_waiting(thing) < enough:
        return
    looked_at = ModerationAction.objects.filter(kind=thing.kind, thing_id=thing.id, what=What.SHOWN, by__isnull=False)
    if not looked_at.exists() and hide(thing.id, None, Why()):
        with transaction.atomic():
            caring.needs_care(f"flag-{thing.kind}", thing.id, community=thing.community, about=thing.author, weight=1)
