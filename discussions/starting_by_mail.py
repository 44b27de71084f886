"""Topics that come by mail: to a forum's address, or to the address that a member has for a forum."""

from django.utils.translation import gettext as _

from cop.base.errors import Refused
from cop.base.limits import within_limit
from cop.files.taking_from_mail import below_text, keep
from cop.mail import own_addresses
from cop.mail.arriving import Arrived
from cop.mail.routes import Taken
from cop.notifications import commanding, knowing_senders
from discussions.holding import Held
from discussions.models import Forum, Kind, Via
from discussions.writing import Writer, start_topic
from members.models import User
from members.permissions import require

FORUM, OWN = "forum", "topic"
TITLE_LENGTH = 200
TOPICS_AN_HOUR = 30


def address_of(forum: Forum) -> str:
    """Give a forum's address, the same for everybody; empty where this site takes no mail in."""
    return own_addresses.make(FORUM, f"{forum.community.slug}.{forum.slug}")


def own_address_of(forum: Forum, user: User) -> str:
    """Give the address that only `user` has for a forum: what comes from their address to it needs no second look."""
    return own_addresses.make(OWN, own_addresses.sign(OWN, user.pk, forum.pk))


def take_to_forum(arrived: Arrived) -> Taken:
    """Take a mail to a forum's address, which everybody may know: its sender's own domain must vouch for it."""
    community_slug, _dot, slug = arrived.own.code.lower().partition(".")
    forum = Forum.objects.select_related("community").filter(community__slug=community_slug, slug=slug).first()
    community = forum.community if forum else None
    return _take(arrived, forum, knowing_senders.proven_writer_of(arrived, community, place=_place(arrived, forum)))


def take_to_own(arrived: Arrived) -> Taken:
    """Take a mail to an address that one member has for one forum."""
    numbers = own_addresses.opened(OWN, arrived.own.code)
    if len(numbers) != 2 or not own_addresses.is_signed(OWN, arrived.own.code):
        raise Refused(_("The address that you wrote to is not complete. Copy it again from the page of the forum."))
    holder = User.objects.filter(pk=numbers[0], is_active=True).first()
    forum = Forum.objects.select_related("community").filter(pk=numbers[1]).first()
    return _take(arrived, forum, knowing_senders.writer_of(arrived, holder, place=_place(arrived, forum)))


def _place(arrived: Arrived, forum: Forum | None) -> str:
    """Name where others may decide about a doubtful mail: nobody does what somebody else wrote to us as a command."""
    return knowing_senders.place_of(forum.community) if forum and not commanding.command_in(arrived) else ""


def _take(arrived: Arrived, forum: Forum | None, writer: User) -> Taken:
    if forum is None or not Forum.objects.visible_to(writer).filter(pk=forum.pk).exists():
        raise Refused(_("There is no forum at this address, or it is not for you to read."))
    if command := commanding.command_in(arrived):
        return Taken(line=commanding.obey(command, by=writer, community=forum.community))
    require(writer, "discussions.start_topic", forum)
    title = (arrived.title or arrived.text.strip().partition("\n")[0])[:TITLE_LENGTH].strip()
    if not any(char.isalnum() for char in title):
        raise Refused(_("Your mail has neither a subject nor words. Write a subject that says what it is about."))
    if not within_limit("topic", str(writer.pk), times=TOPICS_AN_HOUR, seconds=3600):
        raise Refused(_("You have started very many topics. Go on in an hour."))
    kept = keep(arrived.parts, community=forum.community, by=writer, audience=forum.audience)
    try:
        topic = start_topic(
            title=title,
            body=below_text(arrived.text, kept) or title,
            by=Writer(user=writer),
            forum=forum,
            kind=Kind.QUESTION if title.endswith(("?", "？")) else Kind.DISCUSSION,
            form_key=arrived.once,
            via=Via.MAIL,
            message_id=arrived.letter.message_id,
            trimmed=arrived.cut,
        )
    except Held as held:
        return Taken(held.row.get_absolute_url(), " ".join(held.messages))
    said = _("Your topic “%(title)s” is in the forum.") % {"title": topic.title}
    line = "\n".join(filter(None, [said, kept.told]))
    return Taken(topic.get_absolute_url(), line, made=f"topic:{topic.pk}")
