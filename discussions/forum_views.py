"""Pages of forums: a community's conversations, one forum's topics, unanswered questions, starting a topic."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from cop.base.errors import Refused
from cop.base.keyset import paginate
from cop.base.limits import within_limit
from cop.base.pages import page, posted
from cop.base.tags import bearing, tags_by_id
from cop.files.forms import typed_with_files
from cop.moderation.action_models import What
from cop.moderation.histories import lines_of
from cop.notifications import following as follows
from cop.privacy.retention import days_of
from discussions import drafting, opening, tagging
from discussions.following import FORUM, thing_of_forum
from discussions.forms import ForumForm, TopicForm
from discussions.held_models import HeldText
from discussions.holding import Held
from discussions.marks import unread_topics
from discussions.models import Forum, Topic
from discussions.querysets import TopicQuerySet
from discussions.starting_by_mail import address_of, own_address_of
from discussions.tag_views import shown_of_tag
from discussions.writing import Writer, start_topic
from members.blocking import blocked_ids
from members.faces import faces_of
from members.models import Community
from members.permissions import require
from members.signing_in import SignedInRequest, signed_in_or_send_again

TOPICS_A_PAGE = 25
TOPICS_AN_HOUR = 30
MOST_HELD = 20
LISTED = (
    "title", "slug", "kind", "reply_count", "last_at", "last_by", "answered_at", "pinned_at", "locked_at",
    "same_question_count", "community_id", "started_at", "starter__display_name", "guest__name",
    "forum__name", "forum__slug",
)  # fmt: skip


def visible_forum(request: HttpRequest, community_slug: str, forum_slug: str) -> Forum:
    """Give a forum with its community; Http404 where the reader may not know of it."""
    forums = Forum.objects.visible_to(request.user).select_related("community")
    return get_object_or_404(forums, community__slug=community_slug, slug=forum_slug)


@require_safe
def discussions(request: HttpRequest, community_slug: str) -> HttpResponse:
    """A community's forums, and the topics in which somebody wrote last."""
    community = get_object_or_404(Community.objects.visible_to(request.user), slug=community_slug)
    topics = Topic.objects.visible_to(request.user).filter(community=community, forum__isnull=False)
    only = request.GET.get("only", "")
    if only == "unanswered":
        topics = topics.unanswered()
    if tag := request.GET.get("tag", "")[:100]:
        topics = topics.filter(pk__in=bearing("topic", slug=tag))
    forums = list(Forum.objects.visible_to(request.user).filter(community=community)[:100])
    context = {
        "community": community,
        "forums": [forum for forum in forums if not forum.is_archived],
        "archived_forums": [forum for forum in forums if forum.is_archived],
        "only": only,
        "tag": tag,
        "startable": [
            forum for forum in forums if request.user.has_perm("discussions.start_topic", _with(forum, community))
        ],
        **_listing(request, topics, community),
    }
    context |= shown_of_tag(request, community, tag) if tag else {}
    return page(request, "discussions/discussions.html", context)


def _with(forum: Forum, community: Community) -> Forum:
    forum.community = community
    return forum


def _listing(request: HttpRequest, topics: TopicQuerySet, community: Community) -> dict[str, Any]:
    """Give a page of topics with their tags and which of them hold something new to the reader."""
    rows = topics.select_related("starter", "guest", "forum").only(*LISTED)
    found = paginate(rows, order=("last_at", "id"), at=request.GET.get("page", ""), size=TOPICS_A_PAGE)
    return {"page": found, "lines": lines(request, found.rows, community)}


def lines(request: HttpRequest, topics: list[Topic], community: Community) -> list[dict[str, Any]]:
    """Give what a list prints of topics of one community: with tags, and what is new to the reader."""
    tags = tags_by_id(Topic, [topic.pk for topic in topics])
    unread = unread_topics(topics, reader=request.user) if request.user.is_authenticated else set()
    blocked = blocked_ids(request.user)
    faces = faces_of([topic.starter_id for topic in topics], reader=request.user)
    base = f"{community.get_absolute_url()}t/"
    return [
        {
            "topic": topic,
            "url": f"{base}{topic.pk}/{topic.slug or 'topic'}/",
            "tags": tags.get(topic.pk, []),
            "is_unread": topic.pk in unread,
            "face": faces.get(topic.starter_id or 0, ""),
            "is_blocked": topic.starter_id in blocked,
        }
        for topic in topics
    ]


@require_safe
@login_required
def topics_deleted(request: SignedInRequest, community_slug: str) -> HttpResponse:
    """The topics that were deleted, the last first, for facilitators to bring back."""
    community = get_object_or_404(Community.objects.visible_to(request.user), slug=community_slug)
    require(request.user, "discussions.bring_back", community)
    topics = Topic.objects.deleted().filter(community=community, forum__isnull=False).select_related("forum", "starter")
    found = paginate(topics, order=("deleted_at", "id"), at=request.GET.get("page", ""), size=TOPICS_A_PAGE)
    lines = lines_of(What.DELETED, "topic", [topic.pk for topic in found.rows])
    kept = timedelta(days=days_of("deleted"))
    rows = [(one, lines.get(one.pk), one.deleted_at + kept if kept and one.deleted_at else None) for one in found.rows]
    return page(request, "discussions/topics_deleted.html", {"community": community, "page": found, "rows": rows})


