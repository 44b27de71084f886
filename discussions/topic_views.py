"""Reading a topic, and writing in it."""

from typing import Any, cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified, JsonResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.utils.formats import date_format
from django.utils.functional import SimpleLazyObject
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from cop.base.comparing import compare
from cop.base.cookies import name_of
from cop.base.errors import Refused
from cop.base.limits import within_limit
from cop.base.pages import page
from cop.base.tags import tags_by_id
from cop.files.forms import typed_with_files
from cop.moderation.action_models import What
from cop.moderation.forms import ask_why, why_of
from cop.notifications import catching_up
from cop.notifications import following as follows
from discussions import drafting, keeping_order, marks, moderating, reading, writing
from discussions.following import TOPIC, thing_of_topic
from discussions.forms import EditForm, ReplyForm
from discussions.held_models import HeldText
from discussions.holding import Held
from discussions.models import Reply, SameQuestion, Topic
from discussions.writing import Conflict, Writer
from discussions.writing import reply as write_reply
from members.blocking import blocked_ids
from members.permissions import require
from members.signing_in import SignedInRequest, signed_in_or_send_again
from members.standing import standing_of

ORDER_COOKIE = name_of("topic_order")
REPLIES_AN_HOUR = 200
MOST_HELD = 20


def visible_topic(request: HttpRequest, community_slug: str, topic_id: int) -> Topic:
    """Give a topic with its community and forum; Http404 where the reader may not know of it."""
    topics = Topic.objects.visible_to(request.user).select_related("community", "forum", "starter", "guest")
    return get_object_or_404(topics, community__slug=community_slug, pk=topic_id)


def visible_reply(request: HttpRequest, reply_id: int) -> Reply:
    """Give a reply with its topic; Http404 where the reader may not know of it."""
    replies = Reply.objects.visible_to(request.user).select_related(
        "topic__community", "topic__forum", "author", "guest"
    )
    return get_object_or_404(replies, pk=reply_id)


@require_safe
def topic(request: HttpRequest, community_slug: str, topic_id: int, slug: str) -> HttpResponse:
    """Read a topic. `at` names where (discussions.reading); `order` as a tree or by time, remembered in a cookie."""
    found = _topic_or_where_it_went(request, community_slug, topic_id)
    if found.pk != topic_id or slug != (found.slug or "topic"):
        return redirect(found, permanent=True)
    order = _order(request)
    context = _context(request, found, order, request.GET.get("at", ""))
    if context["may_reply"]:
        context |= _reply_context(request, found)
    response = page(request, "discussions/topic.html", context)
    if request.GET.get("order") in reading.ORDERS:
        secure = settings.SESSION_COOKIE_SECURE
        response.set_cookie(ORDER_COOKIE, order, max_age=365 * 86400, samesite="Lax", httponly=True, secure=secure)
    return response


def _topic_or_where_it_went(request: HttpRequest, community_slug: str, topic_id: int) -> Topic:
    try:
        return visible_topic(request, community_slug, topic_id)
    except Http404:
        merged = Topic.objects.filter(pk=topic_id, merged_into__isnull=False).values("merged_into")
        return get_object_or_404(Topic.objects.visible_to(request.user).select_related("community"), pk__in=merged)


def _order(request: HttpRequest) -> str:
    for order in (request.GET.get("order"), request.COOKIES.get(ORDER_COOKIE)):
        if order in reading.ORDERS:
            return str(order)
    return reading.TREE


def _shown(request: HttpRequest, found: Topic, order: str, at: str) -> dict[str, Any]:
    """Read what the part with the replies shows; a visitor's is kept, and then nothing is read."""
    page_of_topic = reading.page_of(found, order=order, at=at, reader=request.user)
    for row in page_of_topic.rows:
        row.topic = found
    if order == reading.TREE:
        reading.nest(page_of_topic.rows)
    reading.put_faces(page_of_topic.rows, reader=request.user)
    for row in page_of_topic.rows:
        is_own = row.author_id == request.user.pk and not (row.is_opening and found.reply_count)
        row.is_fresh = is_own and moderating.can_undo(row)
    return {
        "page": page_of_topic,
        "rows": page_of_topic.rows,
        "answered": reading.answered_by(page_of_topic.rows),
        "sources": reading.sources_of(found),
        "accepted": reading.accepted_in(found) if found.answered_at and not at else [],
        "blocked": blocked_ids(request.user),
        "last_id": max((row.pk for row in page_of_topic.rows), default=0),
    }


