"""Starting a community, changing it, closing it for writing and opening it again."""

from collections.abc import Callable

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from cop.base.errors import Refused
from cop.base.registries import Registry
from members import joining
from members.audiences import facilitated_by
from members.fields import RESERVED_SLUGS
from members.models import Community, User
from members.roles import Role

SLUG_TRIES = 20

# What follows a community's own audience on higher floors; called in the transaction that changed it.
followers: Registry[Callable[[Community], object]] = Registry("what follows a community's audience")


def found(community: Community, *, by: User) -> Community:
    """Save a new community with `by` as its first facilitator; raise Refused where the address is taken meanwhile."""
    try:
        with transaction.atomic():
            community.save()
            joining.admit(community, by, role=Role.FACILITATOR)
    except IntegrityError as error:
        raise Refused({"slug": _("Somebody has just taken this address; choose another.")}) from error
    return community


@transaction.atomic
def change(community: Community) -> Community:
    """Save a changed community; what was told of it as a whole is for its new audience."""
    community.save()
    for name in followers:
        followers[name](community)
    return community


def free_slug(name: str) -> str:
    """Give an address made from `name` that no community has, or an empty one where the name gives none."""
    stem = slugify(name)[:40].strip("-")
    if not stem:
        return ""
    candidates = [stem, *(f"{stem}-{number}" for number in range(2, SLUG_TRIES))]
    taken = set(Community.objects.filter(slug__in=candidates).values_list("slug", flat=True)) | RESERVED_SLUGS
    return next((slug for slug in candidates if slug not in taken), "")


def possible_parents(community: Community, *, by: User) -> QuerySet[Community]:
    """Give the communities that `by` facilitates and that `community` may be part of: none of its own parts."""
    facilitated = Community.objects.alive().filter(pk__in=facilitated_by(by)).exclude(pk=community.pk)
    if community.parent_id:  # What it is part of already stays a choice, whoever facilitates that.
        facilitated = facilitated | Community.objects.filter(pk=community.parent_id)
    # Three floors at most: what has parts of its own goes under what stands on the ground.
    return facilitated.filter(parent=None) if community.children.exists() else facilitated.filter(parent__parent=None)


def archive(community: Community, *, by: User) -> bool:
    """Keep a community for reading only; tell whether that was new."""
    now = timezone.now()
    return bool(Community.objects.alive().filter(pk=community.pk).update(archived_at=now, updated_at=now))


def restore(community: Community, *, by: User) -> bool:
    """Open an archived community for writing again; tell whether that was new."""
    archived = Community.objects.filter(pk=community.pk, archived_at__isnull=False)
    return bool(archived.update(archived_at=None, updated_at=timezone.now()))
