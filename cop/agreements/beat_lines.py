"""What a beat lists: commitments whose day comes before the next beat, and proposals that can be answered."""

from collections.abc import Iterator

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from cop.agreements.commitment_models import Commitment
from cop.agreements.proposal_models import Proposal
from cop.notifications.sections import LINES_SHOWN, Line, Section, Window


def _due(window: Window) -> Iterator[Line]:
    rows = Commitment.objects.open().standing().filter(community=window.community, audience__in=window.audiences)
    rows = rows.filter(due_on__gte=window.starts_at.date(), due_on__lte=window.ends_at.date())
    for commitment in rows.select_related("person", "community").order_by("due_on", "id")[: LINES_SHOWN * 4]:
        day = date_format(commitment.due_on, "l j F")
        who = commitment.person.display_name if commitment.person else ""
        note = f"{who}, {day}" if who else day
        yield Line(commitment.text, commitment.get_absolute_url(), note, commitment.person_id)


def _closing(window: Window) -> Iterator[Line]:
    rows = Proposal.objects.answerable(window.starts_at).standing()
    rows = rows.filter(community=window.community, audience__in=window.audiences)
    for proposal in rows.select_related("community").order_by("closes_at", "id")[: LINES_SHOWN * 4]:
        until = date_format(timezone.localtime(proposal.closes_at), "l j F")
        yield Line(proposal.title, proposal.get_absolute_url(), _("until %(day)s") % {"day": until})


COMMITMENTS = Section(_("Promised for these days"), _due)
PROPOSALS = Section(_("Put to consent"), _closing)
