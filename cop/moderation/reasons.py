"""Why something is done: the one rule about which point of the guidelines an act refers to.

Whatever is done against somebody's text or standing names a point. What only tidies up may say so instead, so that
nobody is accused where nothing was broken. What takes an act back is held against nobody, and needs no point.
"""

from django.utils.translation import gettext as _

from cop.moderation.action_models import TIDYING, What
from cop.moderation.guidelines import points_of
from members.models import Community

TIDIES = {What.MOVED, What.SPLIT, What.MERGED, What.EDITED, What.SLOWED, What.LOCKED}
# Of these it is nearly always meant: it is chosen until another is.
MOSTLY_TIDY = {What.MOVED, What.SPLIT, What.MERGED, What.SLOWED}
TAKES_BACK = {What.SHOWN, What.UNLOCKED, What.RESTORED, What.RELEASED, What.READMITTED}


def wants_point(what: str) -> bool:
    """Whether an act names a point of the guidelines."""
    return what not in TAKES_BACK


def choices_for(community: Community, what: str) -> list[tuple[str, str]]:
    """Give what can be chosen as the reason of an act."""
    tidying = [(TIDYING, _("Tidying up: no rule was broken"))] if what in TIDIES else []
    return [("", _("Choose one")), *tidying, *((point, point) for point in points_of(community))]