def _context(request: HttpRequest, found: Topic, order: str, at: str) -> dict[str, Any]:
    return {
        "community": found.community,
        "topic": found,
        "topic_url": found.get_absolute_url(),
        "reader_kind": standing_of(request.user).kind_in(found.community),
        "order": order,
        "at": at,
        # What every visitor sees alike is kept, where readers mostly come: at the start and at the end.
        "is_kept": at in ("", "end") and not request.user.is_authenticated,
        "shown": SimpleLazyObject(lambda: _shown(request, found, order, at)),
        "tags": SimpleLazyObject(lambda: tags_by_id(Topic, [found.pk]).get(found.pk, [])),
        "thing_kind": TOPIC,
        "is_first_page": not at,
        "held": _held(request, found),
        "may_reply": request.user.has_perm("discussions.reply", found),
        "may_take_part": request.user.has_perm("discussions.take_part", found),
        "may_accept": found.is_question and request.user.has_perm("discussions.accept", found),
        "may_ask_somebody": found.is_question and request.user.has_perm("discussions.ask_somebody", found),
        "may_moderate": request.user.has_perm("discussions.moderate", found),
        "may_summarise": request.user.has_perm("discussions.summarise", found),
        "chosen": SimpleLazyObject(lambda: follows.chosen(request.user, thing_of_topic(found))),
        "has_same_question": found.is_question
        and request.user.is_authenticated
        and SameQuestion.objects.filter(topic=found, user=request.user).exists(),
    }


def _held(request: HttpRequest, found: Topic) -> list[HeldText]:
    """Give the replies that wait for a facilitator: one's own, and for facilitators all."""
    if not request.user.is_authenticated:
        return []
    rows = HeldText.objects.visible_to(request.user).waiting().filter(topic=found).select_related("author", "guest")
    return list(rows.order_by("-pk")[:MOST_HELD])


def _newest(found: Topic) -> int:
    return found.replies.order_by("-pk").values_list("pk", flat=True).first() or 0


def _reply_context(request: HttpRequest, found: Topic) -> dict[str, Any]:
    assert request.user.is_authenticated  # noqa: S101 — who may reply is
    kept = drafting.kept(f"topic:{found.pk}", by=request.user)
    initial = {"body": kept.fields.get("body", "") if kept else "", "seen": _newest(found)}
    return {"form": ReplyForm(initial=initial, topic=found), "kept": kept, "place": f"topic:{found.pk}"}


@require_safe
def reply(request: HttpRequest, reply_id: int) -> HttpResponse:
    """The permanent link of a reply: leads to its place in its topic."""
    found = visible_reply(request, reply_id)
    start = f"?at=from-{found.pk}" if reading.has_pages(found.topic) else ""
    return redirect(f"{found.topic.get_absolute_url()}{start}#r{found.pk}")


@require_safe
@login_required
def topic_unread(request: SignedInRequest, community_slug: str, topic_id: int) -> HttpResponse:
    """Lead to the first reply that the reader has not seen, or to the end."""
    found = visible_topic(request, community_slug, topic_id)
    first = marks.first_unread(found, reader=request.user)
    return redirect(first or f"{found.get_absolute_url()}?at=end#end")


