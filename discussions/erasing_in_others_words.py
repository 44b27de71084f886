"""Taking who closed their account out of what others wrote: quotations, calls by name, earlier versions, drafts."""

from collections.abc import Callable

from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from cop.base.errors import Refused
from cop.base.models import touch
from cop.markup.rendering import LIMIT, excerpt, render
from cop.notifications import activities
from discussions import finding
from discussions.erasing import replies_of
from discussions.held_models import HeldText
from discussions.mention_models import Mention
from discussions.models import Draft, Reply, ReplyRevision, Topic
from discussions.unnaming import Unnaming, quoted_in, without_calls, without_quotes
from discussions.writing import SUMMARY_LENGTH
from members.carrying_out import next_of
from members.closing_models import AccountClosing

AT_ONCE = 100
# What every line that says whose words follow holds.
QUOTING = "** ["


def changer(closing: AccountClosing, texts: list[str]) -> Callable[[str, bool], str]:
    """Give the function that changes a text (and calls by name, where somebody was called); one query for all texts."""
    numbers = {number for text in texts for number in quoted_in(text)}
    theirs = set(replies_of(closing.user).filter(pk__in=numbers).values_list("pk", flat=True))
    instead = closing.user.display_name
    unnaming = Unnaming(closing.user_id, closing.name, instead, closing.is_removed)

    def changed(text: str, is_called: bool) -> str:
        text = without_quotes(text, theirs=theirs, unnaming=unnaming, gap=f"*{_('removed by its author')}*")
        return without_calls(text, unnaming) if is_called else text

    return changed


def in_replies(closing: AccountClosing, after: int) -> int | None:
    """Change some messages; each is rendered outside of a transaction, and again where it was changed meanwhile."""
    if not closing.is_hidden:
        return None
    called = Mention.objects.filter(user=closing.user).values("reply")
    ids = next_of(Reply.objects.filter(Q(body__contains=QUOTING) | Q(pk__in=called)), after, AT_ONCE)
    naming = set(Mention.objects.filter(user=closing.user, reply__in=ids).values_list("reply", flat=True))
    waiting = list(ids)
    while waiting:
        rows = list(Reply.objects.filter(pk__in=waiting).only("pk", "body", "version", "topic_id"))
        changed = changer(closing, [row.body for row in rows])
        waiting = [row.pk for row in rows if not _change(row, changed(row.body, row.pk in naming))]
    Mention.objects.filter(user=closing.user, reply__in=ids).delete()
    return ids[-1] if ids else None


def _change(row: Reply, body: str) -> bool:
    """Keep a message's new words; False where somebody was quicker."""
    if body == row.body:
        return True
    try:
        rendered = render(body)
    except Refused:  # The longest of messages, and a name that is shorter than what stands instead.
        body = body[:LIMIT]
        rendered = render(body)
    with transaction.atomic():
        same = Reply.objects.filter(pk=row.pk, version=row.version)
        # Who has it open for editing must not bring the name back by saving.
        is_kept = same.update(
            body=body,
            body_html=rendered.html,
            text=rendered.text,
            markup_version=rendered.version,
            version=F("version") + 1,
        )
        if is_kept:
            touch(Topic.objects.filter(pk=row.topic_id))
            _retell(row, rendered.text)
            finding.look_again(row.topic_id, row.pk)
    return bool(is_kept)


def _retell(row: Reply, text: str) -> None:
    """Let the story show the words as they are now."""
    message = Reply.objects.select_related("topic").get(pk=row.pk)
    kind, pk = ("topic", message.topic_id) if message.is_opening else ("reply", message.pk)
    topic = message.topic
    summary = excerpt(text, SUMMARY_LENGTH)
    activities.revise(kind, pk, title=topic.title, summary=summary, audience=topic.audience)


def in_versions(closing: AccountClosing, after: int) -> int | None:
    """Change some earlier versions; whoever was called in one may be called so in another message too: all are read."""
    if not closing.is_hidden:
        return None
    rows = ReplyRevision.objects.filter(Q(body__contains=QUOTING) | Q(body__contains="@"))
    ids = next_of(rows, after, AT_ONCE)
    found = list(ReplyRevision.objects.filter(pk__in=ids))
    changed = changer(closing, [row.body for row in found])
    for row in found:
        # By the first name alone others may be meant: an earlier version says no more who was.
        if (body := changed(row.body, _names_in_full(row.body, closing))) != row.body:
            ReplyRevision.objects.filter(pk=row.pk).update(body=body)
    return ids[-1] if ids else None


def _names_in_full(text: str, closing: AccountClosing) -> bool:
    handle = max(Unnaming(closing.user_id, closing.name, "", forgets_words=False).handles, key=len, default="")
    whole = handle.rpartition(".")[0] if handle.endswith(f".{closing.user_id}") else handle
    return bool(whole) and f"@{whole}" in text.casefold()


def in_drafts(closing: AccountClosing, after: int) -> int | None:
    """Change what others are typing just now."""
    if not closing.is_hidden:
        return None
    ids = next_of(Draft.objects.all(), after, AT_ONCE)
    found = list(Draft.objects.filter(pk__in=ids))
    changed = changer(closing, [str(row.fields.get("body", "")) for row in found])
    for row in found:
        body = str(row.fields.get("body", ""))
        if (new := changed(body, _names_in_full(body, closing))) != body:
            Draft.objects.filter(pk=row.pk, saved_at=row.saved_at).update(fields={**row.fields, "body": new})
    return ids[-1] if ids else None


def in_summaries(closing: AccountClosing, after: int) -> int | None:
    """Change what was summed up on top of topics."""
    if not closing.is_hidden:
        return None
    ids = next_of(Topic.objects.filter(Q(summary__contains=QUOTING) | Q(summary__contains="@")), after, AT_ONCE)
    found = list(Topic.objects.filter(pk__in=ids).only("pk", "summary"))
    changed = changer(closing, [row.summary for row in found])
    for row in found:
        if (words := changed(row.summary, _names_in_full(row.summary, closing))) != row.summary:
            Topic.objects.filter(pk=row.pk, summary=row.summary).update(summary=words, summary_html=render(words).html)
    return ids[-1] if ids else None


def in_held(closing: AccountClosing, after: int) -> int | None:
    """Change what others wrote that waits for a facilitator, or waited."""
    if not closing.is_hidden:
        return None
    ids = next_of(HeldText.objects.filter(Q(body__contains=QUOTING) | Q(body__contains="@")), after, AT_ONCE)
    found = list(HeldText.objects.filter(pk__in=ids).only("pk", "body"))
    changed = changer(closing, [row.body for row in found])
    for row in found:
        if (body := changed(row.body, _names_in_full(row.body, closing))) != row.body:
            HeldText.objects.filter(pk=row.pk, body=row.body).update(body=body, body_html=render(body).html)
    return ids[-1] if ids else None


STEPS = {
    "in-held": in_held,
    "in-replies": in_replies,
    "in-reply-versions": in_versions,
    "in-drafts": in_drafts,
    "in-summaries": in_summaries,
}
