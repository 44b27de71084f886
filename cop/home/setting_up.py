"""Setting up a community: the answers are kept page by page, and at the end it opens with a first draft in it."""

from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cop.base.errors import Refused
from cop.base.links import absolute_url
from cop.guarding.models import Protection
from cop.home import first_drafts, handing_over
from cop.home.models import Need, SetUp
from cop.home.set_up_forms import Facilitating, Who, missing_step
from cop.mail import outbox, own_addresses
from members import founding
from members.audiences import Audience
from members.models import Community, JoinRule, Stage, Tool, User
from members.picturing import hang

MOST_UNFINISHED = 10
# The kind of what an answer to the mail about a community that waits is about.
ANSWERED = "set-up"
OPEN_TO = {
    Who.ALL: (Audience.PUBLIC, JoinRule.OPEN),
    Who.REQUEST: (Audience.SIGNED_IN, JoinRule.REQUEST),
    Who.INVITATION: (Audience.COMMUNITY, JoinRule.INVITATION),
}
FIRST_TOOL = {Need.LEARN: Tool.DISCUSSIONS, Need.COORDINATE: Tool.EVENTS, Need.INFORM: Tool.BLOGS}


def begin(answers: dict[str, Any], *, by: User) -> SetUp:
    """Keep the first answers; raise Refused for somebody who has begun many and finished none."""
    if SetUp.objects.filter(by=by, community=None).count() >= MOST_UNFINISHED:
        raise Refused(_("You have begun several communities. Go on with one of them, or discard one, first."))
    return SetUp.objects.create(by=by, answers=answers)


def keep(set_up: SetUp, answers: dict[str, Any]) -> SetUp:
    """Keep the answers of one page, a logo as a file; raise Refused where the community has opened meanwhile."""
    logo = answers.pop("logo", None)
    with transaction.atomic():
        row = SetUp.objects.select_for_update(of=("self",)).get(pk=set_up.pk)
        if row.community_id:
            raise Refused(_("This community is open already; change it in its settings."))
        row.answers |= answers
        # What was declined and changed can be handed in again.
        row.submitted_at = row.declined_at = None
        row.save()
        if logo:
            hang(row, "logo", logo)
    return row


def discard(set_up: SetUp) -> bool:
    """Throw the answers away; tell whether there were any of a community that is not open."""
    if not SetUp.objects.filter(pk=set_up.pk, community=None).delete()[0]:
        return False
    if set_up.logo:
        set_up.logo.delete(save=False)
    return True


def finish(set_up: SetUp, *, by: User) -> Community | None:
    """Open the community, or hand it in where site staff approve first and give None. Raises Refused."""
    if settings.COMMUNITIES_NEED_APPROVAL and not by.is_staff:
        _hand_in(set_up)
        return None
    return open_community(set_up)


def _hand_in(set_up: SetUp) -> None:
    waiting = SetUp.objects.filter(pk=set_up.pk, community=None, submitted_at=None)
    if missing_step(set_up.answers) or not waiting.update(submitted_at=timezone.now()):
        return
    for staff in User.objects.filter(is_staff=True, is_active=True).order_by("pk")[:20]:
        outbox.send(
            "community_waiting",
            to=staff.email,
            context={"set_up": set_up, "by": set_up.by, "url": absolute_url("home:set-ups-waiting")},
            language=staff.language,
            about=f"{ANSWERED}:{set_up.pk}",
            key=own_addresses.sign(ANSWERED, staff.pk),
        )


def open_community(set_up: SetUp) -> Community:
    """Make the community from the answers, with `set_up.by` as its facilitator and one tool on; twice gives the same.

    Raises Refused where an answer is missing, or the address was taken meanwhile.
    """
    with transaction.atomic():
        row = SetUp.objects.select_for_update(of=("self",)).select_related("by", "community").get(pk=set_up.pk)
        if row.community is None:
            if missing_step(row.answers):
                raise Refused(_("A question is still open. Answer it, and the community can open."))
            row.community = founding.found(_community_of(row.answers, row.by, row.logo.name or ""), by=row.by)
            row.save()
            Protection.objects.create(community=row.community, way=row.answers["protection"])
    # Outside of the transaction: what people read is rendered, and mail is composed.
    first_drafts.fill(row.community, row.answers, by=row.by)
    if row.answers["facilitating"] != Facilitating.ME:
        handing_over.ask(
            row.community,
            email=row.answers["email"],
            line=row.answers["line"],
            stays=row.answers["facilitating"] == Facilitating.BOTH,
            by=row.by,
        )
    return row.community


def _community_of(answers: dict[str, Any], by: User, logo: str) -> Community:
    audience, join_rule = OPEN_TO[Who(answers["who"])]
    tools = [FIRST_TOOL[Need(answers["need"])]]
    if answers["need"] == Need.INFORM and answers.get("asks_outside"):
        tools.append(Tool.DISCUSSIONS)
    return Community(
        name=answers["name"],
        slug=answers["slug"] or founding.free_slug(answers["name"]),
        purpose=answers["purpose"] or _("We work on this together: %(issue)s") % {"issue": answers["pressing_issue"]},
        pressing_issue=answers["pressing_issue"],
        accent=answers["accent"],
        logo=logo,
        audience=audience,
        join_rule=join_rule,
        tools=tools,
        language=by.language,
        stage=Stage.FORMING,
    )


def decline(set_up: SetUp, *, reason: str, by: User) -> bool:
    """Say that a community does not start here, and why; who asked hears of it. Tell whether that was new."""
    waiting = SetUp.objects.filter(pk=set_up.pk, community=None, declined_at=None, submitted_at__isnull=False)
    if not waiting.update(declined_at=timezone.now(), decline_reason=reason):
        return False
    outbox.send(
        "community_declined",
        to=set_up.by.email,
        context={"set_up": set_up, "reason": reason, "url": absolute_url("home:set-up-review", set_up.pk)},
        language=set_up.by.language,
        reply_to=by.email,
    )
    return True


def approve(set_up: SetUp, *, by: User) -> Community:
    """Open a community that was handed in; who asked hears of it. Raises Refused as `open_community` does."""
    community = open_community(set_up)
    outbox.send(
        "community_approved",
        to=set_up.by.email,
        dedupe_key=f"community-approved:{set_up.pk}",
        context={"community": community, "url": absolute_url("home:community", community.slug)},
        language=set_up.by.language,
    )
    return community
