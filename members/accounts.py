"""What allauth asks us about accounts."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse

from members import holding_sign_ups, second_step
from members.alerting import note_sign_in
from members.fields import tidy_name, validate_display_name
from members.models import User


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


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    """Accounts of an organisation's own provider: who comes from there needs no further form."""

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
