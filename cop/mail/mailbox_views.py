"""The Mailbox page of a development site: what was sent, as text, HTML and headers."""

import mailbox
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default as default_policy

from csp.decorators import csp_replace
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from cop.base.pages import page

SHOWN = 100


def caught() -> mailbox.Maildir:
    """Give the folder of caught mails; Http404 where this is no development site."""
    if not settings.IS_DEVELOPMENT:
        raise Http404
    return mailbox.Maildir(str(settings.VAR / "mailbox"), create=True)


def read(key: str) -> EmailMessage:
    """Give one caught mail; Http404 where it is gone."""
    try:
        message = message_from_bytes(caught().get_bytes(key), policy=default_policy)
    except KeyError as error:
        raise Http404 from error
    if not isinstance(message, EmailMessage):
        raise Http404
    return message


@require_safe
def mailbox_list(request: HttpRequest) -> HttpResponse:
    """List the newest mails."""
    keys = sorted(caught().keys(), reverse=True)[:SHOWN]
    mails = {key: read(key) for key in keys}
    rows = [
        {"key": key, "subject": mail["Subject"], "to": mail["To"], "date": mail["Date"]} for key, mail in mails.items()
    ]
    return page(request, "mailbox/mailbox_list.html", {"rows": rows})


@require_safe
def mailbox_show(request: HttpRequest, key: str) -> HttpResponse:
    """Show one mail: its text, its HTML in a frame, and its headers."""
    mail = read(key)
    text = mail.get_body(("plain",))
    context = {
        "key": key,
        "subject": mail["Subject"],
        "headers": [(name, str(value)) for name, value in mail.items()],
        "text": text.get_content() if text else "",
        "has_html": mail.get_body(("html",)) is not None,
    }
    return page(request, "mailbox/mailbox_show.html", context)


@require_safe
@xframe_options_sameorigin
@csp_replace(  # type: ignore[arg-type]
    {
        "default-src": ["'none'"],
        "style-src": ["'unsafe-inline'"],
        "img-src": ["'self'"],
        "base-uri": ["'self'"],
        "frame-ancestors": ["'self'"],
    }
)
def mailbox_html(request: HttpRequest, key: str) -> HttpResponse:
    """Give a mail's HTML by itself, where nothing in it can run."""
    html = read(key).get_body(("html",))
    if html is None:
        raise Http404
    # Links lead out of the frame that the mail is shown in.
    content = html.get_content().replace("<head>", '<head><base target="_top">', 1)
    return HttpResponse(content)
