"""What every page shows of the reader's notifications."""

import hashlib

from django import template

from cop.notifications.bell_views import count_for, words_for
from cop.notifications.catching_up import MOST_COUNTED

register = template.Library()


@register.inclusion_tag("notifications/_bell_link.html", takes_context=True)
def bell_link(context: template.Context) -> dict[str, object]:
    """Show the bell with how much is new or waits; a query, and one for who facilitates."""
    count = count_for(context["request"].user)
    shown = f"{MOST_COUNTED}+" if count > MOST_COUNTED else str(count or "")
    # By this a browser that is told knows that somebody signed in anew, without learning the session's key.
    mark = hashlib.sha256((context["request"].session.session_key or "").encode()).hexdigest()[:12]
    return {"count": shown, "words": words_for(count), "mark": mark}
