"""What becomes of a text that waits: it is published as it was meant, declined with a word, or taken back."""

from collections.abc import Collection, Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cop.base.errors import Refused
from cop.base.links import absolute
from cop.mail import outbox
from cop.markup.rendering import excerpt
from cop.moderation import caring
from cop.moderation.action_models import What
from cop.moderation.held_decisions import held_decisions
from cop.moderation.kinds import Act, Around, CaseKind, Shown
from cop.moderation.models import Case
from cop.moderation.recording import record
from cop.moderation.things import Thing, ThingKind, Why
from discussions import asking_for_help, drafting
from discussions.held_models import HeldText, Outcome
from discussions.holding import KIND
from discussions.models import Reply
from discussions.writing import Writer, start_topic
from discussions.writing import reply as write_reply
from members.models import MembershipState, User

START = 300


def publish(held: HeldText, *, by: User) -> Reply | None:
    """Let a text become the topic or the reply that it was meant to be, dated now, and tell its writer.

    None where that was decided before. Raises Refused where it can stand no longer: its place is closed, or its writer
    suspended.
    """
    row = _fresh(held)
    if row is None:
        return None
    if row.author and row.author.memberships.filter(community=row.community, state=MembershipState.SUSPENDED).exists():
        raise Refused(_("Whoever wrote this is suspended here. Decline it, or readmit them first."))
    writer = Writer(user=row.author, guest=row.guest)
    # Kept, so that who stops here and does it again makes no second one.
    given: dict[str, Any] = {"form_key": row.form_key or "", "via": row.via, "message_id": row.message_id}
    given |= {"trimmed": row.trimmed, "is_vetted": True}
    if row.asked:
        published = asking_for_help.start(row.asked).replies.order_by("path")[0]
    elif row.forum:
        topic = start_topic(
            title=row.title, body=row.body, by=writer, forum=row.forum, kind=row.kind, tags=row.tags, **given
        )
        published = topic.replies.order_by("path")[0]
    elif row.topic:
        published = write_reply(row.topic, body=row.body, by=writer, parent=row.parent, **given)
    else:
        raise Refused(_("The place where this was to stand is gone. Decline it."))
    with transaction.atomic():
        is_new = _settle(row, Outcome.PUBLISHED, by=by, reply=published)
        if is_new:
            record(What.APPROVED, _thing(row), by=by, is_told=False)
    if is_new:
        _tell("held_published", row, url=absolute(published.get_absolute_url()))
    return published


def decline(held: HeldText, *, by: User, why: Why) -> bool:
    """Do not publish a text, and give it back to its writer with a word; tell whether that was new."""
    row = _fresh(held)
    if row is None:
        return False
    with transaction.atomic():
        if not _settle(row, Outcome.DECLINED, by=by):
            return False
        line = record(What.DECLINED, _thing(row), by=by, why=why, is_told=False)
    place = row.topic or row.forum or row.community
    context = {"reason": why.reason, "words": why.words, "body": row.body, "url": absolute(place.get_absolute_url())}
    context["object_url"] = absolute(line.get_absolute_url()) if line and row.author else ""
    _tell("held_declined", row, **context)
    return True


def publish_after_all(held_id: int, by: User | None, why: Why) -> bool:
    """Publish what had been declined, as whoever wrote it objected; tell whether it was."""
    declined = HeldText.objects.filter(pk=held_id, outcome=Outcome.DECLINED)
    if by is None or not declined.update(outcome="", settled_at=None, settled_by=None):
        return False
    return publish(HeldText(pk=held_id), by=by) is not None


def _thing(row: HeldText) -> Thing:
    """Give a text as the log names it; whoever may not read it is not told its title."""
    return Thing(KIND, row.pk, row.community, _title(row), url="", text=row.body, author=row.author, at=row.held_at)


