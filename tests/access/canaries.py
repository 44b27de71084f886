"""Canaries: a word that stands in every text of what is hidden, so that wherever it turns up, something leaked."""

from typing import Any

from django.db import models
from django.db.models import Value
from taggit.models import Tag

from cop.search import indexing
from cop.search.searchables import kinds
from discussions.help_models import HelpRequest
from discussions.models import Forum
from members.models import Community, Membership, User
from tests.access.people import WITH_AUDIENCE, World

CANARY = "Kanarienvogel"
# What holds words that people read; the HTML and plain text made from them too.
WORDS = {
    "title", "name", "text", "body", "summary", "excerpt", "description", "purpose", "pressing_issue", "about", "note",
    "place", "place_title", "address", "reason", "line", "question", "last_words", "message", "notes", "outcome",
    "took", "object_title", "words", "heading", "label", "guidelines", "answer_text", "found_text", "cancel_reason",
}  # fmt: skip
ABOUT_PEOPLE = {User, Membership}


def hidden_models(world: World) -> dict[type[models.Model], str]:
    """Give each model of which rows are hidden in this world, with the lookup from a row to its community."""
    found: dict[type[models.Model], str] = dict.fromkeys(WITH_AUDIENCE, "community")
    if world.audience == world.community.audience:
        found[Community] = "pk"
    for _depth in range(3):  # What belongs to something hidden is hidden: a post to its blog, its versions to it.
        for model in list(found):
            for relation in model._meta.related_objects:
                child = relation.related_model
                if isinstance(relation.field, models.ForeignKey) and child not in found and child not in ABOUT_PEOPLE:
                    lookup = relation.field.name if found[model] == "pk" else f"{relation.field.name}__{found[model]}"
                    found[child] = lookup
    return found


def put_canaries(world: World) -> int:
    """Write the word into every text of everything that the world hides, and into the search; give how many rows."""
    count = 0
    for model, lookup in hidden_models(world).items():
        fields = [field for field in model._meta.concrete_fields if holds_words(field)]
        if fields:
            rows = model._base_manager.filter(**{lookup: world.community.pk}).exclude(**open_to_all(model))
            count += rows.update(**{field.name: Value(CANARY) for field in fields})
    for tag in Tag.objects.all():
        Tag.objects.filter(pk=tag.pk).update(name=f"{CANARY}{tag.pk}")
    for kind in kinds:
        list(indexing.reindex(kind))
    return count


def open_to_all(model: type[models.Model]) -> dict[str, Any]:
    """A help forum is everybody's, also in a closed community, and so is a question that waits to be confirmed."""
    return {Forum: {"is_help": True}, HelpRequest: {"forum__is_help": True}}.get(model, {"pk": None})


def holds_words(field: Any) -> bool:
    is_text = isinstance(field, models.CharField | models.TextField) and not field.choices and not field.unique
    return is_text and field.name.removesuffix("_html").removesuffix("_text") in WORDS
