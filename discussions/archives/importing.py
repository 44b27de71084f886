"""Taking a mailing list's archive into a forum: each message becomes a reply, or stands in the report with the reason.

Two looks at the file: the first threads it, the second writes, some threads at a time, so that a run that was killed or
paused goes on where it was. What is there already is left as it is. Nobody is mailed.
"""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from cop.mail.letters import Letter, read
from cop.mail.trimming import trim
from cop.markup.rendering import LIMIT, Rendered, render
from discussions import finding
from discussions.archives import restoring
from discussions.archives.adopting import adopt_waiting
from discussions.archives.files import Report, is_json, opened
from discussions.archives.guests import guests_by_key, key_of_address
from discussions.archives.masking import markdown, masked
from discussions.archives.mbox import messages
from discussions.archives.models import ArchivedMessage, Import, LeftOut
from discussions.archives.sorting import Forums
from discussions.archives.threading import Node, parents
from discussions.models import Forum, Guest, Reply, Topic, Via
from discussions.moderating import recount
from discussions.paths import below
from discussions.touching import touch_forums

THREADS_A_BATCH = 15
UNKNOWN_DATE = datetime(1970, 1, 1, tzinfo=UTC)
BODY_LIMIT = LIMIT - 2000


@dataclass
class Entry:
    """What is remembered of a message between the two looks; its text is not."""

    key: str
    digest: str
    offset: int
    node: Node
    parent: str | None = None


def import_archive(
    forum: Forum,
    path: Path,
    *,
    is_sorted: bool = False,
    run: Import | None = None,
    tell: Callable[[Report, int], bool] | None = None,
) -> Report:
    """Take the archive at `path` into a forum; `tell` is called after each batch and may stop the run by False.

    With `is_sorted` each topic that says its forum goes into the one of that name. A second run over the same file adds
    only what is new.
    """
    report, forums = Report(), Forums(forum, is_sorted=is_sorted)
    with opened(path) as file:
        if is_json(file):
            restoring.restore(forums, file, report, run, tell)
        else:
            _import(forum, file, report, run, tell)
    report.adopted = adopt_waiting(forum)
    touch_forums(*forums.touched())
    return report


def _import(
    forum: Forum, file: IO[bytes], report: Report, run: Import | None, tell: Callable[[Report, int], bool] | None
) -> None:
    entries = _look(file, report)
    there = _known(forum, entries)
    new = {key: entry for key, entry in entries.items() if key not in there}
    report.known = len(entries) - len(new)
    above = parents([entry.node for entry in new.values()], known=dict.fromkeys(there))
    for key, parent in above.items():
        new[key].parent = parent
    for batch in _batches(_families(new)):
        _write(forum, file, batch, new, run, report)
        if tell and not tell(report, len(entries)):
            return


def _look(file: IO[bytes], report: Report) -> dict[str, Entry]:
    """Look at every message once: who answers whom. A key that comes twice is told apart by its content."""
    found: dict[str, Entry] = {}
    digests: set[str] = set()
    for raw in messages(file):
        report.read += 1
        letter, digest = read(raw.data), _digest(raw.data)
        if digest in digests:  # The same message twice, letter for letter.
            report.left_out[LeftOut.DOUBLE] += 1
            continue
        digests.add(digest)
        key = letter.message_id or f"{digest[:32]}@without-id"
        if key in found:
            key = f"{key[:240]}#{digest[:12]}"
        date = letter.date or UNKNOWN_DATE
        node = Node(key, tuple(letter.references), letter.topic[:200], letter.is_reply, date)
        found[key] = Entry(key, digest, raw.offset, node)
    return found


def _digest(data: bytes) -> str:
    return hashlib.sha256(data.strip()).hexdigest()


def _known(forum: Forum, entries: dict[str, Entry]) -> set[str]:
    found: set[str] = set()
    keys = list(entries)
    for start in range(0, len(keys), 500):
        rows = ArchivedMessage.objects.filter(forum=forum, key__in=keys[start : start + 500])
        found.update(rows.values_list("key", flat=True))
    return found


def _families(entries: dict[str, Entry]) -> list[list[str]]:
    """Give the keys of each thread, parents before children, threads in the order of their first dates.

    A root whose parent was imported before stands alone: it is put below that one.
    """
    children: dict[str | None, list[str]] = defaultdict(list)
    for key, entry in entries.items():
        children[entry.parent if entry.parent in entries else None].append(key)
    families = []
    for root in sorted(children[None], key=lambda key: (entries[key].node.date, key)):
        family, waiting = [], [root]
        while waiting:
            key = waiting.pop()
            family.append(key)
            waiting.extend(sorted(children[key], key=lambda one: entries[one].node.date, reverse=True))
        families.append(family)
    return families


def _batches(families: list[list[str]]) -> Iterable[list[list[str]]]:
    for start in range(0, len(families), THREADS_A_BATCH):
        yield families[start : start + THREADS_A_BATCH]


