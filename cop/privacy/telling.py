"""What the site says to everybody about what it keeps: for how long, and whom it goes to (GDPR, article 13)."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cop.privacy import retention


@dataclass(frozen=True)
class Kept:
    """What is kept, and for how many days; 0 for good."""

    what: str | Promise
    days: int


def how_long() -> list[Kept]:
    """Give what is deleted when its time is over, what goes soonest first; what is kept for good comes last."""
    kept = [Kept(retention.rules[name].what, retention.days_of(name)) for name in retention.rules]
    return sorted(kept, key=lambda row: (row.days == 0, row.days))


def recipients() -> Iterator[str | Promise]:
    """Give whom data goes to outside of this site's own machines, as its operator set it up."""
    if settings.EMAIL_URL or settings.EMAIL_PROVIDER:
        yield _("The mail server that carries our mails: the address and the mail.")
    if settings.S3_BUCKET:
        yield _("The service that stores images and files.")
    for app in [*settings.OPENID_CONNECT, *settings.SAML]:
        yield _("%(name)s, where you sign in by your account there: that you do.") % {"name": app["name"]}
    if settings.TEXT_CHECK_URL:
        yield _("A service that looks for advertising in what newcomers write: the text and the name beside it.")
    if settings.SCANNER_URL.startswith("tcp:"):
        yield _("A service that looks for viruses in files that are added: the file.")
    if settings.SENTRY_DSN:
        yield _("A service that collects reports of errors, without what people wrote and without their addresses.")
    yield _("Your browser's maker, if you want to be told by your browser: a sealed message that it cannot read.")


def contact() -> str:
    """Give the address to ask as a link: mailto: or https:; empty where the operator named none."""
    given: str = settings.PRIVACY_CONTACT
    return f"mailto:{given}" if "@" in given and ":" not in given else given
