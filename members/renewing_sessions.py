"""What happens to a session when somebody signs in, and when they prove once more who they are."""

from typing import Any

from allauth.usersessions.models import UserSession
from django.http import HttpRequest

from members.models import User


def begin(sender: Any, *, request: HttpRequest | None = None, user: User, **_given: Any) -> None:
    """Count the time from a sign-in."""
    if request is not None:
        request.session.begin()  # type: ignore[attr-defined]


def renew(
    sender: Any, *, request: HttpRequest, user: User, method: str, reauthenticated: bool = False, **_given: Any
) -> None:
    """Give the session of whoever just proved it once more another key: who has read the old one is left outside."""
    if not reauthenticated:
        return
    before = request.session.session_key
    request.session.cycle_key()
    UserSession.objects.filter(session_key=before).update(session_key=request.session.session_key)
