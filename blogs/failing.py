"""Feeds that keep failing, as something that needs care."""

from collections.abc import Collection, Mapping
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from blogs import using
from blogs.sources import SourceState, SourceUse, SourceUseQuerySet
from cop.moderation.kinds import Act, CaseKind, Decision, Shown
from cop.moderation.models import Case
from cop.moderation.sweeping import AT_ONCE, Found

KIND = "source"


def _failing() -> SourceUseQuerySet:
    return SourceUse.objects.wanted().filter(source__state=SourceState.PAUSED)


def find(at: datetime, after: int) -> list[Found]:
    """Give the uses of sources that are no longer asked because they kept failing."""
    rows = _failing().filter(pk__gt=after).select_related("blog__community", "source").order_by("pk")[:AT_ONCE]
    return [Found(row.pk, row.blog.community, row.source.polled_at or at) for row in rows]


def show(ids: Collection[int]) -> Mapping[int, Shown]:
    """Give those that still fail, with what went wrong last: one query."""
    rows = _failing().filter(pk__in=ids).select_related("blog__community", "source")
    return {row.pk: _shown(row) for row in rows}


def _shown(use: SourceUse) -> Shown:
    return Shown(
        title=_("%(feed)s keeps failing") % {"feed": use.source},
        url=use.get_absolute_url(),
        html=use.source.trouble,
        author=use.blog.name,
        at=use.source.polled_at,
    )


def _ask_again(case: Case, act: Act) -> None:
    use = SourceUse.objects.select_related("source").filter(pk=case.thing_id).first()
    if use:
        using.collect_now(use, at=timezone.now())


def _stop(case: Case, act: Act) -> None:
    use = SourceUse.objects.filter(pk=case.thing_id).first()
    if use:
        using.pause(use)


SOURCES = CaseKind(
    words=gettext_lazy("Failing feeds"),
    show=show,
    decisions=(
        Decision("again", gettext_lazy("Try again"), _ask_again, gettext_lazy("It is asked in a minute."), key="a"),
        Decision("stopped", gettext_lazy("Take nothing from it"), _stop, gettext_lazy("It is paused here."), key="s"),
    ),
    weight=3,
)
