"""What pages of a community say of what needs care."""

from typing import Any

from django import template
from django.db.models import Exists, OuterRef

from cop.moderation import caring
from cop.moderation.action_models import Restraint
from members.audiences import roles_of
from members.models import Community, Membership, MembershipState, User

register = template.Library()


@register.simple_tag(takes_context=True)
def care_count(context: template.Context, community: Community) -> str:
    """Give how many things wait for the reader in a community, or "" for none; one query."""
    count = caring.waiting_count(community, reader=context["request"].user)
    return f"{caring.MOST_COUNTED}+" if count > caring.MOST_COUNTED else str(count or "")


@register.inclusion_tag("moderation/_person.html", takes_context=True)
def person_in_places(context: template.Context, person: User) -> dict[str, Any]:
    """Show what the reader can do about somebody in each community that they share; one query."""
    reader = context["request"].user
    rows = Membership.objects.none()
    if reader.is_authenticated and reader.pk != person.pk:
        restrained = Restraint.objects.filter(user=person, community=OuterRef("community"))
        shared = Membership.objects.filter(user=person, community__in=list(roles_of(reader)))
        rows = shared.filter(state__in=[MembershipState.ACTIVE, MembershipState.SUSPENDED])
        rows = rows.select_related("community").annotate(is_restrained=Exists(restrained)).order_by("community__name")
    return {"memberships": rows[:20], "request": context["request"]}
