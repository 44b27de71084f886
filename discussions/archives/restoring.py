"""Taking back in what was given out as JSON: trees, kinds, tags, answers, what was pinned and locked, times, names,
and where that is wanted each topic into the forum of its own name.

The file is read from its start to its end, some lines at a time, and never held as a whole. What is there already is
left as it is, so that a run that was killed or paused, or that comes twice, adds only what is new. Nobody is mailed.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import IO

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils.text import slugify
from django.utils.translation import gettext as _

from cop.markup.rendering import LIMIT, Rendered, render
from discussions import answering, finding
from discussions.archives import json_lines
from discussions.archives.files import Report
from discussions.archives.guests import guests_by_key, key_of_address
from discussions.archives.json_lines import Line
from discussions.archives.models import ArchivedMessage, Import, LeftOut
from discussions.archives.sorting import Forums
from discussions.models import Forum, Guest, Kind, Reply, Topic, Via
from discussions.moderating import recount
from discussions.paths import below

LINES_A_BATCH = 200
SUMMARY_LENGTH = 5000


@dataclass(frozen=True)
class _Draft:
    """A line, under the key by which it is known here, with its texts."""

    key: str
    digest: str
    line: Line
    body: str
    rendered: Rendered
    trimmed: str


def restore(
    forums: Forums,
    file: IO[bytes],
    report: Report,
    run: Import | None = None,
    tell: Callable[[Report, int], bool] | None = None,
) -> None:
    """Take the lines of a file into forums; `tell` is called after each batch and may stop it by False."""
    report.read = sum(1 for _line in json_lines.lines_of(file))
    file.seek(0)
    lines = _numbered(file)
    # By the number that a topic had where it was given out.
    topics: dict[str, int] = {}
    while batch := list(islice(lines, LINES_A_BATCH)):
        _take(forums, batch, topics, run, report)
        if tell and not tell(report, report.read):
            return


def _numbered(file: IO[bytes]) -> Iterator[tuple[str, str, Line]]:
    """Give each line with its key and digest. A Message-ID that comes twice is told apart by the content."""
    seen: set[int] = set()
    for data in json_lines.lines_of(file):
        digest = hashlib.sha256(data.strip()).hexdigest()
        line = json_lines.read(data, digest)
        key = line.message_id or f"{digest[:32]}@without-id"
        if hash(key) in seen:
            key = f"{key[:240]}#{digest[:12]}"
        seen.add(hash(key))
        yield key, digest, line


def _take(
    forums: Forums, batch: list[tuple[str, str, Line]], topics: dict[str, int], run: Import | None, report: Report
) -> None:
    there = _there(forums, {key for key, _digest, _line in batch})
    drafts, doubles = [], _digests_there(forums.chosen, [digest for _key, digest, _line in batch])
    for key, digest, line in batch:
        if key in there:
            report.known += 1
            topic_id = there[key]
            if topic_id:
                topics.setdefault(line.topic, topic_id)
        elif digest in doubles:
            report.left_out[LeftOut.DOUBLE] += 1
        else:
            doubles.add(digest)
            drafts.append(_draft(key, digest, line))
    if drafts:
        _write(forums, drafts, topics, run, report)


def _there(forums: Forums, keys: set[str]) -> dict[str, int | None]:
    """Give those messages that are there: taken in before, come by mail, or written here; each with its topic."""
    found: dict[str, int | None] = {}
    known = ArchivedMessage.objects.filter(forum=forums.chosen, key__in=keys)
    found.update(known.values_list("key", "reply__topic"))
    return {**found, **{key: reply.topic_id for key, reply in _replies(forums, keys).items()}}


def _digests_there(forum: Forum, digests: Iterable[str]) -> set[str]:
    rows = ArchivedMessage.objects.filter(forum=forum, digest__in=list(digests))
    return set(rows.values_list("digest", flat=True))


def _replies(forums: Forums, keys: Iterable[str]) -> dict[str, Reply]:
    """Give the replies of the forum, or of all where topics are sorted into them, by their Message-IDs, and those
    written here by the one made from their number."""
    there = Q(topic__forum=forums.chosen)
    if forums.is_sorted:
        there = Q(topic__forum__community=forums.chosen.community_id)
    rows = Reply.objects.filter(there).select_related("topic")
    found = {row.message_id: row for row in rows.filter(message_id__in=set(keys)).order_by("-pk")}
    end = f"@{settings.SITE_HOST}"
    numbers = {key: key.removeprefix("reply-").removesuffix(end) for key in keys if key.endswith(end)}
    numbers = {key: number for key, number in numbers.items() if number.isdecimal() and len(number) < 19}
    own = rows.filter(message_id="").in_bulk([int(number) for number in numbers.values()]) if numbers else {}
    found.update({key: own[int(number)] for key, number in numbers.items() if int(number) in own})
    return found


def _draft(key: str, digest: str, line: Line) -> _Draft:
    """Make a reply's texts of a line: what is too long to be rendered is kept behind what can be."""
    body, rest = line.body[:LIMIT], line.body[LIMIT:]
    return _Draft(key, digest, line, body, render(body), f"{rest}\n{line.trimmed}".strip() if rest else line.trimmed)


