"""Holding sign-ups whose address is of a domain that gives addresses away: site staff let them in, or not."""

from disposable_email_domains import blocklist
from django.conf import settings
from django.db import transaction

from cop.base.links import absolute_url
from cop.mail import outbox
from members.models import User
from members.sign_up_models import HeldSignUp


def held_domain(address: str) -> str:
    """Give the domain for which an address waits, or an empty text. A domain stands for all below it."""
    labels = address.rpartition("@")[2].strip(".").lower().split(".")
    domains = {".".join(labels[start:]) for start in range(len(labels) - 1)}
    if domains & {one.lower() for one in settings.TRUSTED_DOMAINS}:
        return ""
    known = domains & {one.lower() for one in settings.HELD_DOMAINS} or domains & blocklist
    return min(known, default="")


def hold_if_suspicious(user: User) -> bool:
    """Let a new account wait where its address is of such a domain; tell whether it does."""
    domain = held_domain(user.email)
    if not domain:
        return False
    with transaction.atomic():
        User.objects.filter(pk=user.pk).update(is_active=False)
        HeldSignUp.objects.get_or_create(user=user, defaults={"domain": domain[:255]})
    user.is_active = False
    return True


def let_in(held: HeldSignUp) -> bool:
    """Let somebody sign in, and write to them; tell whether they waited."""
    with transaction.atomic():
        if not HeldSignUp.objects.filter(pk=held.pk).delete()[0]:
            return False
        User.objects.filter(pk=held.pk).update(is_active=True)
    user = User.objects.get(pk=held.pk)
    outbox.send(
        "sign_up_let_in",
        to=user.email,
        dedupe_key=f"sign-up-let-in:{user.pk}",
        context={"dear": user.display_name, "url": absolute_url("account_login")},
        language=user.language,
    )
    return True


def turn_away(held: HeldSignUp) -> bool:
    """Delete an account that was never used, without a word; tell whether it waited."""
    with transaction.atomic():
        row = HeldSignUp.objects.select_for_update().filter(pk=held.pk).first()
        if row is None:
            return False
        return bool(User.objects.filter(pk=row.pk, is_active=False, last_login=None).delete()[0])
