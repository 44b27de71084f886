"""What every page shows of the reader's notifications."""

import hashlib

from django import template

from cop.notifications.bell_views import head_of, words_for
from cop.notifications.catching_up import MOST_COUNTED

register = template.Library()


@register.inclusion_tag("notifications/_head_links.html", takes_context=True)
def head_links(context: template.Context) -> dict[str, object]:
    """Show the bell with how much is new or waits, and the pages of what waits; two queries."""
    head = head_of(context["request"].user)
    count = head.count
    shown = f"{MOST_COUNTED}+" if count > MOST_COUNTED else str(count or "")
    # By this a browser that is told knows that somebody signed in anew, without learning the session's key.
    mark = hashlib.sha256((context["request"].session.session_key or "").encode()).hexdigest()[:12]
    return {"count": shown, "words": words_for(count), "mark": mark, "links": head.links}