@require_POST
@login_required
def topic_read(request: SignedInRequest, community_slug: str, topic_id: int) -> HttpResponse:
    """Note which replies the reader has seen (`ids`, parted by commas), or all of them."""
    found = visible_topic(request, community_slug, topic_id)
    if request.POST.get("all"):
        marks.mark_all_read(found, by=request.user)
        catching_up.mark_read(request.user, TOPIC, found.pk)
        messages.success(request, _("All of it counts as read."))
        return redirect(found)
    ids = [int(part) for part in request.POST.get("ids", "").split(",") if part.isdecimal() and len(part) < 19]
    mark = marks.mark_read(found, ids, by=request.user)
    catching_up.see(request.user, "topic", [found.pk])
    catching_up.see(request.user, "reply", ids)
    return JsonResponse({"up_to": mark.up_to})


@require_safe
def topic_new(request: HttpRequest, community_slug: str, topic_id: int) -> HttpResponse:
    """Say how many replies arrived after the one with the id `after`; 304 while there are none."""
    found = visible_topic(request, community_slug, topic_id)
    after = request.GET.get("after", "")
    arrived = found.replies.standing().filter(pk__gt=int(after) if after.isdecimal() and len(after) < 19 else 0)
    if request.user.is_authenticated:
        arrived = arrived.exclude(author=request.user)
    ids = list(arrived.order_by("pk").values_list("pk", flat=True)[:100])
    if not ids:
        return HttpResponseNotModified()
    words = ngettext("%(count)d new reply", "%(count)d new replies", len(ids)) % {"count": len(ids)}
    return JsonResponse({"words": words, "url": f"{found.get_absolute_url()}?at=from-{ids[0]}#r{ids[0]}"})


@signed_in_or_send_again
def reply_add(
    request: SignedInRequest, community_slug: str, topic_id: int, parent_id: int | None = None
) -> HttpResponse:
    """Reply to a topic, or to one reply of it (`parent_id`); `quote` puts its words above.

    Who sends a reply to what was taken away, closed or locked meanwhile gets the text back with the answer.
    """
    try:
        found = visible_topic(request, community_slug, topic_id)
        require(request.user, "discussions.reply", found)
        parent = _parent(found, parent_id)
    except (Http404, PermissionDenied) as refused:
        if request.POST.get("body", "").strip():
            return _lost(request, refused)
        raise
    place = f"reply:{parent.pk}" if parent else f"topic:{found.pk}"
    kept = drafting.kept(place, by=request.user)
    start = kept.fields.get("body", "") if kept else ""
    if parent and not start and "quote" in request.GET:
        start = quoted(parent)
    newest = _newest(found)
    typed = typed_with_files(request, community=found.community, audience=found.audience)
    form = ReplyForm(typed.data, refused=typed.refused, initial={"body": start, "seen": newest}, topic=found)
    context = {
        "community": found.community,
        "topic": found,
        "parent": parent,
        "form": form,
        "kept": kept,
        "place": place,
    }
    if form.is_valid():
        data = form.cleaned_data
        # What was sent before, over a line that broke, is there: nothing that came since is in its way.
        is_sent = writing.is_sent(data["form_key"], by=request.user)
        if not is_sent and (meanwhile := _arrived_meanwhile(request, found, data["seen"])):
            form.data = renewed = cast(QueryDict, form.data).copy()
            renewed["seen"] = str(newest)
            form.add_error(
                None, _("Somebody answered while you wrote. Read it below, then send yours as it is or changed.")
            )
            return page(request, "discussions/reply_add.html", {**context, "meanwhile": meanwhile}, status=409)
        try:
            if not within_limit("reply", str(request.user.pk), times=REPLIES_AN_HOUR, seconds=3600):
                drafting.keep({"body": data["body"]}, place=place, by=request.user)
                raise Refused(_("You have written very many replies. Go on in an hour; your text is kept as a draft."))
            written = write_reply(
                found, body=data["body"], by=Writer(user=request.user), parent=parent, form_key=data["form_key"]
            )
            return redirect(written)
        except Held as held:
            return redirect(held.row)
        except Refused as refused:
            form.add_error(None, refused)
    return page(request, "discussions/reply_add.html", context)


