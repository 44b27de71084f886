"""Claiming what one wrote before there was an account: by the proof of the address, which only a hash of is kept."""

from allauth.account.models import EmailAddress
from django.db import transaction
from django.db.models import QuerySet

from discussions.archives.guests import key_of_address
from discussions.models import Guest, Reply, Topic
from members.models import User


def claimable_by(user: User) -> QuerySet[Guest]:
    """Give the guests whose address `user` has proven and who are nobody's yet."""
    proven = EmailAddress.objects.filter(user=user, verified=True).values_list("email", flat=True)
    return Guest.objects.filter(key__in=[key_of_address(address) for address in proven], user=None)


def claim(user: User) -> int:
    """Put `user`'s name on all that they wrote as a guest; give how many messages that is."""
    with transaction.atomic():
        guests = list(claimable_by(user).select_for_update().values_list("pk", flat=True))
        Guest.objects.filter(pk__in=guests).update(user=user)
        Topic.objects.filter(guest__in=guests, starter=None).update(starter=user)
        return Reply.objects.filter(guest__in=guests, author=None).update(author=user)
