"""Deciding by answering a mail: the first line says what, what follows goes to whoever it is about."""

import re
from collections.abc import Sequence

from django.utils.translation import gettext as _

from cop.base.errors import Refused
from cop.base.links import absolute
from cop.mail.answerables import Answer
from cop.mail.plain_words import first_line
from cop.mail.routes import Taken
from cop.moderation import deciding
from cop.moderation.guidelines import points_of
from cop.moderation.kinds import Act, Decision
from cop.moderation.models import Case
from cop.notifications.knowing_senders import holder_of, writer_of
from members.models import Community
from members.rules import FACILITATORS_CAN

ABOUT = "case"
WORDS_LENGTH = 2000


def take(answer: Answer) -> Taken:
    """Decide as a facilitator's mail says; raise Refused, or Doubt where nobody knows who wrote it."""
    case = Case.objects.select_related("community", "settled_by").filter(pk=answer.about).first()
    if case is None:
        raise Refused(_("What you answered does not exist any more."))
    user = writer_of(answer.arrived, holder_of(answer.key))
    if not user.has_perm("moderation.take_care", case.community):
        raise Refused(FACILITATORS_CAN)
    decisions = deciding.decisions_about(case, deciding.shown_of(case))
    decision, number, words = _read(answer.arrived.text, decisions)
    if case.is_settled and case.settled_by == user and decision and decision.name == case.outcome:
        return Taken(case.get_absolute_url(), str(decision.done))  # The same mail once more.
    if decision is None and not case.is_settled:
        raise Refused(_how(case.community, decisions))
    if decision and decision.is_signed_in_only and not case.is_settled:
        said = _("“%(decision)s” is not done by mail. Sign in and decide there: %(url)s")
        raise Refused(said % {"decision": decision.label, "url": absolute(case.get_absolute_url())})
    points = points_of(case.community)
    reason = points[number - 1] if 0 < number <= len(points) else ""
    if decision and decision.wants_reason and not reason:
        raise Refused(_how(case.community, decisions))
    name = decision.name if decision else ""
    done = deciding.decide(case, name, Act(by=user, reason=reason, words=words[:WORDS_LENGTH]))
    return Taken(case.get_absolute_url(), str(done.done))


def _read(text: str, decisions: Sequence[Decision]) -> tuple[Decision | None, int, str]:
    """Give what a text decides, the number of a point where it names one, and the words besides."""
    line = first_line(text)
    for decision in decisions:
        known = "|".join(
            filter(None, [re.escape(decision.name), re.escape(str(decision.label).lower()), decision.said])
        )
        found = re.match(rf"(?:{known})(?:\s+(\d{{1,2}}))?(?:\s*[,.:;!–—-]\s*(.*))?$", line)
        if found:
            return decision, int(found[1] or 0), _words_after(text, has_more=bool(found[2]))
    return None, 0, ""


def _words_after(text: str, *, has_more: bool) -> str:
    """Give what stands below the first line, and in it after a comma or the like, as it was written."""
    lines = text.strip().splitlines()
    rest = re.split(r"[,.:;!–—-]\s*", lines[0].strip(), maxsplit=1)[1:] if has_more else []
    return "\n".join([*rest, *lines[1:]]).strip()


def by_mail(decisions: Sequence[Decision]) -> list[Decision]:
    """Give those that a mail may decide, by its links or by its answer."""
    return [decision for decision in decisions if not decision.is_signed_in_only]


def word_for(decision: Decision) -> str:
    """Give the one word by which a decision is made by mail."""
    word = decision.said.partition("|")[0] or decision.name
    return _("%(word)s 1 (or the number of another point)") % {"word": word} if decision.wants_reason else word


def points_for(community: Community, decisions: Sequence[Decision]) -> list[str]:
    """Give the community's points, where a decision must name one."""
    return points_of(community) if any(decision.wants_reason for decision in by_mail(decisions)) else []


def _how(community: Community, decisions: Sequence[Decision]) -> str:
    lines = [_("Begin your answer with one of these, and nothing has been decided yet:")]
    lines += [f"{word_for(decision)} – {decision.label}" for decision in by_mail(decisions)]
    return "\n".join([*lines, *points_for(community, decisions)])
