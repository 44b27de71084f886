"""The few tags that every template may use."""

from typing import Any

from django import template
from django.conf import settings
from django.utils.html import format_html

from cop.base.traps import stamp

register = template.Library()


@register.simple_tag(takes_context=True)
def can(context: template.Context, permission: str, thing: Any = None) -> bool:
    """Say whether the reader may do `permission` to `thing`: `{% can "blogs.add_post" blog as may_write %}`."""
    request = context.get("request")
    return bool(request and request.user.has_perm(permission, thing))


@register.simple_tag
def traps() -> str:
    """Print the fields of `cop.base.traps` into a form that is written by hand."""
    return format_html(
        '<input class="unseen" name="website" tabindex="-1" autocomplete="off" aria-hidden="true">'
        '<input type="hidden" name="made_at" value="{}">',
        stamp(),
    )


@register.filter
def absolute(path: str) -> str:
    """Give the absolute address of a path of this site."""
    return f"{settings.SITE_URL}{path}"


@register.filter
def initials(name: str) -> str:
    """Give one or two letters that stand for a person or a community."""
    words = [word for word in name.split() if word[:1].isalnum()]
    # Title case, since Georgian's capitals (Unicode 11) are for whole lines alone and few fonts have them.
    return "".join(word[0].title() for word in (words[:1] + words[-1:] if len(words) > 1 else words)) or "?"


@register.filter
def accent_url(colour: str) -> str:
    """Give the address of the stylesheet that sets the accent to `colour` (#rrggbb)."""
    return f"/accent/{colour.lstrip('#').lower()}.css"
