"""Who may do what with letters."""

from django.utils.translation import gettext_lazy as _

from members.models import Community
from members.permissions import rule
from members.standing import Standing


@rule("letters.switch", who=_("Only facilitators of this community can do that."))
def may_switch(standing: Standing, community: Community) -> bool:
    return standing.facilitates(community) and not community.is_archived
