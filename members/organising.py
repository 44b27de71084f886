"""Organisations: named by their people, written by an owner, merged by site staff, tied to the domain of their mail."""

from allauth.account.models import EmailAddress
from django.core import signing
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from cop.base.errors import Refused
from cop.base.links import absolute_url
from cop.mail import outbox
from cop.markup.rendering import render
from cop.privacy import recording
from cop.privacy.models import What
from members import finding_words
from members.models import Organisation, User
from members.organisation_models import OrganisationDomain
from members.picturing import hang

PROOF_SALT = "organisation-domain"
PROOF_SECONDS = 3 * 24 * 3600
SUGGESTIONS = 500
# Where everybody can have a mailbox, one proves nothing.
OPEN_TO_ALL = frozenset(
    {
        "aol.com", "fastmail.com", "free.fr", "gmail.com", "gmx.de", "gmx.net", "googlemail.com", "hotmail.com",
        "icloud.com", "laposte.net", "libero.it", "live.com", "mac.com", "mail.com", "mail.ru", "me.com", "msn.com",
        "orange.fr", "outlook.com", "pm.me", "posteo.de", "proton.me", "protonmail.com", "qq.com", "t-online.de",
        "web.de", "yahoo.com", "yandex.ru", "ymail.com",
    }
)  # fmt: skip


def bearing(name: str) -> QuerySet[Organisation]:
    """Give the organisation of this name, whatever its case."""
    return Organisation.objects.filter(name__iexact=name)


def named(name: str) -> Organisation | None:
    """Give the organisation of this name, a new one where there is none, and None for an empty name."""
    if not name:
        return None
    if found := bearing(name).order_by("pk").first():
        return found
    return Organisation.objects.get_or_create(name=name)[0]


def suggestions() -> QuerySet[Organisation]:
    """Give the organisations that are offered while somebody types."""
    return Organisation.objects.order_by("name")[:SUGGESTIONS]


def suggested_for(user: User) -> Organisation | None:
    """Give the organisation whose proven domain one of the user's confirmed addresses has."""
    addresses = EmailAddress.objects.filter(user=user, verified=True).values_list("email", flat=True)
    domains = {address.rpartition("@")[2].lower() for address in addresses} - OPEN_TO_ALL
    found = OrganisationDomain.objects.filter(domain__in=domains).select_related("organisation").first()
    return found.organisation if found else None


def write(organisation: Organisation, *, by: User) -> Organisation:
    """Save what was written on the page; who begins, of those who work there, looks after it from then on."""
    organisation.special_html = render(organisation.special).html
    if organisation.owner_id is None and organisation.is_looked_after_by(by):
        organisation.owner = by
    organisation.save()
    finding_words.write_people_of(organisation)
    return organisation


def hand_on(organisation: Organisation, *, to: User) -> None:
    """Let somebody else who works there look after the page; they hear of it by mail."""
    if to.organisation_id != organisation.pk:
        raise Refused(_("Choose somebody who works there."))
    if not Organisation.objects.filter(pk=organisation.pk).exclude(owner=to).update(owner=to):
        return
    outbox.send(
        "organisation_handed_on",
        to=to.email,
        context={"organisation": organisation, "url": absolute_url("members:organisation", organisation.pk)},
        language=to.language,
    )


def merge(duplicate: Organisation, *, into: Organisation, by: User | None = None) -> None:
    """Move a duplicate's people and domains, fill in what the other does not say, and delete the duplicate."""
    with transaction.atomic():
        rows = Organisation.objects.select_for_update().in_bulk([duplicate.pk, into.pk])
        if len(rows) < 2:  # Somebody merged them meanwhile.
            return
        gone, kept = rows[duplicate.pk], rows[into.pk]
        User.objects.filter(organisation=gone).update(organisation=kept)
        gone.domains.update(organisation=kept)
        for name in ("website", "place", "owner_id"):
            setattr(kept, name, getattr(kept, name) or getattr(gone, name))
        if not kept.special:
            kept.special, kept.special_html = gone.special, gone.special_html
        if not kept.logo:
            kept.logo, gone.logo = gone.logo.name, ""
        kept.save()
        if gone.logo:
            hang(gone, "logo", None)
        gone.delete()
        if by:
            recording.record(What.MERGED, by=by, place=kept.name, detail=gone.name)
        finding_words.write_people_of(kept)


def ask_for_proof(organisation: Organisation, address: str, *, by: User) -> None:
    """Mail a mailbox of the organisation's a link that ties its domain; raise Refused where that proves nothing."""
    domain = address.rpartition("@")[2].lower()
    if domain in OPEN_TO_ALL:
        raise Refused({"address": _("Everybody can have a mailbox there. Give an address of the organisation's own.")})
    taken = OrganisationDomain.objects.filter(domain=domain).exclude(organisation=organisation)
    if taken.exists():
        raise Refused({"address": _("This domain is tied to another organisation. Ask site staff, if that is wrong.")})
    token = signing.dumps([organisation.pk, domain, by.pk], salt=PROOF_SALT)
    outbox.send(
        "organisation_domain",
        to=address,
        context={
            "organisation": organisation,
            "domain": domain,
            "by": by,
            "url": absolute_url("members:organisation-domain-confirm", token),
        },
        language=by.language,
    )


def proof_of(token: str) -> tuple[Organisation, str, int] | None:
    """Give the organisation, the domain and who asked, or None for a link that is old, or none of ours."""
    try:
        pk, domain, by = signing.loads(token, salt=PROOF_SALT, max_age=PROOF_SECONDS)
    except signing.BadSignature:
        return None
    found = Organisation.objects.filter(pk=pk).first()
    return (found, domain, by) if found else None


def tie(organisation: Organisation, domain: str, *, by: int) -> bool:
    """Tie a proven domain; tell whether it is this organisation's now. Twice does no harm."""
    proven_by = User.objects.filter(pk=by).first()
    try:
        row, _made = OrganisationDomain.objects.get_or_create(
            domain=domain, defaults={"organisation": organisation, "proven_by": proven_by}
        )
    except IntegrityError:  # The organisation was merged away a moment ago.
        return False
    return row.organisation_id == organisation.pk


def untie(organisation: Organisation, domain_id: int) -> bool:
    """Let a domain go; tell whether it was tied."""
    return bool(organisation.domains.filter(pk=domain_id).delete()[0])
