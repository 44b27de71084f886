"""Who is asking: the session and its user are found on every page, so by one plain statement each.

Named in the settings twice: as the session engine, and as the authentication backend.
"""

from functools import cache

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.sessions.backends.db import SessionStore as DatabaseSessionStore
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import connection, models
from django.utils import timezone

from members.audiences import RESTING, keep_roles
from members.models import Membership, MembershipState, User

# What rules and pages never ask of the reader on every page.
LONG = (models.TextField, models.JSONField)
JOINED = {"postgresql": "string_agg", "sqlite": "group_concat"}


class SessionStore(DatabaseSessionStore):
    """Django's sessions in the database."""

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


class AccountBackend(AuthenticationBackend):
    """allauth's backend; the user it finds for a session knows the own roles already."""

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
    role = f"CASE WHEN stepped_back_at IS NULL THEN role ELSE '{RESTING}' END"
    return (
        f"SELECT {columns}, (SELECT {JOINED[connection.vendor]}(community_id || ':' || {role}, ',') FROM {memberships}"  # nosec B608 # noqa: S608 - names of our own tables
        f" WHERE user_id = {users}.id AND state = %s) AS kept FROM {users} WHERE {users}.id = %s"
    )
