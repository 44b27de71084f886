"""What pages of a community say of what needs care."""

from django import template

from cop.moderation import caring
from members.models import Community

register = template.Library()


@register.simple_tag
def care_count(community: Community) -> str:
    """Give how many things wait in a community, or "" for none; one query."""
    count = caring.waiting_count(community)
    return f"{caring.MOST_COUNTED}+" if count > caring.MOST_COUNTED else str(count or "")
