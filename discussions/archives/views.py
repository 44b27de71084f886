"""Importing an archive in the browser, finding a message by its Message-ID, giving out, and claiming."""

import re
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from cop.base.limits import within_limit
from cop.base.pages import page, posted
from discussions.archives import adopting, claiming, exporting, json_lines, running
from discussions.archives.models import Import
from discussions.forum_views import visible_forum
from discussions.models import Forum, Reply, Topic
from discussions.topic_views import visible_reply, visible_topic
from members.models import Community
from members.permissions import require
from members.signing_in import SignedInRequest, signed_in_or_send_again, sure

EXPORTS_AN_HOUR = 20
# As telling.message_id makes them.
OUR_ID = re.compile(rf"(reply|topic)-(\d{{1,18}})@{re.escape(settings.SITE_HOST)}")


class ArchiveForm(forms.Form):
    """A file with messages."""

    file = forms.FileField(
        label=gettext_lazy("Archive"),
        help_text=gettext_lazy(
            "An mbox file, as Mailman, Groups.io and mail programs write it, or JSON from here; .gz and .xz too."
        ),
    )

    is_sorted = forms.BooleanField(
        label=gettext_lazy("Each topic into the forum of its own name"),
        required=False,
        help_text=gettext_lazy(
            "For JSON of a whole community. A forum that is missing is made, for those who may read this one or fewer;"
            " topics of one that more people may read stay here."
        ),
    )

    def __init__(self, *args: Any, may_add_forums: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not may_add_forums:
            del self.fields["is_sorted"]

    def clean_file(self) -> object:
        file = self.cleaned_data["file"]
        if file.size > running.FILE_LIMIT:
            raise ValidationError(
                _("This file is larger than 500 MB. Split it by year, and import one after the other.")
            )
        start = file.read(5)
        file.seek(0)
        if not start.strip().startswith((b"From ", b"From", b"\x1f\x8b", b"\xfd7zXZ", b"{")) and start.strip():
            raise ValidationError(_("This is not an mbox file: it begins with something else than “From ”."))
        return file


class AnswersForm(forms.Form):
    """The message that a thread answers, by the address of its permanent link."""

    answers = forms.RegexField(
        r"(?:.*/r/)?(\d{1,18})/?",
        label=gettext_lazy("It answers"),
        strip=True,
        help_text=gettext_lazy("The address of the reply that it belongs below."),
        error_messages={"invalid": gettext_lazy("Paste the permanent link of a reply of this forum.")},
    )


def _own(request: SignedInRequest, community_slug: str, forum_slug: str) -> Forum:
    forum = visible_forum(request, community_slug, forum_slug)
    require(request.user, "discussions.edit_forum", forum)
    return forum


@signed_in_or_send_again
def imports(request: SignedInRequest, community_slug: str, forum_slug: str) -> HttpResponse:
    """Begin an import, and see how those before went."""
    forum = _own(request, community_slug, forum_slug)
    may_add_forums = request.user.has_perm("discussions.add_forum", forum.community)
    form = ArchiveForm(posted(request), request.FILES or None, may_add_forums=may_add_forums)
    if form.is_valid():
        data = form.cleaned_data
        run = running.begin(forum, data["file"], by=request.user, is_sorted=data.get("is_sorted", False))
        return redirect("discussions:import", forum.community.slug, forum.slug, run.pk)
    runs = forum.imports.select_related("by").order_by("-pk")[:30]
    context = {"community": forum.community, "forum": forum, "form": form, "runs": runs}
    return page(request, "discussions/imports.html", context)


@require_safe
@login_required
def import_show(request: SignedInRequest, community_slug: str, forum_slug: str, import_id: int) -> HttpResponse:
    """How far an import is, and what was left out, with the reason."""
    forum = _own(request, community_slug, forum_slug)
    run = get_object_or_404(Import, forum=forum, pk=import_id)
    left_out = run.messages.exclude(reason="").order_by("pk")[:200]
    context = {"community": forum.community, "forum": forum, "run": run, "left_out": left_out}
    return page(request, "discussions/import_show.html", context, part="discussions/_import.html")


@require_POST
@login_required
def import_set(request: SignedInRequest, community_slug: str, forum_slug: str, import_id: int) -> HttpResponse:
    """Pause an import, or go on with it."""
    forum = _own(request, community_slug, forum_slug)
    run = get_object_or_404(Import, forum=forum, pk=import_id)
    if request.POST.get("what") == "pause":
        running.pause(run)
    else:
        running.go_on(run)
    return redirect("discussions:import", forum.community.slug, forum.slug, run.pk)


@require_safe
def message(request: HttpRequest, message_id: str) -> HttpResponse:
    """Lead from the Message-ID of a message, from an archive or of a mail of ours, to where it stands now."""
    wanted = message_id.strip("<>/")
    rows = Reply.objects.visible_to(request.user).standing().select_related("topic__community")
    found = rows.filter(message_id=wanted).order_by("pk").first()
    if found is None and (ours := OUR_ID.fullmatch(wanted)):
        own = {"pk": int(ours[2])} if ours[1] == "reply" else {"topic": int(ours[2])}
        found = rows.filter(**own).order_by("path").first()
    if found is None:
        raise Http404
    return redirect(found)


@require_safe
@login_required
def export(request: SignedInRequest, community_slug: str, forum_slug: str, form: str) -> HttpResponseBase:
    """Give out a forum as mbox or as JSON lines."""
    forum = _own(request, community_slug, forum_slug)
    return _given(request, Topic.objects.visible_to(request.user).filter(forum=forum), form, forum.slug)


@require_safe
@login_required
@sure
def community_export(request: SignedInRequest, community_slug: str, form: str) -> HttpResponseBase:
    """Give out all forums of a community as mbox or as JSON lines."""
    community = get_object_or_404(Community.objects.visible_to(request.user), slug=community_slug)
    require(request.user, "discussions.add_forum", community)
    topics = Topic.objects.visible_to(request.user).filter(community=community, forum__isnull=False)
    return _given(request, topics, form, community.slug)


@require_safe
@login_required
def topic_export(request: SignedInRequest, community_slug: str, topic_id: int, form: str) -> HttpResponseBase:
    """Give out a topic as mbox or as JSON lines."""
    topic = visible_topic(request, community_slug, topic_id)
    return _given(request, Topic.objects.filter(pk=topic.pk), form, topic.slug or "topic")


def _given(request: SignedInRequest, topics: object, form: str, name: str) -> HttpResponseBase:
    if form not in ("mbox", "jsonl"):
        raise Http404
    if not within_limit("export", str(request.user.pk), times=EXPORTS_AN_HOUR, seconds=3600):
        return render(request, "429.html", status=429)
    made = exporting.as_mbox(topics) if form == "mbox" else json_lines.written(topics)  # type: ignore[arg-type]
    kind = "application/mbox" if form == "mbox" else "application/x-ndjson"
    return StreamingHttpResponse(
        made, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}.{form}"'}
    )


