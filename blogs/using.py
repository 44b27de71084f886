"""Using a feed in a blog: adding it, pausing it there, asking now, taking it out."""

from datetime import datetime
from functools import partial

from django.db import transaction
from django.utils.translation import gettext as _

from blogs.collecting import ask_again
from blogs.models import Blog
from blogs.sources import EntryUse, FeedSource, SourceState, SourceUse, UseState
from cop.base import bells
from cop.base.errors import Refused
from members.models import User


def add_source(
    blog: Blog, *, url: str, mode: str, grouping: str, start: str, note: str, by: User, at: datetime
) -> SourceUse:
    """Let `blog` use the feed at `url` from now on; raise Refused where it does already."""
    with transaction.atomic():
        source, _is_new = FeedSource.objects.get_or_create(url=url)
        use, is_new = SourceUse.objects.get_or_create(
            blog=blog,
            source=source,
            defaults={"mode": mode, "grouping": grouping, "start": start, "note": note, "added_by": by},
        )
        if not is_new:
            raise Refused(_("This blog has this feed already."))
        collect_now(use, at=at)
    return use


def collect_now(use: SourceUse, *, at: datetime) -> None:
    """Ask the feed as soon as a worker is free, also when it was paused for failing."""
    ask_again(use.source, at=at)
    # Where no broker hears it, the next minute's look finds it.
    transaction.on_commit(partial(bells.ring, "blogs.tasks.collect_source", args=[use.source_id]))


def pause(use: SourceUse) -> bool:
    """Take nothing more from the feed into this blog; False where it was paused."""
    return bool(SourceUse.objects.filter(pk=use.pk, is_paused=False).update(is_paused=True))


def resume(use: SourceUse, *, at: datetime) -> bool:
    """Take from the feed again; False where nothing was paused."""
    changed = SourceUse.objects.filter(pk=use.pk, is_paused=True).update(is_paused=False)
    if changed or use.source.state == SourceState.PAUSED:
        collect_now(use, at=at)
        return True
    return False


def remove(use: SourceUse) -> None:
    """Take the feed out of the blog. Posts stay; what is known stays known, so that nothing comes twice later."""
    with transaction.atomic():
        EntryUse.objects.filter(use=use, state=UseState.WAITING).delete()
        use.delete()
