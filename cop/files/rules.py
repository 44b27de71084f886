"""Who may upload."""

from django.utils.translation import gettext_lazy as _

from members.models import Community
from members.permissions import rule
from members.standing import Standing


@rule("files.add_image", who=_("Only members and facilitators of this community can add images."))
def may_add_image(standing: Standing, community: Community) -> bool:
    taking_part = standing.takes_part_in(community) or standing.facilitates(community)
    return taking_part and not community.is_archived
