"""Looking at what somebody promises or proposes before it stands there.

Neither can wait for a facilitator, since people rely on it at once; so what would wait as a message is refused here.
"""

from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from cop.agreements.commitment_models import Commitment
from cop.agreements.proposal_models import Proposal
from cop.base.errors import Refused
from cop.guarding import likeness, listing, newcomers
from cop.guarding.models import Way
from cop.guarding.newcomers import Acquaintance, Newcomer, Written
from cop.markup.rendering import Rendered
from cop.moderation import restraining
from members.models import Community, User
from members.standing import standing_of

HOUR = timedelta(hours=1)


def look(community: Community, *, by: User, title: str, rendered: Rendered, is_new: bool = True, field: str) -> None:
    """Raise Refused, for `field`, where somebody new says too much, and where a facilitator should see it first.

    `is_new` says that it is another thing, and no change of one: of these somebody new makes only some an hour.
    """
    if standing_of(by).facilitates(community):
        return
    writer = Acquaintance(by, community)
    new = writer.newcomer
    try:
        if new:
            newcomers.refuse_too_much(new, rendered)
            if is_new:
                newcomers.refuse_too_many(new, _made_lately(by, community), what=Written.AGREEMENT)
    except Refused as refused:
        raise Refused({field: refused.messages}) from None
    if sentence := _why_first(writer, by, title, rendered, new if is_new else None):
        raise Refused({field: sentence})


def _made_lately(by: User, community: Community) -> int:
    since = timezone.now() - HOUR
    own = Commitment.objects.filter(person=by, asked_by=None) | Commitment.objects.filter(asked_by=by)
    made = own.filter(community=community, created_at__gt=since).count()
    return made + Proposal.objects.filter(proposer=by, community=community, created_at__gt=since).count()


def _why_first(writer: Acquaintance, by: User, title: str, rendered: Rendered, new: Newcomer | None) -> str:
    community = writer.community
    is_first = writer.protection.way == Way.HELD and not writer.is_vouched_for
    if restraining.holds_posts_of(by, community) or (is_first and not writer.signs.has_published):
        return _("A facilitator reads what you write here first, and this cannot wait. Say it in a discussion.")
    links = newcomers.links_in(rendered.html)
    if listing.found_in(title, rendered.text, links, community=community):
        return _("Something in it stands in a list of words and links that facilitators look at first. Take it out.")
    words = f"{title}\n{rendered.text}"
    if new and likeness.like_before(words, who=f"u{by.pk}", is_newcomer=True):
        return _("It is nearly the same as another text that was written here lately. Say it in one place.")
    return ""
