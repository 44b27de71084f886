"""Replies that come by mail: the same process as in the browser, under the same rules."""

from django.utils.translation import gettext as _

from cop.base.errors import Refused
from cop.files.taking_from_mail import below_text, keep
from cop.mail.answerables import Answer
from cop.mail.routes import Taken
from cop.notifications import commanding, followables, knowing_senders, leaving
from cop.notifications.commanding import Command
from cop.notifications.models import Subscription
from discussions.holding import Held
from discussions.models import Reply, Topic, Via
from discussions.writing import Writer
from discussions.writing import reply as write_reply
from members.models import User
from members.permissions import require


def take(answer: Answer) -> Taken:
    """Post the answer to a topic's mail below the message that it answers; raise Refused or Doubt."""
    arrived = answer.arrived
    above = Reply.objects.select_related("topic__community").filter(pk=answer.about).first()
    command = commanding.command_alone_in(arrived.text)
    # A command is for us: nobody else decides about it.
    place = knowing_senders.place_of(above.topic.community) if above and not command else ""
    writer = knowing_senders.writer_of(arrived, knowing_senders.holder_of(answer.key), place=place)
    topic = _topic(above, writer)
    if command:
        return Taken(line=_obey(command, answer.key, by=writer, topic=topic))
    require(writer, "discussions.reply", topic)
    if not arrived.text and not arrived.parts:
        raise Refused(_("There was nothing in your mail but quoted text. Write above the quotation."))
    kept = keep(arrived.parts, community=topic.community, by=writer, audience=topic.audience)
    is_first = not Reply.objects.filter(author=writer, via=Via.MAIL).exists()
    try:
        written = write_reply(
            topic,
            body=below_text(arrived.text, kept),
            by=Writer(user=writer),
            parent=above,
            form_key=arrived.once,
            via=Via.MAIL,
            message_id=arrived.letter.message_id,
            trimmed=arrived.cut,
        )
    except Held as held:
        return Taken(held.row.get_absolute_url(), " ".join(held.messages))
    line = _("Your answer is in the topic “%(title)s”, as all that you answer by mail from now on.") if is_first else ""
    said = "\n".join(filter(None, [line and line % {"title": topic.title}, kept.told]))
    return Taken(written.get_absolute_url(), said, made=f"reply:{written.pk}")


def _obey(command: Command, key: str, *, by: User, topic: Topic) -> str:
    """Do what somebody wrote to us and not to the others: "stop" ends the mails of what this one came from."""
    row = Subscription.objects.select_related("subscriber").filter(token=key, subscriber__user=by).first()
    thing = followables.find(row.thing_kind, row.thing_id) if row else None
    if command.name != "stop" or row is None or thing is None:
        return commanding.obey(command, by=by, community=topic.community)
    leaving.leave(row, detail="mail", by=by)
    return _("No more mail comes from “%(thing)s”, and nothing was posted.") % {"thing": thing.title}


def _topic(above: Reply | None, writer: User) -> Topic:
    """Give the topic that is answered, or the one that it became part of; raise Refused where it is not to be seen."""
    if above is not None:
        place = above.topic.merged_into_id or above.topic_id
        found = Topic.objects.visible_to(writer).select_related("community", "forum").filter(pk=place).first()
        if found:
            return found
    raise Refused(_("What you answer does not exist any more, or is not for you to read any more."))
