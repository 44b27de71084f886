"""What is deleted about accounts and memberships when its time is over."""

from datetime import datetime, timedelta

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.sessions.models import Session
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cop.privacy.retention import Rule, delete_some
from members import exporting
from members.invitation_models import Invitation
from members.standing_models import StandingChange


def forget_sessions(before: datetime, limit: int) -> int:
    """Delete sign-ins that ended so long ago, with the network and program that they came from."""
    asleep = before - timedelta(seconds=settings.SESSION_COOKIE_AGE)
    return delete_some(UserSession.objects.filter(last_seen_at__lt=asleep), limit) + delete_some(
        Session.objects.filter(expire_date__lt=before), limit
    )


def forget_invitations(before: datetime, limit: int) -> int:
    """Delete invitations that were answered, withdrawn or left unanswered so long ago."""
    ended = Q(accepted_at__lt=before) | Q(declined_at__lt=before) | Q(withdrawn_at__lt=before)
    return delete_some(Invitation.objects.filter(ended | Q(expires_at__lt=before), created_at__lt=before), limit)


def forget_standing_changes(before: datetime, limit: int) -> int:
    """Delete lines of the log of who changed whose standing."""
    return delete_some(StandingChange.objects.filter(at__lt=before), limit)


def forget_administration(before: datetime, limit: int) -> int:
    """Delete lines of the administration's own log of changes."""
    return delete_some(LogEntry.objects.filter(action_time__lt=before), limit)


RULES = {
    "sessions": Rule(_("Sign-ins that ended"), forget_sessions),
    "invitations": Rule(_("Invitations that ended, answered or not"), forget_invitations),
    "exports": Rule(_("Copies of their own data that people asked for"), exporting.forget),
    "standing": Rule(_("The log of who joined, left, or got another role"), forget_standing_changes),
    "administration": Rule(_("The administration's log of changes"), forget_administration),
}
