"""What templates may ask about the reader's standing, and where pictures are found."""

from django import template
from django.urls import reverse

from members.models import Community, Organisation, User
from members.picturing import mark_of
from members.profiling import photo_of
from members.standing import standing_of

register = template.Library()


@register.simple_tag(takes_context=True)
def kind_of_reader(context: template.Context, community: Community) -> str:
    """Give one word for all readers who may do and read the same in a community: the key of parts that are kept."""
    return standing_of(context["request"].user).kind_in(community)


@register.simple_tag
def photo(person: User) -> str:
    """Give the address of the photo of somebody who shares a community with the reader, or ""; asks no database."""
    return photo_of(person) if "profile" in person._state.fields_cache else ""


@register.simple_tag
def logo(thing: Community | Organisation) -> str:
    """Give the address of a logo, or ""."""
    if not thing.logo:
        return ""
    if isinstance(thing, Community):
        return reverse("members:community-logo", args=[thing.slug, mark_of(thing.logo)])
    return reverse("members:organisation-logo", args=[thing.pk, mark_of(thing.logo)])
