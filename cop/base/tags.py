"""Tags as people type them, and as lists show them: the one module that reads the tagging library's tables."""

import re
from collections.abc import Collection
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _
from taggit.models import TaggedItem

TAGS_A_THING = 12
TAG_LENGTH = 40


def read_tags(text: str) -> list[str]:
    """Give the tags in a text, parted by commas; raise ValidationError for too many or too long ones."""
    names = [" ".join(part.split()).lstrip("#") for part in re.split(r"[,;\n]", text)]
    tags = list({name.casefold(): name for name in names if name}.values())
    if len(tags) > TAGS_A_THING:
        raise ValidationError(_("Choose at most %(most)d tags.") % {"most": TAGS_A_THING})
    for tag in tags:
        if not any(char.isalnum() for char in tag):
            raise ValidationError(_("“%(tag)s” needs a letter or a digit to be a tag.") % {"tag": tag[:TAG_LENGTH]})
        if len(tag) > TAG_LENGTH:
            raise ValidationError(_("“%(tag)s…” is too long for a tag; use a few words.") % {"tag": tag[:TAG_LENGTH]})
    return tags


def tags_on(model_name: str, row_id: int) -> models.QuerySet[Any, Any]:
    """Give the ids of the tags of one row of a model."""
    items: models.QuerySet[Any, Any] = TaggedItem.objects.filter(content_type__model=model_name, object_id=row_id)
    return items.values("tag")


def bearing(model_name: str, **tag: object) -> models.QuerySet[Any, Any]:
    """Give the ids of the rows of a model that bear a tag, which look-ups from the tag name: `slug="weeds"`."""
    chosen = {f"tag__{name}": value for name, value in tag.items()}
    items: models.QuerySet[Any, Any] = TaggedItem.objects.filter(content_type__model=model_name, **chosen)
    return items.values("object_id")


def tags_by_id(model: type[models.Model], ids: Collection[int]) -> dict[int, list[tuple[str, str]]]:
    """Give the tags of rows of a model as (slug, name) pairs, by the row's id; one query."""
    name = model._meta
    tagged = TaggedItem.objects.filter(content_type__app_label=name.app_label, content_type__model=name.model_name)
    rows = tagged.filter(object_id__in=ids).order_by("tag__name")
    found: dict[int, list[tuple[str, str]]] = {}
    for row_id, slug, label in rows.values_list("object_id", "tag__slug", "tag__name"):
        found.setdefault(row_id, []).append((slug, label))
    return found
