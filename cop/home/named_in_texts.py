"""The name of somebody who leaves, as others typed it: counted before they close their account, and, if they ask,
shown to the facilitators of each community, who decide about texts that are not the leaver's own.

What the site put there itself (bylines, calls, quotations) goes by itself; this is what is left.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from urllib.parse import urlencode

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cop.home.naming_models import NamedRequest
from cop.moderation import caring
from cop.moderation.kinds import Act, CaseKind, Decision, Shown
from cop.moderation.models import Case
from cop.privacy.retention import Rule
from cop.search import searching
from cop.search.models import SearchEntry
from members.closing_account import Named
from members.closing_models import AccountClosing
from members.models import Community, User

KIND = "named"


def named(user: User) -> Named:
    """Give in how many texts of others that they may read somebody's name stands, and a page that lists these."""
    rows = SearchEntry.objects.visible_to(user).exclude(author=user)
    found = searching.holding(rows, user.display_name)
    return Named(len(found), f"{reverse('home:search')}?{query_for(user.display_name)}", searching.MOST_HOLDING)


def query_for(name: str) -> str:
    """Give the query by which the search page lists where a name stands."""
    return urlencode({"q": '"{}"'.format(name.replace('"', " "))})


def ask(closing: AccountClosing, after: int) -> int | None:
    """Let facilitators look, where the person asked for it and their name was to go: one case for each community."""
    if not (closing.is_hidden and closing.asks_about_name and closing.name):
        return None
    found = searching.holding(SearchEntry.objects.exclude(author=closing.user), closing.name)
    for community in Community.objects.filter(pk__in={entry.community_id for entry in found}):
        with transaction.atomic():
            request, is_new = NamedRequest.objects.get_or_create(community=community, name=closing.name)
            if is_new:
                caring.needs_care(KIND, request.pk, community=community)
    return None


def show(ids: Collection[int]) -> Mapping[int, Shown]:
    """Give the requests that nobody has looked at: one query. The name itself stands on the page that they lead to."""
    return {
        row.pk: Shown(
            title=_("Somebody who left asks to be named no more"),
            url=row.get_absolute_url(),
            at=row.asked_at,
            because=(
                _("They closed their account. What others wrote may name them still: open the list, and look."),
                _("Ask whoever wrote it to change it, or edit it with a note. Where the name has to stay, leave it."),
                _("When you say that you have looked, the request and the name in it are deleted."),
            ),
        )
        for row in NamedRequest.objects.filter(pk__in=ids).select_related("community")
    }


def _forget(case: Case, _act: Act) -> None:
    NamedRequest.objects.filter(pk=case.thing_id).delete()


NAMED = CaseKind(
    words=gettext_lazy("Named in others' texts"),
    show=show,
    decisions=(
        Decision(
            "looked",
            gettext_lazy("I have looked at all of them"),
            _forget,
            gettext_lazy("Thank you. The request and the name in it are deleted."),
            key="l",
        ),
    ),
    weight=3,
)


def forget_requests(before: datetime, limit: int) -> int:
    """Delete requests that nobody looked at for long."""
    ids = list(NamedRequest.objects.filter(asked_at__lt=before).order_by("pk").values_list("pk", flat=True)[:limit])
    for pk in ids:
        caring.settle(KIND, pk, by=None, outcome="over")
    NamedRequest.objects.filter(pk__in=ids).delete()
    return len(ids)


STEPS = {"named-in-texts": ask}
RULES = {"named-requests": Rule(gettext_lazy("Requests of people who left to be named no more"), forget_requests)}