@require_safe
def forum(request: HttpRequest, community_slug: str, forum_slug: str) -> HttpResponse:
    """A forum's topics: pinned ones first, then where somebody wrote last."""
    found = visible_forum(request, community_slug, forum_slug)
    topics = Topic.objects.visible_to(request.user).filter(forum=found)
    only = request.GET.get("only", "")
    if only == "unanswered":
        topics = topics.unanswered()
    is_start = not only and not request.GET.get("page", "")
    context = {
        "community": found.community,
        "forum": found,
        "only": only,
        # What every visitor sees alike is kept, and then nothing of it is read.
        "is_kept": is_start and not request.user.is_authenticated,
        "pinned": SimpleLazyObject(lambda: _pinned(request, topics, found.community) if is_start else []),
        "listing": SimpleLazyObject(
            lambda: _listing(request, topics if only else topics.filter(pinned_at=None), found.community)
        ),
        "thing_kind": FORUM,
        "takes_questions": request.user.has_perm("discussions.ask_for_help", found),
        "held": _held(request, found),
        "chosen": follows.chosen(request.user, thing_of_forum(found)),
        **_starting(request, found),
    }
    return page(request, "discussions/forum.html", context)


def _pinned(request: HttpRequest, topics: TopicQuerySet, community: Community) -> list[dict[str, Any]]:
    chosen = topics.filter(pinned_at__isnull=False).select_related("starter", "guest", "forum").only(*LISTED)
    pinned = list(chosen.order_by("-pinned_at")[:10])
    return lines(request, pinned, community) if pinned else []


def _held(request: HttpRequest, found: Forum) -> list[HeldText]:
    """Give the topics of a forum that wait for a facilitator: one's own, and for facilitators all."""
    if not request.user.is_authenticated:
        return []
    rows = HeldText.objects.visible_to(request.user).waiting().filter(forum=found).select_related("author", "guest")
    return list(rows.order_by("-pk")[:MOST_HELD])


def _starting(request: HttpRequest, found: Forum) -> dict[str, Any]:
    """Say whether the reader may start topics here, and to which address by mail."""
    user = request.user
    may_start = user.is_authenticated and user.has_perm("discussions.start_topic", found)
    if not user.is_authenticated or not may_start:
        return {"may_start": False}
    addresses = {"mail_address": address_of(found), "own_mail_address": own_address_of(found, user)}
    return {"may_start": True, **addresses}


@signed_in_or_send_again
def forum_add(request: SignedInRequest, community_slug: str) -> HttpResponse:
    """Open a forum."""
    community = get_object_or_404(Community.objects.visible_to(request.user), slug=community_slug)
    require(request.user, "discussions.add_forum", community)
    initial = {"audience": community.audience}
    form = ForumForm(posted(request), community=community, initial=initial, instance=Forum(community=community))
    if form.is_valid():
        return redirect(opening.open_forum(form.instance))
    return page(request, "discussions/forum_form.html", {"community": community, "form": form})


@signed_in_or_send_again
def forum_edit(request: SignedInRequest, community_slug: str, forum_slug: str) -> HttpResponse:
    """Change what a forum is."""
    found = visible_forum(request, community_slug, forum_slug)
    require(request.user, "discussions.edit_forum", found)
    form = ForumForm(posted(request), community=found.community, instance=Forum.objects.get(pk=found.pk))
    if form.is_valid():
        saved = opening.change_forum(form.instance)
        messages.success(request, _("Saved."))
        return redirect(saved)
    context = {"community": found.community, "forum": found, "form": form}
    return page(request, "discussions/forum_form.html", context)


@require_POST
@login_required
def forum_set(request: SignedInRequest, community_slug: str, forum_slug: str) -> HttpResponse:
    """Move a forum up or down in the list, archive it, or the opposite: `what` says which."""
    found = visible_forum(request, community_slug, forum_slug)
    require(request.user, "discussions.edit_forum", found)
    what = request.POST.get("what", "")
    if what in ("up", "down"):
        opening.shift_forum(found, down=what == "down")
        return redirect("discussions:discussions", community_slug)
    if what == "archive" and opening.set_archived(found, True):
        messages.success(request, _("The forum can be read, and nobody writes in it any more."))
    if what == "reopen" and opening.set_archived(found, False):
        messages.success(request, _("People can write in the forum again."))
    return redirect(found)


@signed_in_or_send_again
def topic_add(request: SignedInRequest, community_slug: str, forum_slug: str) -> HttpResponse:
    """Start a topic; what was typed before and not sent is there again."""
    found = visible_forum(request, community_slug, forum_slug)
    require(request.user, "discussions.start_topic", found)
    place = f"forum:{found.pk}"
    typed = typed_with_files(request, community=found.community, audience=found.audience)
    kept = drafting.kept(place, by=request.user) if typed.data is None else None
    form = TopicForm(typed.data, refused=typed.refused, initial=kept.fields if kept else None, forum=found)
    if form.is_valid():
        data = form.cleaned_data
        try:
            if not within_limit("topic", str(request.user.pk), times=TOPICS_AN_HOUR, seconds=3600):
                written = {name: request.POST.get(name, "") for name in drafting.FIELDS}
                drafting.keep(written | {"body": data["body"]}, place=place, by=request.user)
                raise Refused(_("You have started very many topics. Go on in an hour; your text is kept as a draft."))
            topic = start_topic(
                title=data["title"],
                body=data["body"],
                kind=data["kind"],
                tags=data["tags"],
                by=Writer(user=request.user),
                forum=found,
                form_key=data["form_key"],
            )
            return redirect(topic)
        except Held as held:
            return redirect(held.row)
        except Refused as refused:
            form.add_error(None, refused)
    context = {
        "community": found.community,
        "forum": found,
        "form": form,
        "kept": kept,
        "place": place,
        "known_tags": SimpleLazyObject(lambda: tagging.tags_in(found.community, reader=request.user)),
    }
    return page(request, "discussions/topic_add.html", context)
