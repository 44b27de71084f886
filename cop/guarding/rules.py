"""Who may do what with protections and lists."""

from django.utils.translation import gettext_lazy as _

from members.models import Community
from members.permissions import rule
from members.standing import Standing


@rule("guarding.protect", who=_("Only facilitators of this community can do that."))
def may_protect(standing: Standing, community: Community) -> bool:
    return standing.facilitates(community) and not community.is_archived


@rule("guarding.protect_site", who=_("Only site staff can do that."))
def may_protect_site(standing: Standing, _thing: None) -> bool:
    return standing.is_staff
