"""What allauth asks us about accounts."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from cop.base.connecting import deadline_of, session_under
from members import holding_sign_ups, providers, second_step
from members.alerting import CHANGES, note_sign_in, tell_change
from members.fields import tidy_name, validate_display_name
from members.models import User

# A provider that is slower keeps a thread of ours and a person waiting.
SECONDS_TO_ANSWER = 8


class AccountAdapter(DefaultAccountAdapter):
    """Accounts have a display name and no user name."""

    def save_user(self, request: HttpRequest, user: User, form: Any, commit: bool = True) -> User:
        user.display_name = form.cleaned_data["display_name"]
        user.timezone = form.cleaned_data.get("timezone") or user.timezone
        saved: User = super().save_user(request, user, form, commit=commit)
        if commit:
            holding_sign_ups.hold_if_suspicious(saved)
        return saved

    def post_login(self, request: HttpRequest, user: User, *, signup: bool, **given: Any) -> HttpResponse:
        """Tell the owner of an account of a browser that was never used for it."""
        response: HttpResponse = super().post_login(request, user, signup=signup, **given)
        second_step.take_as_proof(request, user)
        note_sign_in(request, response, user, is_new=signup)
        return response

    def send_notification_mail(
        self, template_prefix: str, user: Any, context: dict[str, Any] | None = None, email: str | None = None
    ) -> None:
        """Tell somebody what changed about their account, by a mail like all others of the site."""
        what = template_prefix.rpartition("/")[2]
        if what not in CHANGES:
            super().send_notification_mail(template_prefix, user, context, email)
            return
        named = (context or {}) | {"provider": getattr((context or {}).get("provider"), "name", "")}
        tell_change(self.request, user, what, to=email or "", **named)

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """Give the ways to prove once more who one is, called as the site's pages call them."""
        names = {
            "mfa_reauthenticate": _("Use a code from the app"),
            "mfa_reauthenticate:webauthn": _("Use a passkey"),
        }
        methods = super().get_reauthentication_methods(user)
        return [{**method, "description": names.get(method["id"], method["description"])} for method in methods]


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    """Accounts of an organisation's own provider: who comes from there needs no further form."""

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Hold what the provider said to what it was asked."""
        providers.check(request, sociallogin)

    @contextmanager
    def get_requests_session(self) -> Iterator[Any]:
        """Ask providers, and whom they name, by the one door out; inside the house only those that settings name."""
        apps = self.list_apps(None, provider="openid_connect")
        named = {urlsplit(app.settings["server_url"]).hostname or "" for app in apps}
        with deadline_of(SECONDS_TO_ANSWER) as deadline, session_under(deadline, trusted=named) as session:
            session.request = partial(session.request, timeout=deadline.left)  # type: ignore[method-assign]
            yield session

    def populate_user(self, request: HttpRequest, sociallogin: Any, data: dict[str, Any]) -> User:
        """Take the name from the provider, or the start of the address where it gives none that can be shown."""
        user: User = super().populate_user(request, sociallogin, data)
        given = " ".join(str(data.get(part) or "") for part in ("first_name", "last_name"))
        name = tidy_name(str(data.get("name") or given))[:80]
        try:
            validate_display_name(name)
        except ValidationError:
            name = tidy_name(str(data.get("email") or "").partition("@")[0])[:80]
        user.display_name = name
        return user
