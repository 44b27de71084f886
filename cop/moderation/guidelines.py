"""The guidelines of a community: numbered points, which whoever decides something refers to."""

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cop.base.errors import Refused
from cop.moderation.policy_models import CarePolicy
from members.models import Community

MOST_POINTS = 30
POINT_LENGTH = 400
FIRST_DRAFT = (
    _("We speak about the matter, not about the person."),
    _("We write what helps others here; advertising does not."),
    _("What is told in confidence stays where it was told."),
    _("We share what is ours to share, and say where it comes from."),
    _("We keep to what the place is for; other things have other places."),
)


def policy_of(community: Community) -> CarePolicy:
    """Give what the facilitators agreed on, or the defaults."""
    return CarePolicy.objects.filter(community=community).first() or CarePolicy(community=community)


def texts_of(policy: CarePolicy) -> list[str]:
    """Give the points, without their numbers."""
    return [str(point) for point in (FIRST_DRAFT if policy.points is None else policy.points)]


def points_of(community: Community) -> list[str]:
    """Give a community's points, each with its number."""
    return [f"{number}. {point}" for number, point in enumerate(texts_of(policy_of(community)), start=1)]


def rewrite(community: Community, lines: str) -> list[str]:
    """Let these lines be the points; raise Refused for none, too many or too long ones."""
    points = [" ".join(line.split()) for line in lines.splitlines() if line.strip()]
    if not points:
        raise Refused({"body": gettext("Write at least one point: what you decide refers to it.")})
    if len(points) > MOST_POINTS:
        raise Refused({"body": gettext("Nobody keeps more than %(count)d points in mind.") % {"count": MOST_POINTS}})
    for number, point in enumerate(points, start=1):
        if len(point) > POINT_LENGTH:
            words = gettext("Point %(number)d is too long: %(most)d characters are enough for a point.")
            raise Refused({"body": words % {"number": number, "most": POINT_LENGTH}})
    CarePolicy.objects.update_or_create(community=community, defaults={"points": points})
    return points
