"""What templates may ask about the reader's standing."""

from django import template

from members.models import Community
from members.standing import standing_of

register = template.Library()


@register.simple_tag(takes_context=True)
def kind_of_reader(context: template.Context, community: Community) -> str:
    """Give one word for all readers who may do and read the same in a community: the key of parts that are kept."""
    return standing_of(context["request"].user).kind_in(community)
