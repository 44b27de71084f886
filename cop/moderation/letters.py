"""Letters to facilitators: what needs care, in a mail with a button for each decision, which can be answered too."""

import logging
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from cop.base.links import absolute, absolute_url
from cop.mail import outbox
from cop.mail.composing import LINK
from cop.mail.letters import plain_of_html
from cop.mail.models import Mailing
from cop.markup.addressing import with_absolute_links
from cop.moderation import care_following, deciding
from cop.moderation.answering_by_mail import ABOUT, by_mail, points_for, word_for
from cop.moderation.histories import histories_of
from cop.moderation.kinds import Decision, Shown, kinds
from cop.moderation.models import Case
from cop.notifications import announcing
from cop.notifications.models import Pace, Subscription
from cop.notifications.querysets import SubscriptionQuerySet
from members.models import Community

logger = logging.getLogger(__name__)

# What is settled on the page within this is no mail; so many at once are one.
WAITS = timedelta(minutes=2)
STALE = timedelta(days=3)
MOST_AT_ONCE = 5
# What can wait, as a question that nobody answered for a week, waits on the page.
HEAVIEST = 2
AT_ONCE = 200
TEXT_LENGTH = 5000


def write_due(at: datetime | None = None) -> int:
    """Write to facilitators about what began to wait a moment ago; give how many copies that makes."""
    at = at or timezone.now()
    waiting = Case.objects.open().filter(
        told_at=None, weight__lte=HEAVIEST, created_at__lte=at - WAITS, created_at__gt=at - STALE
    )
    by_community: dict[Community, list[Case]] = defaultdict(list)
    for case in waiting.select_related("community", "about").order_by("created_at", "pk")[:AT_ONCE]:
        by_community[case.community].append(case)
    return sum(_try(community, cases, at) for community, cases in by_community.items())


def _try(community: Community, cases: list[Case], at: datetime) -> int:
    """Write about one community's things; those that fail must not hold up the others."""
    try:
        if len(cases) > MOST_AT_ONCE:
            return _post(_about_many(community, cases), cases, at)
        return sum(_post(_about_one(case), [case], at) for case in cases)
    except Exception:
        logger.exception("No mail was written about case %s; the next minute tries again", cases[0].pk)
        return 0


def _post(mailing: Mailing | None, cases: Sequence[Case], at: datetime) -> int:
    with transaction.atomic():
        if not Case.objects.filter(pk__in=[case.pk for case in cases], told_at=None).update(told_at=at):
            return 0
        if mailing is None:
            return 0
        care_following.begin(cases[0].community, at=at)
        return outbox.fill(mailing, _readers(cases).recipients())


def _readers(cases: Sequence[Case]) -> SubscriptionQuerySet:
    """The facilitators who want these mails; whom it concerns decides nothing about it."""
    thing = care_following.thing_of(cases[0].community)
    rows = Subscription.objects.to(thing.kind, thing.id).confirmed().reachable().allowed(thing).filter(pace=Pace.EACH)
    if len(cases) > 1:
        return rows
    concerned = [pk for pk in (cases[0].about_id, cases[0].done_by_id) if pk]
    return rows.exclude(subscriber__user__in=concerned) if concerned else rows


def _about_one(case: Case) -> Mailing | None:
    """Render the mail about one case; None where there is nothing left to decide."""
    shown = deciding.shown_of(case)
    if shown is None:
        return None
    if shown.is_private:  # Whoever reads it does so on its page, where that is written down.
        because = (*shown.because, _("Its words stand on the page alone: it was written to one person."))
        shown = replace(shown, html="", around=(), because=because)
    decisions = deciding.decisions_about(case, shown)
    context = {
        "case": case,
        "words": kinds[case.kind].words,
        "shown": shown,
        "html": with_absolute_links(shown.html) if isinstance(shown.html, SafeString) else shown.html,
        "text": text_of(shown)[:TEXT_LENGTH],
        "history": histories_of(case.community, [case.about]).get(case.about.pk) if case.about else None,
        "around": shown.around,
        "decisions": [(one, word_for(one), _link(one)) for one in by_mail(decisions)],
        "on_the_page": [one.label for one in decisions if one.is_signed_in_only],
        "points": points_for(case.community, decisions),
        "url": absolute(case.get_absolute_url()),
        "thing_url": absolute(shown.url) if shown.url.startswith("/") else shown.url,
    }
    return announcing.prepare(
        "case",
        thing=care_following.thing_of(case.community),
        dedupe_key=f"case:{case.pk}",
        context=context,
        about=f"{ABOUT}:{case.pk}",
    )


def _link(decision: Decision) -> str:
    return absolute_url("moderation:letter", LINK, decision.name)


def _about_many(community: Community, cases: Sequence[Case]) -> Mailing:
    found = [(kinds[case.kind].words, deciding.shown_of(case)) for case in cases if case.kind in set(kinds)]
    return announcing.prepare(
        "cases",
        thing=care_following.thing_of(community),
        dedupe_key=f"cases:{cases[0].pk}-{cases[-1].pk}",
        context={
            "community": community,
            "count": len(cases),
            "titles": [(words, shown.title) for words, shown in found if shown],
            "url": absolute(reverse("moderation:care", args=[community.slug])),
        },
    )


def text_of(shown: Shown) -> str:
    """Give what a case is about as plain text."""
    html = shown.html
    return (plain_of_html(html) if isinstance(html, SafeString) else html).strip()