# What waited is in the log, and can be objected about; nobody else reads it, so it cannot be flagged.
TEXTS = ThingKind(
    words=gettext_lazy("a message that waited"),
    flagged="",
    see=lambda _held_id, _reader: None,
    show=lambda _ids: {},
    acts={What.APPROVED: publish_after_all},
)


def throw_away(held: HeldText, *, by: User) -> bool:
    """Do not publish what is advertising or worse, without a word to whoever sent it; tell whether that was new."""
    row = _fresh(held)
    return row is not None and _settle(row, Outcome.DECLINED, by=by)


def take_back(held: HeldText, *, by: User) -> bool:
    """Let a writer take back what waits: it is a draft again where it was typed. Tell whether that was new."""
    row = _fresh(held)
    if row is None or not _settle(row, Outcome.TAKEN_BACK, by=by):
        return False
    place = f"forum:{row.forum_id}" if row.forum_id else f"topic:{row.topic_id}"
    typed = {"title": row.title, "body": row.body, "kind": row.kind, "tags": ", ".join(row.tags)}
    drafting.keep(typed, place=place, by=by)
    return True


def _fresh(held: HeldText) -> HeldText | None:
    rows = HeldText.objects.waiting().select_related("community", "forum__community", "topic__community", "parent")
    return rows.select_related("author", "guest", "asked__forum__community").filter(pk=held.pk).first()


def _settle(row: HeldText, outcome: Outcome, *, by: User, **fields: Any) -> bool:
    now = timezone.now()
    with transaction.atomic():
        rows = HeldText.objects.waiting().filter(pk=row.pk)
        if not rows.update(outcome=outcome, settled_at=now, settled_by=by, updated_at=now, **fields):
            return False
        caring.settle(KIND, row.pk, by=by, outcome=outcome)
    return True


def _tell(name: str, row: HeldText, **context: str) -> None:
    """Mail whoever wrote it, without naming who decided: the facilitators answer for each other."""
    address = row.author.email if row.author else row.asked.address if row.asked else ""
    if not address or (row.author and not row.author.is_active):
        return
    outbox.send(
        name,
        to=address,
        dedupe_key=f"{name}:{row.pk}",
        context={
            "held": row,
            "dear": row.author.display_name if row.author else "",
            "community": row.community,
            "accent": row.community.accent,
            **context,
        },
        from_name=row.community.name,
        language=row.author.language if row.author else row.community.language,
    )


def show(ids: Collection[int]) -> Mapping[int, Shown]:
    """Give what facilitators see of texts that wait; one query."""
    rows = HeldText.objects.waiting().filter(pk__in=ids)
    rows = rows.select_related(
        "author", "guest", "forum__community", "topic__community", "parent__author", "parent__guest"
    )
    return {row.pk: _shown(row) for row in rows}


def _shown(row: HeldText) -> Shown:
    place = row.forum or row.topic
    above = row.parent
    around = [Around(above.author_name, excerpt(above.text, START), above.get_absolute_url())] if above else []
    return Shown(
        title=_title(row),
        url=place.get_absolute_url() if place else "",
        html=row.body_html,
        author=row.author_name,
        at=row.held_at,
        because=(row.why_in_words,),
        around=(*around,),
    )


def _title(row: HeldText) -> str:
    return row.title or _("A reply in “%(topic)s”") % {"topic": row.topic or ""}


def _held(case: Case) -> HeldText:
    return HeldText(pk=case.thing_id)


def _publish(case: Case, act: Act) -> None:
    publish(_held(case), by=act.by)


def _decline(case: Case, act: Act) -> None:
    decline(_held(case), by=act.by, why=Why(act.reason, act.words))


def _throw_away(case: Case, act: Act) -> None:
    throw_away(_held(case), by=act.by)


HELD = CaseKind(
    words=gettext_lazy("Messages that wait to be published"),
    show=show,
    decisions=held_decisions(
        _publish,
        _decline,
        _throw_away,
        published=gettext_lazy("Published."),
        declined=gettext_lazy("Declined; they have their text back."),
    ),
)
