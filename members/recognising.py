"""Who is asking: the session and its user are found on every page, so by one plain statement each.

Named in the settings twice: as the session engine, and as the authentication backend.
"""

import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.sessions.backends.base import VALID_KEY_CHARS
from django.contrib.sessions.backends.db import SessionStore as DatabaseSessionStore
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import OperationalError, connection, models
from django.utils import timezone
from django.utils.crypto import get_random_string

from members.audiences import RESTING, keep_roles
from members.models import Membership, MembershipState, User

# What rules and pages never ask of the reader on every page.
LONG = (models.TextField, models.JSONField)
# When somebody signed in, in the session; and how much of the idle time goes by before its end is put off again.
BEGAN, GRAIN = "began", 0.05
# A recovery code alone is no second step: it stands in for one of these.
SECOND_STEPS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
JOINED = {"postgresql": "string_agg", "sqlite": "group_concat"}


def idle() -> timedelta:
    """Give for how long a session lives in which nobody does anything."""
    return timedelta(hours=settings.SESSION_IDLE_HOURS)


class SessionStore(DatabaseSessionStore):
    """Django's sessions in the database, which end SESSION_DAYS after signing in, and when they lie idle for long.

    A row says until when its session lives if nobody comes; the time is put off as it is read, not at each request but
    when a twentieth of it has gone by. The cookie says when it ends at the latest.
    """

    def begin(self) -> None:
        """Count from now: somebody signed in."""
        self[BEGAN] = int(time.time())

    def load(self) -> dict[str, Any]:
        """Read what the session holds, and put its end off."""
        row = self._get_session_from_db()
        if row is None:
            return {}
        held: dict[str, Any] = self.decode(row.session_data)
        self._put_off(row, held.get(BEGAN))
        return held

    def get_expiry_age(self, **given: Any) -> int:
        """Give how many seconds are left at most: of signing in nothing but a new sign-in gives more."""
        began: int | None = self.get(BEGAN)
        left = super().get_expiry_age(**given) if began is None else began + self.get_session_cookie_age() - time.time()
        return max(int(left), 0)

    def get_expiry_date(self, **given: Any) -> datetime:
        """Give when it ends if nobody comes."""
        if self.get(BEGAN) is None:
            return super().get_expiry_date(**given)
        return timezone.now() + min(timedelta(seconds=self.get_expiry_age()), idle())

    def _put_off(self, row: AbstractBaseSession, began: int | None) -> None:
        if began is None:  # A visitor's, or one from before this was counted: it ends when its row says.
            return
        now = timezone.now()
        last = datetime.fromtimestamp(began, UTC) + timedelta(seconds=self.get_session_cookie_age())
        end = min(now + idle(), last)
        if end - row.expire_date < idle() * GRAIN:
            return
        with suppress(OperationalError):  # Busy: the next request puts it off.
            self.model.objects.filter(session_key=row.session_key).update(expire_date=end)

    def _get_session_from_db(self) -> AbstractBaseSession | None:
        table = connection.ops.quote_name(self.model._meta.db_table)
        found = self.model.objects.raw(
            f"SELECT session_key, session_data, expire_date FROM {table} WHERE session_key = %s AND expire_date > %s",  # nosec B608 # noqa: S608 - names of our own tables
            [self.session_key, timezone.now()],
        )
        session: AbstractBaseSession | None = next(iter(found), None)
        if session is None:
            self._session_key = None
        return session

    def _get_new_session_key(self) -> str:
        """Give a new key, without asking whether another session has it: it is one of 36³²."""
        return get_random_string(32, VALID_KEY_CHARS)


class AccountBackend(AuthenticationBackend):
    """allauth's backend; the user it finds for a session knows the own roles, and whether there is a second step."""

    def get_user(self, user_id: int) -> User | None:
        """Give the user with the roles in all communities, or None where there is none or it may not sign in."""
        found = User.objects.raw(_user_with_roles(), [MembershipState.ACTIVE.value, user_id])
        user: User | None = next(iter(found), None)
        if user is None or not self.user_can_authenticate(user):
            return None
        pairs = (pair.split(":") for pair in (user.kept or "").split(",") if pair)  # type: ignore[attr-defined]
        keep_roles(user, {int(community): role for community, role in pairs})
        return user


@cache
def _user_with_roles() -> str:
    quote = connection.ops.quote_name
    users, memberships = quote(User._meta.db_table), quote(Membership._meta.db_table)
    fields = [field for field in User._meta.concrete_fields if not isinstance(field, LONG)]
    columns = ", ".join(f"{users}.{quote(str(field.column))}" for field in fields)
    steps, kinds = quote(Authenticator._meta.db_table), ", ".join(f"'{kind.value}'" for kind in SECOND_STEPS)
    role = f"CASE WHEN stepped_back_at IS NULL THEN role ELSE '{RESTING}' END"
    return (
        f"SELECT {columns}, (SELECT {JOINED[connection.vendor]}(community_id || ':' || {role}, ',') FROM {memberships}"  # nosec B608 # noqa: S608 - names of our own tables
        f" WHERE user_id = {users}.id AND state = %s) AS kept, EXISTS(SELECT 1 FROM {steps}"
        f" WHERE user_id = {users}.id AND type IN ({kinds})) AS has_second_step FROM {users} WHERE {users}.id = %s"
    )