def _lost(request: SignedInRequest, refused: Http404 | PermissionDenied) -> HttpResponse:
    """Give a text back that nobody can take any more; the same words for what is gone and for what never was."""
    is_closed = isinstance(refused, PermissionDenied)
    said = str(refused) if is_closed else _("What you answered is not here, or not here any more.")
    context = {"said": said, "body": request.POST["body"]}
    return page(request, "discussions/reply_lost.html", context, status=403 if is_closed else 404)


def _parent(found: Topic, parent_id: int | None) -> Reply | None:
    if parent_id is None:
        return None
    replies = found.replies.standing().select_related("author", "guest", "topic")
    return get_object_or_404(replies, pk=parent_id)


def _arrived_meanwhile(request: SignedInRequest, found: Topic, seen: int | None) -> list[Reply]:
    """Give what others wrote since the form was made; nothing for a form that does not say when that was."""
    if not seen:
        return []
    arrived = found.replies.standing().filter(pk__gt=seen).exclude(author=request.user)
    return list(arrived.select_related("author", "guest").order_by("pk")[:5])


def quoted(reply: Reply) -> str:
    """Give a reply's words as a quotation that says whose they are."""
    lines = "\n".join(f"> {line}" for line in reply.body.splitlines()[:40])
    wrote = _("wrote")
    return f"> **{reply.author_name}** [{wrote}]({reply.get_absolute_url()}):\n>\n{lines}\n\n"


@signed_in_or_send_again
def reply_edit(request: SignedInRequest, reply_id: int) -> HttpResponse:
    """Change the words of a reply. Who saves over somebody's newer words sees the difference first."""
    found = visible_reply(request, reply_id)
    require(request.user, "discussions.edit_reply", found)
    place = f"edit:{found.pk}"
    kept = drafting.kept(place, by=request.user)
    body = kept.fields.get("body", "") if kept else found.body
    chosen = typed_with_files(request, community=found.topic.community, audience=found.topic.audience)
    initial = {"body": body, "version": found.version}
    form = EditForm(chosen.data, refused=chosen.refused, initial=initial, topic=found.topic)
    if found.author_id != request.user.pk:
        ask_why(form, found.topic.community, What.EDITED)
    context: dict[str, Any] = {
        "community": found.topic.community,
        "topic": found.topic,
        "reply": found,
        "form": form,
        "kept": kept,
        "place": place,
    }
    if form.is_valid():
        typed = form.cleaned_data["body"]
        try:
            version = form.cleaned_data["version"]
            keeping_order.edit(found, body=typed, by=request.user, version=version, why=why_of(form))
            messages.success(request, _("Saved."))
            return redirect(found)
        except Conflict as conflict:
            form.add_error(None, conflict)
            form.data = renewed = cast(QueryDict, form.data).copy()
            renewed["version"] = str(conflict.newer.version)
            context["changes"] = compare(conflict.newer.body, typed)
        except Refused as refused:
            form.add_error(None if hasattr(refused, "error_dict") else "body", refused)
    return page(request, "discussions/reply_edit.html", context)


@require_safe
def reply_history(request: HttpRequest, reply_id: int) -> HttpResponse:
    """What a reply was before, and what changed each time."""
    found = visible_reply(request, reply_id)
    if found.is_gone and not request.user.has_perm("discussions.moderate", found.topic):
        raise Http404
    revisions = list(found.revisions.select_related("by").order_by("-version")[:50])
    steps = [
        {"revision": newer, "changes": compare(older.body if older else "", newer.body)}
        for newer, older in zip(revisions, [*revisions[1:], None], strict=False)
    ]
    context = {"community": found.topic.community, "topic": found.topic, "reply": found, "steps": steps}
    return page(request, "discussions/reply_history.html", context)


@require_POST
@login_required
def draft_keep(request: SignedInRequest, place: str) -> HttpResponse:
    """Keep what was typed so far; answers when that was."""
    kept = drafting.keep({name: str(value) for name, value in request.POST.items()}, place=place, by=request.user)
    if kept is None:
        return JsonResponse({"saved": ""})
    at = date_format(localtime(kept.saved_at), "TIME_FORMAT")
    return JsonResponse({"saved": _("Draft kept at %(at)s") % {"at": at}})