def _write(
    forum: Forum,
    file: IO[bytes],
    families: list[list[str]],
    entries: dict[str, Entry],
    run: Import | None,
    report: Report,
) -> None:
    wanted = {key for family in families for key in family}
    letters = {key: _letter(file, entries[key]) for key in sorted(wanted, key=lambda one: entries[one].offset)}
    drafts = {key: _draft(letter, entries[key]) for key, letter in letters.items()}
    with transaction.atomic():
        forum = Forum.objects.select_for_update(no_key=True).select_related("community").get(pk=forum.pk)
        guests = _guests(forum, letters.values())
        placed: dict[str, Reply] = {}
        for family in families:
            _write_family(forum, family, entries, drafts, guests, placed, report)
        rows = []
        for key in wanted:
            letter, entry, reply = letters[key], entries[key], placed.get(key)
            reason = "" if reply else LeftOut.EMPTY
            absent = entry.parent is None and letter.references
            rows.append(
                ArchivedMessage(
                    forum=forum,
                    made_by=run,
                    key=key,
                    digest=entry.digest,
                    reply=reply,
                    subject=letter.subject[:300],
                    reason=reason,
                    awaits=letter.references[-1][:255] if absent and reply else "",
                )
            )
            if reason:
                report.left_out[reason] += 1
            else:
                report.added += 1
        ArchivedMessage.objects.bulk_create(rows, batch_size=500)
        for topic_id, ids in _by_topic(placed.values()).items():
            finding.look_again(topic_id, *ids)


def _by_topic(replies: Iterable[Reply]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    for reply in replies:
        found[reply.topic_id].append(reply.pk)
    return found


def _letter(file: IO[bytes], entry: Entry) -> Letter:
    """Read a message of the file again."""
    file.seek(entry.offset)
    return read(next(messages(file)).data)


@dataclass
class _Draft:
    letter: Letter
    body: str
    rendered: Rendered
    trimmed: str
    at: datetime


def _draft(letter: Letter, entry: Entry) -> _Draft | None:
    """Make a reply's texts of a letter; None where there is nothing to read."""
    trimmed = trim(letter.text)
    kept, cut = trimmed.text, trimmed.cut
    if letter.attachments:
        names = ", ".join(letter.attachments[:20])
        kept = f"{kept}\n\n" + _("(Attached in the archive: %(names)s)") % {"names": names}
    if not kept.strip():
        return None
    if len(kept) > BODY_LIMIT:
        kept, cut = kept[:BODY_LIMIT], f"{kept[BODY_LIMIT:]}\n{cut}"
    body = markdown(masked(kept))
    return _Draft(letter, body, render(body), masked(cut), entry.node.date)


def _guests(forum: Forum, letters: Iterable[Letter]) -> dict[str, Guest]:
    names: dict[str, str] = {}
    for letter in letters:
        key = key_of_address(letter.address or letter.name)
        names[key] = letter.name or names.get(key) or ""
    return guests_by_key(forum.community, names)


def _write_family(
    forum: Forum,
    family: list[str],
    entries: dict[str, Entry],
    drafts: dict[str, _Draft | None],
    guests: dict[str, Guest],
    placed: dict[str, Reply],
    report: Report,
) -> None:
    """Write one thread: a topic of its own, or below a message that was imported before."""
    above = _earlier(forum, entries[family[0]].parent)
    topic = above.topic if above else None
    levels: dict[str, Reply | None] = {}
    for key in family:
        draft = drafts[key]
        parent = placed.get(entries[key].parent or "") or _nearest(entries, key, placed) or above
        if draft is None:
            continue
        author = guests[key_of_address(draft.letter.address or draft.letter.name)]
        if topic is None:
            topic = _topic(forum, draft, author)
            report.topics += 1
        if parent is None and levels:  # The first message was empty: its answers stand below the first that is not.
            parent = next(row for row in levels.values() if row)
        placed[key] = levels[key] = _reply(topic, parent, draft, author, key)
    if topic is not None:
        recount(topic)


def _earlier(forum: Forum, key: str | None) -> Reply | None:
    if key is None:
        return None
    row = ArchivedMessage.objects.filter(forum=forum, key=key).select_related("reply__topic").first()
    return row.reply if row else None


def _nearest(entries: dict[str, Entry], key: str, placed: dict[str, Reply]) -> Reply | None:
    """Give the nearest ancestor that became a reply, where the parent itself was left out."""
    parent = entries[key].parent
    while parent is not None and parent in entries:
        if parent in placed:
            return placed[parent]
        parent = entries[parent].parent
    return None


def _topic(forum: Forum, draft: _Draft, author: Guest) -> Topic:
    title = masked(draft.letter.topic)[:200] or _("(no subject)")
    return Topic.objects.create(
        community=forum.community,
        forum=forum,
        audience=forum.audience,
        title=title,
        slug=slugify(title)[:80].strip("-"),
        guest=author,
        starter=author.user,
        started_at=draft.at,
        last_at=draft.at,
    )


def _reply(topic: Topic, parent: Reply | None, draft: _Draft, author: Guest, key: str) -> Reply:
    return Reply.objects.create(
        topic=topic,
        parent=parent,
        path=below(parent.path if parent else "", draft.at),
        guest=author,
        author=author.user,
        body=draft.body,
        body_html=draft.rendered.html,
        text=draft.rendered.text,
        markup_version=draft.rendered.version,
        trimmed=draft.trimmed,
        posted_at=draft.at,
        via=Via.ARCHIVE,
        message_id=key.partition("#")[0],
        told_at=draft.at,
    )
