"""Closing one's account, setting up a second step, and coming back from a SAML provider."""

import logging

from allauth.account.decorators import reauthentication_required
from allauth.socialaccount.helpers import render_authentication_error
from allauth.socialaccount.providers.saml.utils import get_app_or_404
from allauth.socialaccount.providers.saml.views import finish_acs
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from lxml.etree import XMLSyntaxError

from cop.base.errors import Refused
from cop.base.pages import page, posted
from members import closing_account, second_step
from members.account_forms import CloseAccountForm
from members.closing_models import Choice
from members.models import User
from members.signing_in import SignedInRequest

logger = logging.getLogger(__name__)


def saml_finish(request: HttpRequest, organization_slug: str) -> HttpResponseBase:
    """Read a SAML provider's answer as allauth does, which lets what is no XML at all through as an error of ours."""
    try:
        answer: HttpResponseBase = finish_acs(request, organization_slug=organization_slug)
    except XMLSyntaxError as error:
        logger.warning("A SAML answer for %s was no XML: %s", organization_slug, error)
        app = get_app_or_404(request, organization_slug)
        answer = render_authentication_error(request, app.get_provider(request), exception=error)
    return answer


@login_required
@reauthentication_required  # type: ignore[untyped-decorator]
def account_close(request: SignedInRequest) -> HttpResponse:
    """Say what stays and what goes, and close the account; asks to sign in once more before."""
    user = User.objects.get(pk=request.user.pk)
    form = CloseAccountForm(posted(request))
    if form.is_valid():
        try:
            data = form.cleaned_data
            closing_account.close(user, choice=Choice(data["words"]), asks_about_name=data["asks_about_name"])
            logout(request)
            messages.success(request, _("Your account is closed. You got a last mail that says so."))
            return redirect(settings.LOGOUT_REDIRECT_URL or settings.LOGIN_REDIRECT_URL)
        except Refused as refused:
            form.add_error(None, refused)
    context = {
        "form": form,
        "held": closing_account.held_by(user),
        "words": closing_account.held_words(user),
        "named": closing_account.named_by_others(user),
    }
    return page(request, "members/account_close.html", context)


NEXT = "second_step_next"


@require_safe
@login_required
def second_step_ask(request: SignedInRequest) -> HttpResponse:
    """Say why this site asks for a second step and how to set one up; lead on whoever has one to where they were."""
    if asked_for := request.GET.get("next", ""):
        request.session[NEXT] = asked_for
    if second_step.is_missing(request.user):
        context = {"looks_after_others": settings.SECOND_STEP_FOR != second_step.EVERYBODY}
        return page(request, "members/second_step.html", context)
    target = request.session.pop(NEXT, "")
    is_ours = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return redirect(target if is_ours else settings.LOGIN_REDIRECT_URL)
