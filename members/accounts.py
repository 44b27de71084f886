"""What allauth asks us about accounts."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

from members.models import User


class AccountAdapter(DefaultAccountAdapter):
    """Accounts have a display name and no user name."""

    def save_user(self, request: HttpRequest, user: User, form: Any, commit: bool = True) -> User:
        user.display_name = form.cleaned_data["display_name"]
        user.timezone = form.cleaned_data.get("timezone") or user.timezone
        saved: User = super().save_user(request, user, form, commit=commit)
        return saved
