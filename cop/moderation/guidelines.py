"""The guidelines of a community: numbered points, which whoever decides something refers to."""

from django.utils.translation import gettext_lazy as _

from members.models import Community

FIRST_DRAFT = (
    _("We speak about the matter, not about the person."),
    _("We write what helps others here; advertising does not."),
    _("What is told in confidence stays where it was told."),
    _("We share what we may share: our own work, or with the source and the right to do so."),
    _("We keep to what the place is for; other things have other places."),
)


def points_of(community: Community) -> list[str]:
    """Give a community's points, each with its number."""
    return [f"{number}. {point}" for number, point in enumerate(FIRST_DRAFT, start=1)]
