"""What is done to topics and replies by one button or one short form."""

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from cop.base.errors import Refused
from cop.base.keyset import paginate
from cop.base.pages import page, posted
from cop.base.tags import tags_by_id
from cop.markup.rendering import excerpt
from cop.moderation.action_models import What
from cop.moderation.forms import ask_why, why_of
from discussions import answering, bookmarking, keeping_order, moderating, thanking
from discussions.forms import MergeForm, MoveForm, ReminderForm, RenameForm, SlowForm, SplitForm, SummaryForm
from discussions.models import Bookmark, Reply, Topic
from discussions.topic_views import visible_reply, visible_topic
from members.models import Community
from members.permissions import require
from members.signing_in import SignedInRequest, signed_in_or_send_again

# What is done to others' topics for a point of the guidelines, on the page that asks for it.
AGAINST = {"lock": What.LOCKED, "hide": What.HIDDEN, "delete": What.DELETED}


def _say(request: SignedInRequest, process: Callable[[], object], said: str = "") -> None:
    """Do it; say that it is done, or why it was refused."""
    try:
        if process() and said:
            messages.success(request, said)
    except Refused as refused:
        messages.error(request, " ".join(refused.messages))


@require_POST
@login_required
def reply_thank(request: SignedInRequest, reply_id: int) -> HttpResponse:
    """Thank for a reply, or take thanks back."""
    found = visible_reply(request, reply_id)
    require(request.user, "discussions.take_part", found.topic)
    act = thanking.take_back if request.POST.get("undo") else thanking.thank
    _say(request, lambda: act(found, by=request.user))
    return redirect(found)


@require_safe
@login_required
def reply_thanks(request: SignedInRequest, reply_id: int) -> HttpResponse:
    """Who thanked for a reply."""
    found = visible_reply(request, reply_id)
    context = {
        "community": found.topic.community,
        "topic": found.topic,
        "reply": found,
        "page": paginate(found.thanks.select_related("user"), order=("at", "id"), at=request.GET.get("page", "")),
    }
    return page(request, "discussions/reply_thanks.html", context)


@require_POST
@login_required
def reply_accept(request: SignedInRequest, reply_id: int) -> HttpResponse:
    """Say that a reply answered the question, or take that back."""
    found = visible_reply(request, reply_id)
    require(request.user, "discussions.accept", found.topic)
    act = answering.unaccept if request.POST.get("undo") else answering.accept
    _say(request, lambda: act(found, by=request.user))
    return redirect(found)


@require_POST
@login_required
def topic_same_question(request: SignedInRequest, community_slug: str, topic_id: int) -> HttpResponse:
    """Say "me too", or take it back."""
    found = visible_topic(request, community_slug, topic_id)
    require(request.user, "discussions.take_part", found)
    undo = request.POST.get("undo")
    act = answering.no_longer_same_question if undo else answering.have_same_question
    _say(request, lambda: act(found, by=request.user))
    return redirect(found)


@require_POST
@login_required
def reply_delete(request: SignedInRequest, reply_id: int) -> HttpResponse:
    """Take a reply back, or bring it back (`undo`); the opening message takes its topic along."""
    found = visible_reply(request, reply_id)
    if request.POST.get("undo"):
        require(request.user, "discussions.moderate", found.topic)
        _say(request, lambda: keeping_order.restore_reply(found.pk, request.user), _("It is back."))
        return redirect(found)
    if found.is_opening and found.topic.reply_count:
        require(request.user, "discussions.moderate", found.topic)
    else:
        require(request.user, "discussions.edit_reply", found)
    if found.author_id != request.user.pk:
        return redirect("moderation:act", "reply", found.pk, What.DELETED)
    can_undo = moderating.can_undo(found)
    said = _("Taken back: your text is a draft again.") if can_undo else _("Deleted.")
    _say(request, lambda: keeping_order.delete_reply(found.pk, request.user), said)
    if found.is_opening and found.topic.forum and can_undo:
        return redirect("discussions:topic-add", found.topic.community.slug, found.topic.forum.slug)
    if found.is_opening:
        return redirect(found.topic.forum or found.topic.community)
    above = found.parent if can_undo else None
    if above and not above.is_opening:
        return redirect("discussions:reply-below", found.topic.community.slug, found.topic_id, above.pk)
    return redirect(f"{found.topic.get_absolute_url()}#reply")


