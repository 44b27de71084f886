"""Signing in by an organisation's OpenID Connect: what this site asks of its provider, and holds the answer to."""

import logging
import secrets
import time
from typing import Any

from allauth.account.internal.decorators import login_not_required
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.models import SocialApp, SocialLogin
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

logger = logging.getLogger(__name__)

# Clocks of two houses differ.
LEEWAY = 60


class CheckedAdapter(OpenIDConnectOAuth2Adapter):
    """allauth's, which trusts TLS for an answer that it fetched itself; here its signature is checked all the same."""

    def get_access_token_data(self, *given: Any, **more: Any) -> dict[str, Any]:
        data: dict[str, Any] = super().get_access_token_data(*given, **more)
        self.did_fetch_access_token = False
        return data


class CheckedProvider(OpenIDConnectProvider):
    """Sends a word that must stand in the answer, and says how strong and how fresh a sign-in has to be."""

    package = "allauth.socialaccount.providers.openid_connect"
    oauth2_adapter_class = CheckedAdapter

    def redirect(
        self, request: HttpRequest, process: str, next_url: str | None = None, data: Any = None, **given: Any
    ) -> HttpResponse:
        nonce = secrets.token_urlsafe(24)
        asked = given.pop("auth_params", None) or self.get_auth_params()
        asked |= {"nonce": nonce}
        if values := self.app.settings.get("acr_values"):
            asked["acr_values"] = " ".join(values)
        if (seconds := self.app.settings.get("max_age")) is not None:
            asked["max_age"] = str(seconds)
        try:
            answer: HttpResponse = super().redirect(
                request, process, next_url, data, auth_params=asked, nonce=nonce, **given
            )
        except (OSError, ValueError, KeyError) as error:  # Requests' errors are the first, no JSON the second.
            logger.warning("The provider %s did not answer: %s", self.app.provider_id, error)
            sentence = _("%(name)s does not answer just now. Try it later, or sign in another way.")
            messages.error(request, sentence % {"name": self.app.name})
            answer = redirect("account_login")
        return answer


@login_not_required  # type: ignore[untyped-decorator]
def come_back(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Take a provider's answer as allauth does, by the adapter that checks signatures."""
    try:
        answer: HttpResponse = OAuth2CallbackView.adapter_view(CheckedAdapter(request, provider_id))(request)
    except SocialApp.DoesNotExist as error:
        raise Http404 from error
    return answer


def check(request: HttpRequest, login: SocialLogin) -> None:
    """Hold what a provider said of a sign-in to what it was asked; whoever came by something else goes on as they are.

    Ends the sign-in with a sentence where its word is not ours, or where it was weaker or older than this site asks.
    """
    provider = login.account.get_provider(request)
    if provider.id != CheckedProvider.id:
        return
    said = login.account.extra_data.get("id_token") or {}
    app, name, sent = provider.app, provider.app.name, login.state.get("nonce")
    # Whose answer it is may stand beside it (RFC 9207): where two providers are mixed up, it is another's.
    if not sent or said.get("nonce") != sent or request.GET.get("iss", said.get("iss")) != said.get("iss"):
        refuse(request, _("The answer of %(name)s was not for this browser. Please sign in again.") % {"name": name})
    if not is_strong(said, app.settings):
        sentence = _("%(name)s let you in by less than this site asks for. Sign in there with your second step.")
        refuse(request, sentence % {"name": name})
    if not is_fresh(said, app.settings):
        sentence = _("You signed in at %(name)s too long ago. Sign in there once more, then come back.")
        refuse(request, sentence % {"name": name})


def is_strong(said: dict[str, Any], asked: dict[str, Any]) -> bool:
    """Whether one of the classes and all of the methods that are asked for stand in what the provider said."""
    values, methods = asked.get("acr_values"), asked.get("amr")
    used = said.get("amr") if isinstance(said.get("amr"), list) else []
    return (not values or said.get("acr") in values) and set(methods or ()) <= {str(one) for one in used or ()}


def is_fresh(said: dict[str, Any], asked: dict[str, Any]) -> bool:
    """Whether somebody proved to the provider who they are within the seconds that are asked for."""
    if (seconds := asked.get("max_age")) is None:
        return True
    at = said.get("auth_time")
    return isinstance(at, int | float) and time.time() - at <= seconds + LEEWAY


def refuse(request: HttpRequest, sentence: str) -> None:
    """End a sign-in where it began, with a sentence."""
    messages.error(request, sentence)
    raise ImmediateHttpResponse(redirect("account_login"))
