"""What this app erases of somebody who closed their account: traces of the address, the name, the words."""

from datetime import timedelta
from typing import Any

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from cop.mail import erasing
from cop.privacy import recording
from members.carrying_out import NotYet, changing
from members.closing_models import AccountClosing
from members.invitation_models import Invitation
from members.models import Membership, User
from members.organisation_models import OrganisationDomain
from members.standing_models import StandingChange

# A relay may be away for a day.
PATIENCE = timedelta(days=2)


def records(closing: AccountClosing, after: int) -> int | None:
    """Take the addresses out of the log of looks, and the name out of what was noted there."""
    recording.forget_addresses(closing.addresses)
    if closing.is_hidden and closing.name:
        recording.forget_name(closing.user, closing.name)
    return None


def administration(closing: AccountClosing, after: int) -> int | None:
    """Take the name and the addresses out of the administration's log, whatever the line is about."""
    of_user = LogEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(User), object_id=str(closing.user_id)
    )
    of_user.update(object_repr=_("a closed account"), change_message="")
    traces = [*closing.addresses, closing.name if closing.is_hidden else ""]
    for trace in filter(None, traces):
        named = LogEntry.objects.filter(Q(object_repr__icontains=trace) | Q(change_message__icontains=trace))
        named.update(object_repr=_("a closed account"), change_message="")
    return None


def incoming(closing: AccountClosing, after: int) -> int | None:
    """Delete the mails that came from the addresses."""
    return erasing.forget_incoming(closing.addresses, after)


def deliveries(closing: AccountClosing, after: int) -> int | None:
    """Take the addresses out of the list of what was mailed to whom, once the last mail has gone out."""
    if erasing.is_waiting(closing.addresses, after) and closing.began_at > timezone.now() - PATIENCE:
        raise NotYet
    return erasing.forget_deliveries(closing.addresses, after)


def _if_removed(closing: AccountClosing, rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows if closing.is_removed else rows.none()


def _if_hidden(closing: AccountClosing, rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows if closing.is_hidden else rows.none()


STEPS = {
    "records": records,
    "administration": administration,
    "incoming-mail": incoming,
    "deliveries": deliveries,
    "domains": changing(lambda closing: OrganisationDomain.objects.filter(proven_by=closing.user), proven_by=None),
    "request-lines": changing(
        lambda closing: Membership.objects.filter(user=closing.user).exclude(request_line=""), request_line=""
    ),
    # Nobody reads an old line to somebody else again; it is signed with a name often enough.
    "invitation-lines": changing(
        lambda closing: _if_hidden(closing, Invitation.objects.filter(invited_by=closing.user)), message=""
    ),
    "standing-reasons": changing(
        lambda closing: _if_removed(
            closing, StandingChange.objects.filter(Q(by=closing.user) | Q(user=closing.user)).exclude(reason="")
        ),
        reason="",
    ),
}