def _write(forums: Forums, drafts: list[_Draft], topics: dict[str, int], run: Import | None, report: Report) -> None:
    with transaction.atomic():
        forum = Forum.objects.select_for_update(no_key=True).select_related("community").get(pk=forums.chosen.pk)
        guests = guests_by_key(forum.community, {key_of_address(one.line.by): one.line.name for one in drafts})
        placed = _replies(forums, {one.line.answers for one in drafts if one.line.answers})
        touched: dict[int, list[int]] = {}
        rows = []
        for draft in _parents_first(drafts):
            reason, reply, awaits = LeftOut.EMPTY if not draft.body.strip() else "", None, ""
            if reason:
                report.left_out[reason] += 1
            else:
                parent = placed.get(draft.line.answers) or _opening_of(topics.get(draft.line.topic), draft.line)
                reply = _place(forums, draft, parent, guests[key_of_address(draft.line.by)], report)
                placed[draft.key] = reply
                if parent is None:
                    topics[draft.line.topic] = reply.topic_id
                    awaits = draft.line.answers
                touched.setdefault(reply.topic_id, []).append(reply.pk)
                report.added += 1
            rows.append(_row(forum, run, draft, reply, reason, awaits))
        ArchivedMessage.objects.bulk_create(rows, batch_size=500)
        for topic in Topic.objects.filter(pk__in=touched):
            recount(topic)
            if topic.is_question:
                answering.reckon(topic)
            finding.look_again(topic.pk, *touched[topic.pk])


def _parents_first(drafts: list[_Draft]) -> list[_Draft]:
    """Order a batch so that each message comes after what it answers there; a loop is cut where it was met."""
    by_key = {draft.key: draft for draft in drafts}
    ordered: dict[str, _Draft] = {}
    for draft in drafts:
        branch = {draft.key: draft}
        while (above := by_key.get(draft.line.answers)) and above.key not in ordered and above.key not in branch:
            branch[above.key] = draft = above
        ordered.update(reversed(branch.items()))
    return list(ordered.values())


def _opening_of(topic_id: int | None, line: Line) -> Reply | None:
    """Give what the topic of a line opens with, for one whose parent was left out; what answers nothing has none."""
    if topic_id is None or not line.answers:
        return None
    return Reply.objects.select_related("topic").filter(topic=topic_id).order_by("path").first()


def _place(forums: Forums, draft: _Draft, parent: Reply | None, guest: Guest, report: Report) -> Reply:
    line = draft.line
    if parent is None:
        topic = _topic(forums.of(line.forum), line, guest)
        report.topics += 1
    else:
        topic = parent.topic
    return Reply.objects.create(
        topic=topic,
        parent=parent,
        path=below(parent.path if parent else "", line.posted_at),
        guest=guest,
        author=guest.user,
        body=draft.body,
        body_html=draft.rendered.html,
        text=draft.rendered.text,
        markup_version=draft.rendered.version,
        trimmed=draft.trimmed,
        posted_at=line.posted_at,
        edited_at=line.edited_at,
        accepted_at=line.accepted_at if parent and topic.kind == Kind.QUESTION else None,
        via=Via.ARCHIVE,
        message_id=draft.key.partition("#")[0],
        told_at=line.posted_at,
    )


def _topic(forum: Forum, line: Line, guest: Guest) -> Topic:
    title = " ".join(line.title.split())[:200] or _("(no subject)")
    summary = line.summary[:SUMMARY_LENGTH]
    topic = Topic.objects.create(
        community=forum.community,
        forum=forum,
        audience=forum.audience,
        kind=line.kind,
        title=title,
        slug=slugify(title)[:80].strip("-"),
        guest=guest,
        starter=guest.user,
        started_at=line.posted_at,
        last_at=line.posted_at,
        pinned_at=line.pinned_at,
        locked_at=line.locked_at,
        summary=summary,
        summary_html=render(summary).html if summary.strip() else "",
    )
    if line.tags:
        topic.tags.set(line.tags)
    return topic


def _row(
    forum: Forum, run: Import | None, draft: _Draft, reply: Reply | None, reason: str, awaits: str
) -> ArchivedMessage:
    return ArchivedMessage(
        forum=forum,
        made_by=run,
        key=draft.key,
        digest=draft.digest,
        reply=reply,
        subject=draft.line.title[:300],
        reason=reason,
        awaits=awaits,
    )
