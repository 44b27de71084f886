"""Writing letters: in a community that both belong to, within limits, and mailed to whoever it is to."""

from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from cop.base.errors import Refused
from cop.base.limits import within_limit
from cop.base.links import absolute
from cop.guarding import newcomers
from cop.guarding.newcomers import Written
from cop.letters.models import Conversation, Letter, LetterPolicy, is_on_in
from cop.mail import outbox
from cop.markup.addressing import with_absolute_addresses, with_absolute_links
from cop.markup.rendering import Rendered, render
from members.blocking import has_blocked
from members.models import Community, Membership, User

LETTERS_AN_HOUR = 60
ABOUT = "letter"
HOUR = timedelta(hours=1)
MOST_NAMED = 20


def shared_by(one: User, other: User) -> list[Community]:
    """Give the communities in which two people can write to each other, by name; one query."""
    if one.pk == other.pk:
        return []
    also = Membership.objects.taking_part().filter(user=other).values("community")
    return list(open_to(one).filter(pk__in=also)[:MOST_NAMED])


def open_to(user: User) -> QuerySet[Community]:
    """Give the communities in which somebody can write to others, by name."""
    taking_part = Membership.objects.taking_part().filter(user=user)
    switched_on = LetterPolicy.objects.filter(is_on=True)
    rows = Community.objects.alive().filter(pk__in=switched_on.values("community"))
    return rows.filter(pk__in=taking_part.values("community")).order_by("name")


def write(community: Community, *, to: User, body: str, by: User, form_key: str = "") -> Letter:
    """Write to somebody and tell them by mail; the same form sent twice makes one letter.

    Raises Refused where the two do not both take part in the community, where letters are switched off, for more than
    somebody new may write, and for whoever blocked the other. To somebody who blocked `by` it is kept, and does not
    arrive.
    """
    if form_key and (twin := Letter.objects.filter(author=by, form_key=form_key).first()):
        return twin
    rendered = render(body)
    _refuse_who_may_not(community, by, to)
    _refuse_too_much(community, by, rendered)
    first, second = sorted((by, to), key=lambda user: user.pk)
    is_kept_back = has_blocked(to, by.pk)
    now = timezone.now()
    try:
        with transaction.atomic():
            talk, _is_new = Conversation.objects.get_or_create(community=community, first=first, second=second)
            letter = Letter.objects.create(
                conversation=talk,
                author=by,
                body=body,
                body_html=rendered.html,
                text=rendered.text,
                sent_at=now,
                is_kept_back=is_kept_back,
                form_key=form_key or None,
            )
            if not is_kept_back:
                Conversation.objects.filter(pk=talk.pk).update(last_at=now)
    except IntegrityError:
        if twin := Letter.objects.filter(author=by, form_key=form_key).first():
            return twin
        raise
    if not is_kept_back:
        _mail(letter, community, to=to)
    return letter


def _refuse_who_may_not(community: Community, by: User, to: User) -> None:
    taking_part = Membership.objects.taking_part().filter(community=community, user__in=[by, to])
    if by.pk == to.pk or taking_part.count() != 2 or community.is_archived or not is_on_in(community):
        raise Refused(_("You cannot write to each other here any more. Copy your text, if you want to keep it."))
    if has_blocked(by, to.pk):
        raise Refused(_("You have blocked %(name)s. Block them no longer before you write.") % {"name": to})


def _refuse_too_much(community: Community, by: User, rendered: Rendered) -> None:
    if not within_limit("letters", str(by.pk), times=LETTERS_AN_HOUR, seconds=3600):
        raise Refused(_("You have written very many letters. Copy your text, and go on in an hour."))
    if new := newcomers.newcomer(by, community):
        newcomers.refuse_too_much(new, rendered)
        written = Letter.objects.filter(author=by, sent_at__gt=timezone.now() - HOUR)
        newcomers.refuse_too_many(new, written.filter(conversation__community=community).count(), what=Written.REPLY)


def _mail(letter: Letter, community: Community, *, to: User) -> None:
    outbox.send(
        "letter",
        to=to.email,
        dedupe_key=f"letter:{letter.pk}",
        context={
            "letter": letter,
            "community": community,
            "by": letter.author,
            "body": with_absolute_addresses(letter.body),
            "body_html": with_absolute_links(letter.body_html),
            "url": absolute(letter.get_absolute_url()),
            "their_page": absolute(letter.author.get_absolute_url()) if letter.author else "",
            "accent": community.accent,
        },
        language=to.language,
        from_name=f"{letter.author} · {community.name}",
        about=f"{ABOUT}:{letter.pk}",
    )


def mark_read(talk: Conversation, *, by: User) -> None:
    """Note that somebody has seen all that there is of a conversation."""
    last = talk.letters.order_by("-pk").values_list("pk", flat=True).first() or 0
    field = "first_read_up_to" if talk.first_id == by.pk else "second_read_up_to"
    Conversation.objects.filter(pk=talk.pk, **{f"{field}__lt": last}).update(**{field: last})


def switch(community: Community, *, is_on: bool) -> None:
    """Let the members of a community write to each other, or not; what was written stays readable."""
    LetterPolicy.objects.update_or_create(community=community, defaults={"is_on": is_on})