@require_POST
@login_required
def reply_hide(request: SignedInRequest, reply_id: int) -> HttpResponse:
    """Show a reply to facilitators alone, or to everybody again."""
    found = visible_reply(request, reply_id)
    require(request.user, "discussions.moderate", found.topic)
    if not request.POST.get("undo") and found.author_id != request.user.pk:
        return redirect("moderation:act", "reply", found.pk, What.HIDDEN)
    act = keeping_order.show_reply if request.POST.get("undo") else keeping_order.hide_reply
    _say(request, lambda: act(found.pk, request.user))
    return redirect(found)


@require_POST
@login_required
def topic_set(request: SignedInRequest, community_slug: str, topic_id: int) -> HttpResponse:
    """Lock, pin, hide a topic, the opposite, or delete it: `what` says which."""
    found = visible_topic(request, community_slug, topic_id)
    require(request.user, "discussions.moderate", found)
    acts: dict[str, Callable[[], object]] = {
        "lock": lambda: keeping_order.lock_topic(found.pk, request.user),
        "unlock": lambda: keeping_order.unlock_topic(found.pk, request.user),
        "pin": lambda: keeping_order.pin_topic(found.pk, request.user, is_pinned=True),
        "unpin": lambda: keeping_order.pin_topic(found.pk, request.user, is_pinned=False),
        "hide": lambda: keeping_order.hide_topic(found.pk, request.user),
        "unhide": lambda: keeping_order.show_topic(found.pk, request.user),
        "delete": lambda: keeping_order.delete_topic(found.pk, request.user),
    }
    what = request.POST.get("what", "")
    if what in AGAINST and found.starter_id != request.user.pk:
        return redirect("moderation:act", "topic", found.pk, AGAINST[what])
    if what in acts:
        try:
            is_new = acts[what]() is not False
        except Refused as refused:
            messages.error(request, " ".join(refused.messages))
            return redirect(found)
        if is_new:
            messages.success(request, _("Done."))
        else:
            messages.info(request, _("That was done before. Nothing has changed."))
    return redirect((found.forum or found.community) if what == "delete" else found)


@require_POST
@login_required
def topic_bring_back(request: SignedInRequest, community_slug: str, topic_id: int) -> HttpResponse:
    """Bring a deleted topic back."""
    community = get_object_or_404(Community.objects.visible_to(request.user), slug=community_slug)
    require(request.user, "discussions.bring_back", community)
    found = get_object_or_404(Topic.objects.deleted().filter(community=community), pk=topic_id)
    _say(request, lambda: keeping_order.restore_topic(found.pk, request.user), _("The topic is back."))
    return redirect(found if Topic.objects.visible_to(request.user).filter(pk=found.pk).exists() else community)


@signed_in_or_send_again
def topic_rename(request: SignedInRequest, community_slug: str, topic_id: int) -> HttpResponse:
    """Give a topic another title and other tags."""
    found = _moderated(request, community_slug, topic_id)
    tags = ", ".join(name for _slug, name in tags_by_id(Topic, [found.pk]).get(found.pk, []))
    form = RenameForm(posted(request), initial={"title": found.title, "tags": tags}, community=found.community)
    _ask_why(form, found, request, What.EDITED)
    if form.is_valid():
        given = {"title": form.cleaned_data["title"], "tags": form.cleaned_data["tags"], "why": why_of(form)}
        return redirect(keeping_order.rename(found, by=request.user, **given))
    return _short_form(request, found, form, _("Rename the topic"))


@signed_in_or_send_again
def topic_move(request: SignedInRequest, community_slug: str, topic_id: int) -> HttpResponse:
    """Put a topic into another forum."""
    found = _moderated(request, community_slug, topic_id)
    form = _ask_why(MoveForm(posted(request), topic=found), found, request, What.MOVED)
    given = form.cleaned_data if form.is_valid() else {}
    done = _done(form, lambda: keeping_order.move(found, forum=given["forum"], by=request.user, why=why_of(form)))
    return done or _short_form(request, found, form, _("Move the topic"))


@signed_in_or_send_again
def topic_slow(request: SignedInRequest, community_slug: str, topic_id: int) -> HttpResponse:
    """Let people wait between two replies."""
    found = _moderated(request, community_slug, topic_id)
    form = SlowForm(posted(request), initial={"minutes": found.slow_minutes or 0})
    _ask_why(form, found, request, What.SLOWED)
    minutes = form.cleaned_data["minutes"] if form.is_valid() else 0

    def slow() -> Topic:
        keeping_order.slow_topic(found, minutes=minutes, by=request.user, why=why_of(form))
        return found

    return _done(form, slow) or _short_form(request, found, form, _("Slow the topic down"))


