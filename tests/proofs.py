"""Sessions in which somebody has just said who they are."""

import time

from allauth.account.internal.flows.login import (
    _AUTHENTICATION_METHODS_USER_SESSION_KEY,
    AUTHENTICATION_METHODS_SESSION_KEY,
)
from django.contrib.sessions.backends.base import SessionBase

from members.models import User


def note_proof(session: SessionBase, user: User) -> None:
    """Note in `session` that `user` proved it by the password a moment ago, as allauth would; nothing is saved."""
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [{"method": "password", "at": time.time(), "reauthenticated": True}]
    session[_AUTHENTICATION_METHODS_USER_SESSION_KEY] = str(user.pk)
