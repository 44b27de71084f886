"""The page on which a community tells about itself."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from cop.base.errors import Refused
from cop.base.models import touch
from cop.home.models import About, about_of
from cop.markup.rendering import render
from members.models import Community


class Conflict(Refused):
    """Somebody saved the page meanwhile; `newer` is what stands now."""

    def __init__(self, newer: About) -> None:
        super().__init__(
            _("Somebody has changed this page since you opened it. Compare below, then save again to keep your words.")
        )
        self.newer = newer


def draft(community: Community) -> None:
    """Write a first page about a community, unless it has one."""
    if About.objects.filter(community=community).exists():
        return
    body = _(
        "%(purpose)s\n\n## What presses most\n\n%(issue)s\n\n## How we work\n\n"
        "- Ask early: a half-finished question is fine.\n"
        "- Tell what did not work, too.\n"
        "- What we find out is written down where others find it."
    ) % {"purpose": community.purpose, "issue": community.pressing_issue}
    rendered = render(body)
    About.objects.get_or_create(community=community, defaults={"body": body, "body_html": rendered.html})


def save(community: Community, *, body: str, version: int) -> About:
    """Save the page; raise Conflict where `version` is not the one that stands, Refused for a text too long."""
    rendered = render(body)
    try:
        with transaction.atomic():
            about = About.objects.select_for_update().filter(community=community).first() or about_of(community)
            if about.version != version:
                raise Conflict(about)
            about.body, about.body_html, about.version = body, rendered.html, version + 1
            about.save()
            touch(Community.objects.filter(pk=community.pk))
    except IntegrityError as error:  # Two first pages at once.
        raise Conflict(About.objects.get(community=community)) from error
    return about