@signed_in_or_send_again
def topic_merge(request: SignedInRequest, community_slug: str, topic_id: int) -> HttpResponse:
    """Make a topic part of another one."""
    found = _moderated(request, community_slug, topic_id)
    form = _ask_why(MergeForm(posted(request), topic=found), found, request, What.MERGED)
    given = form.cleaned_data if form.is_valid() else {}
    done = _done(form, lambda: keeping_order.merge(found, into=given["into"], by=request.user, why=why_of(form)))
    return done or _short_form(request, found, form, _("Merge the topic into another one"))


@signed_in_or_send_again
def reply_split(request: SignedInRequest, reply_id: int) -> HttpResponse:
    """Make a reply and all below it a topic of its own."""
    found = visible_reply(request, reply_id)
    require(request.user, "discussions.moderate", found.topic)
    form = _ask_why(SplitForm(posted(request)), found.topic, request, What.SPLIT)
    given = form.cleaned_data if form.is_valid() else {}
    done = _done(form, lambda: keeping_order.split(found, title=given["title"], by=request.user, why=why_of(form)))
    return done or _short_form(request, found.topic, form, _("Make it a topic of its own"))


@signed_in_or_send_again
def topic_summarise(request: SignedInRequest, community_slug: str, topic_id: int) -> HttpResponse:
    """Write what was found; `from` names a reply whose words are added, with a link that marks it as a source."""
    found = visible_topic(request, community_slug, topic_id)
    require(request.user, "discussions.summarise", found)
    form = SummaryForm(posted(request), initial={"body": _with_source(request, found)}, topic=found)
    if form.is_valid():
        moderating.summarise(found, words=form.cleaned_data["body"], by=request.user)
        return redirect(found)
    return _short_form(request, found, form, _("What we found"))


def _with_source(request: SignedInRequest, found: Topic) -> str:
    number = request.GET.get("from", "")
    if not number.isdecimal() or len(number) > 18:
        return found.summary
    source = found.replies.standing().filter(pk=int(number)).select_related("author", "guest").first()
    if source is None:
        return found.summary
    cited = f"{excerpt(source.text)} ([{source.author_name}]({source.get_absolute_url()}))"
    return f"{found.summary}\n\n{cited}".strip()


def _ask_why(form: Form, topic: Topic, request: SignedInRequest, what: What) -> Form:
    """Let whoever changes what somebody else started say why."""
    if topic.starter_id != request.user.pk:
        ask_why(form, topic.community, what)
    return form


def _moderated(request: SignedInRequest, community_slug: str, topic_id: int) -> Topic:
    found = visible_topic(request, community_slug, topic_id)
    require(request.user, "discussions.moderate", found)
    return found


def _done(form: Form, process: Callable[[], Topic]) -> HttpResponse | None:
    """Do what a valid form asks for and lead there; None, with the reason in the form, where it cannot be done."""
    if not form.is_valid():
        return None
    try:
        return redirect(process())
    except Refused as refused:
        form.add_error(None, refused)
        return None


def _short_form(request: SignedInRequest, found: Topic, form: Form, title: str) -> HttpResponse:
    context = {"community": found.community, "topic": found, "form": form, "form_title": title}
    return page(request, "discussions/topic_form.html", context)


@signed_in_or_send_again
def bookmark_edit(request: SignedInRequest, reply_id: int) -> HttpResponse:
    """Keep a reply, with a reminder or without, or keep it no longer."""
    found = visible_reply(request, reply_id)
    kept = Bookmark.objects.filter(reply=found, user=request.user).first()
    if request.POST.get("drop"):
        bookmarking.drop(found, by=request.user)
        return redirect(found)
    form = ReminderForm(posted(request), initial={"remind_at": kept.remind_at if kept else None})
    if form.is_valid():
        bookmarking.keep(found, by=request.user, remind_at=form.cleaned_data["remind_at"])
        messages.success(request, _("Kept among your bookmarks."))
        return redirect(found)
    context = {"community": found.topic.community, "topic": found.topic, "reply": found, "form": form, "kept": kept}
    return page(request, "discussions/bookmark_edit.html", context)


@require_safe
@login_required
def bookmarks(request: SignedInRequest) -> HttpResponse:
    """The replies that the reader keeps, and may still read."""
    readable = Reply.objects.visible_to(request.user).standing()
    rows = Bookmark.objects.filter(user=request.user, reply__in=readable)
    rows = rows.select_related("reply__topic__community", "reply__author", "reply__guest")
    return page(
        request,
        "discussions/bookmarks.html",
        {"page": paginate(rows, order=("at", "id"), at=request.GET.get("page", ""))},
    )
