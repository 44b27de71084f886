"""Telling facilitators about a source that was paused."""

from datetime import datetime

from blogs.sources import FeedSource, SourceUse
from cop.base.links import absolute
from cop.mail import outbox
from members.models import Membership


def tell_about_pause(source: FeedSource, *, at: datetime) -> None:
    """Write to each facilitator of each blog that uses `source` why it is not asked any more and what to do.

    One mail for each blog, facilitator and pause; a second call for the same pause sends nothing.
    """
    for use in SourceUse.objects.wanted().filter(source=source).select_related("blog__community", "source"):
        facilitating = Membership.objects.active().facilitating().filter(community=use.blog.community)
        for membership in facilitating.select_related("user"):
            outbox.send(
                "source_paused",
                to=membership.user.email,
                context={
                    "source": source,
                    "blog": use.blog,
                    "community": use.blog.community,
                    "source_url": absolute(use.get_absolute_url()),
                },
                dedupe_key=f"source-paused:{use.pk}:{membership.user_id}:{at:%Y%m%dT%H%M%S}",
                language=membership.user.language,
            )
