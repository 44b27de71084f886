"""Naming people in a forwarded exchange: they are asked by a mail with one button, and may change their mind."""

import re
import secrets
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from blogs.exchanging import Person, heading
from blogs.models import Post
from blogs.quoted_models import QuotedPerson
from blogs.saving import save_post
from cop.base.errors import Refused
from cop.base.limits import within_limit
from cop.base.links import absolute_url
from cop.mail import outbox
from cop.notifications.holding_back import unwanted
from members.models import User

ASKED_A_DAY = 30
WORDS_SHOWN = 2000


def note(post: Post, people: Sequence[Person]) -> int:
    """Keep who is in a post without being named; give how many are new."""
    before = post.quoted.count()
    QuotedPerson.objects.bulk_create(
        [
            QuotedPerson(
                post=post,
                label=person.label,
                name=person.name,
                address=person.address,
                token=secrets.token_urlsafe(24),
            )
            for person in people
        ],
        ignore_conflicts=True,
    )
    return post.quoted.count() - before


def ask(person: QuotedPerson, *, by: User, at: datetime | None = None) -> bool:
    """Ask somebody by mail whether they may be named; once. Raises Refused where they cannot be asked."""
    if not person.address:
        raise Refused(_("The mail says no address of theirs."))
    if unwanted({person.address}):
        raise Refused(_("This address asked never to be mailed, or cannot be reached."))
    if person.asked_at:
        return False
    if not within_limit("naming", str(by.pk), times=ASKED_A_DAY, seconds=86_400):
        raise Refused(_("You have asked very many people today. Go on tomorrow."))
    if not QuotedPerson.objects.filter(pk=person.pk, asked_at=None).update(asked_at=at or timezone.now(), asked_by=by):
        return False
    blog = person.post.blog
    outbox.send(
        "naming_asked",
        to=person.address,
        dedupe_key=f"naming-asked:{person.pk}",
        context={
            "by": by,
            "blog": blog,
            "community": blog.community,
            "name": person.name,
            "words": words_of(person),
            "url": absolute_url("blogs:naming", person.token),
            "accent": blog.community.accent,
        },
        language=blog.community.language,
        reply_to=by.email,
    )
    return True


def agree(person: QuotedPerson, *, name: str = "", at: datetime | None = None) -> bool:
    """Put somebody's name above their words, as they spell it; tell whether that was new."""
    name = tidied(name) or person.name
    return _answer(person, agrees=True, name=name, at=at)


def decline(person: QuotedPerson, *, at: datetime | None = None) -> bool:
    """Leave somebody without a name, or take it out again; tell whether that was new."""
    return _answer(person, agrees=False, name=person.name, at=at)


def _answer(person: QuotedPerson, *, agrees: bool, name: str, at: datetime | None) -> bool:
    with transaction.atomic():
        row = QuotedPerson.objects.select_for_update().get(pk=person.pk)
        if row.agrees == agrees:
            return False
        shown = row.name if row.agrees else row.label
        QuotedPerson.objects.filter(pk=row.pk).update(agrees=agrees, name=name, answered_at=at or timezone.now())
    post = Post.objects.select_related("blog__community", "author").get(pk=row.post_id)
    body = post.body.replace(heading(shown), heading(name if agrees else row.label))
    if body != post.body:
        save_post(post, title=post.title, body=body, by=None, excerpt=post.excerpt)
    person.refresh_from_db()
    return True


def words_of(person: QuotedPerson) -> str:
    """Give what stands under somebody's heading in the post today."""
    label = person.name if person.agrees else person.label
    pieces = re.split(r"(?m)^(\*\*[^*\n]{1,90}:\*\*)$", person.post.body)
    said = [text.strip() for head, text in zip(pieces[1::2], pieces[2::2], strict=True) if head == heading(label)]
    return "\n\n".join(said)[:WORDS_SHOWN]


def tidied(name: str) -> str:
    """Give a name without anything that Markdown would read."""
    return " ".join(re.sub(r"[*_`<>\[\]#|\\:]", "", name).split())[:80]
