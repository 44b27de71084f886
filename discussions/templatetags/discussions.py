"""What the page of a topic asks about its rows."""

from django import template

from discussions.models import Reply

register = template.Library()


@register.simple_tag
def parent_of(row: Reply, answered: dict[int, Reply]) -> Reply | None:
    """Give the reply that `row` answers, from those that were read for the page."""
    return answered.get(row.parent_id) if row.parent_id else None
