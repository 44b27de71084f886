"""Canaries: a word that stands in every text of what is hidden, so that wherever it turns up, something leaked."""

from typing import Any

from django.db import models
from django.db.models import Value
from django.utils import timezone
from taggit.models import Tag

from blogs.models import Post
from cop.letters.models import Letter
from cop.moderation.action_models import ModerationAction
from cop.moderation.policy_models import CarePolicy
from cop.search import indexing
from cop.search.searchables import kinds
from discussions.help_models import HelpRequest
from discussions.models import Forum, Reply, Topic
from events.models import Event
from members.models import Community, Membership, User
from members.profile_models import Profile, Seen
from members.profiling import FIELDS
from tests.access.people import WITH_AUDIENCE, World

CANARY = "Kanarienvogel"
# What holds words that people read; the HTML and plain text made from them too.
WORDS = {
    "title", "name", "text", "body", "summary", "excerpt", "description", "purpose", "pressing_issue", "about", "note",
    "place", "place_title", "address", "reason", "line", "question", "last_words", "message", "notes", "outcome",
    "took", "object_title", "words", "heading", "label", "guidelines", "answer_text", "found_text", "cancel_reason",
}  # fmt: skip
ABOUT_PEOPLE = {User, Membership}
# What people say about themselves, and show to nobody.
ABOUT_ONESELF = ("pronunciation", "job", "place", "languages", "about", "about_html")


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
    count += put_into_profiles(world) + put_into_the_log(world)
    for kind in kinds:
        list(indexing.reindex(kind))
    return count


def said_by(person: str) -> str:
    """Give the word as somebody says it about themselves: they read it on pages of their own."""
    return f"{CANARY}-{person.replace(' ', '-')}"


def put_into_profiles(world: World) -> int:
    """Let everybody say the word about themselves, in parts that they show to nobody; give how many said it."""
    people = {name: user for name, user in world.people.items() if user}
    for name, user in people.items():
        profile, _made = Profile.objects.get_or_create(user=user)
        words = dict.fromkeys(ABOUT_ONESELF, said_by(name))
        links = [f"https://example.org/{said_by(name)}"]
        hidden = dict.fromkeys(FIELDS, Seen.NOBODY) | {"photo": profile.seen_by.get("photo", Seen.SHARING)}
        Profile.objects.filter(pk=profile.pk).update(seen_by=hidden, links=links, **words)
    return len(people)


def put_into_the_log(world: World) -> int:
    """Let the log, shared with the members, hold the word as the title of one thing of each kind; give how many."""
    CarePolicy.objects.update_or_create(community=world.community, defaults={"is_log_shared": True})
    here = {"community": world.community, "audience": world.audience}
    ids = {
        "topic": Topic.objects.filter(**here).values("pk"),
        "reply": Reply.objects.filter(**{f"topic__{name}": value for name, value in here.items()}).values("pk"),
        "post": Post.objects.filter(**{f"blog__{name}": value for name, value in here.items()}).values("pk"),
        "event": Event.objects.filter(**here).values("pk"),
        "letter": Letter.objects.values("pk"),
        "person": Membership.objects.filter(community=world.community).values("pk"),
    }
    told = {"told_at": timezone.now(), "seen_at": timezone.now(), "office": "facilitator"}
    words = dict.fromkeys(("title", "passage", "words"), CANARY)
    for kind, rows in ids.items():
        thing_id = rows.order_by("pk").values_list("pk", flat=True).first() or 0
        given = {"kind": kind, "thing_id": thing_id, "what": "hidden"}
        ModerationAction.objects.create(community=world.community, url=f"/{CANARY}/", **given, **words, **told)
    return len(ids)


def open_to_all(model: type[models.Model]) -> dict[str, Any]:
    """A help forum is everybody's, also in a closed community, and so is a question that waits to be confirmed."""
    return {Forum: {"is_help": True}, HelpRequest: {"forum__is_help": True}}.get(model, {"pk": None})


def holds_words(field: Any) -> bool:
    is_text = isinstance(field, models.CharField | models.TextField) and not field.choices and not field.unique
    return is_text and field.name.removesuffix("_html").removesuffix("_text") in WORDS