@signed_in_or_send_again
def topic_adopt(request: SignedInRequest, community_slug: str, topic_id: int) -> HttpResponse:
    """Put a thread below the message that it answers."""
    topic = visible_topic(request, community_slug, topic_id)
    require(request.user, "discussions.moderate", topic)
    form = AnswersForm(posted(request))
    if form.is_valid():
        number = form.cleaned_data["answers"].rstrip("/").rpartition("/")[2]
        parent = visible_reply(request, int(number)) if number.isdecimal() else None
        opening = topic.replies.order_by("path").first()
        is_near = parent is not None and parent.topic.community_id == topic.community_id
        if parent and opening and is_near and adopting.adopt(opening, parent):
            return redirect(parent)
        form.add_error("answers", _("Paste the permanent link of a reply in another topic of this community."))
    context = {"community": topic.community, "topic": topic, "form": form, "form_title": _("Put it below a message")}
    return page(request, "discussions/topic_form.html", context)


@signed_in_or_send_again
def claim(request: SignedInRequest) -> HttpResponse:
    """See what one wrote in archives under a proven address, and put one's name on it."""
    if request.method == "POST":
        count = claiming.claim(request.user)
        said = ngettext("%(count)d message is yours now.", "%(count)d messages are yours now.", count)
        messages.success(request, said % {"count": count})
        return redirect("discussions:claim")
    guests = list(claiming.claimable_by(request.user).select_related("community"))
    readable = [guest for guest in guests if Reply.objects.visible_to(request.user).filter(guest=guest).exists()][:50]
    return page(request, "discussions/claim.html", {"guests": readable})
