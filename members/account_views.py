"""Closing one's account."""

from allauth.account.decorators import reauthentication_required
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from cop.base.errors import Refused
from cop.base.pages import page, posted
from members import closing_account
from members.forms import CloseAccountForm
from members.models import User
from members.signing_in import SignedInRequest


@login_required
@reauthentication_required  # type: ignore[untyped-decorator]
def account_close(request: SignedInRequest) -> HttpResponse:
    """Say what stays and what goes, and close the account; asks to sign in once more before."""
    user = User.objects.get(pk=request.user.pk)
    form = CloseAccountForm(posted(request))
    if form.is_valid():
        try:
            closing_account.close(user, keeps_name=form.cleaned_data["name"] == "keep")
            logout(request)
            messages.success(request, _("Your account is closed. You got a last mail that says so."))
            return redirect(settings.LOGOUT_REDIRECT_URL or settings.LOGIN_REDIRECT_URL)
        except Refused as refused:
            form.add_error(None, refused)
    return page(request, "members/account_close.html", {"form": form, "held": closing_account.held_by(user)})
