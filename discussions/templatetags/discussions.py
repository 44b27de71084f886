"""What the page of a topic asks about its rows."""

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.translation import ngettext

from discussions.models import Reply

register = template.Library()


@register.simple_tag
def parent_of(row: Reply, answered: dict[int, Reply]) -> Reply | None:
    """Give the reply that `row` answers, from those that were read for the page."""
    return answered.get(row.parent_id) if row.parent_id else None


@register.simple_tag
def branch(row: Reply) -> str:
    """Begin the part of the page that folds away below `row`, or end those that are over behind it."""
    if row.below:
        words = ngettext("%(count)d reply below", "%(count)d replies below", row.below) % {"count": row.below}
        return format_html('<details class="branch" open><summary>{}</summary>', words)
    return format_html_join("", "</details>{}", [[""]] * row.ends)
