"""Commands in plain words, for who writes to a list's address: in the subject, or alone in the mail."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from cop.base.errors import Refused
from cop.mail.arriving import Arrived
from cop.mail.plain_words import first_line
from cop.notifications import leaving, pacing
from cop.notifications.models import Pace, Subscription
from cop.notifications.owning import subscribers_of
from cop.notifications.querysets import SubscriptionQuerySet
from members import joining
from members.models import Community, User

WORDS = {
    "help": "help|hilfe|aide|ayuda|aiuto|ajuda|hulp|hjälp|hjelp|pomoc|помощь|допомога|info",
    "stop": "stop|stop mail|no mail|unsubscribe|abbestellen|abmelden|désabonner|se désabonner|désinscription|"
    "baja|darse de baja|cancelar suscripción|disiscrivi|cancelar|afmelden|avsluta|wypisz|отписаться|відписатися",
    "leave": "leave|leave community|leave the community|"
    "austreten|quitter|salir|abandonar|uscire|sair|verlaten|lämna|выйти",
    "resume": "resume|continue|go on|weiter|fortsetzen|reprendre|reanudar|riprendi|retomar|hervatten|"
    "fortsätt|продолжить",
    "each": "each|every mail|each mail|jede|chaque|cada|ogni",
    "daily": "daily|daily digest|täglich|quotidien|diario|giornaliero|diário|dagelijks|dagligen|ежедневно",
    "weekly": "weekly|weekly digest|wöchentlich|hebdomadaire|semanal|settimanale|wekelijks|veckovis|еженедельно",
}
PAUSE = re.compile(
    r"(?:pause|pausieren|pausar|suspendre|pausa|pauzeer|пауза|vacation|urlaub)(?:\s+(?:for\s+)?(\d{1,3})(?:\s+\w{1,10})?)?"
)
PAUSE_DAYS = 14
MOST_DAYS = 365
# A mail with more words than that is no command, whatever its subject is.
MOST_WORDS = 12
MOST_ALONE = 4


@dataclass(frozen=True)
class Command:
    """What somebody wants; `days` of a pause."""

    name: str
    days: int = 0


def command_in(arrived: Arrived) -> Command | None:
    """Give the command that a mail is; None for a mail that says something else."""
    words = len(arrived.text.split())
    subject = first_line(arrived.title)
    for line in (subject, first_line(arrived.text)):
        command = _read(line)
        # "Help" above a page of text is a topic's title; "unsubscribe" is not.
        if command and (words <= MOST_WORDS or (line == subject and command.name == "stop")):
            return command
    return None


def command_alone_in(text: str) -> Command | None:
    """Give the command in an answer to a mail, where it says nothing else: who writes "unsubscribe" says it to us.

    Only what nobody would say to others is one: "help" and "leave" may answer a question.
    """
    command = _read(first_line(text)) if len(text.split()) <= MOST_ALONE else None
    return command if command and command.name in ("stop", "pause") else None


def _read(line: str) -> Command | None:
    if found := PAUSE.fullmatch(line):
        return Command("pause", min(int(found[1] or PAUSE_DAYS), MOST_DAYS) or PAUSE_DAYS)
    return next((Command(name) for name, words in WORDS.items() if re.fullmatch(words, line)), None)


def obey(command: Command, *, by: User, community: Community, at: datetime | None = None) -> str:
    """Do what a command says, for the mail of one community or, for a pause, for all; give a sentence about it."""
    at = at or timezone.now()
    if command.name in ("pause", "resume"):
        return _pause(by, command.days, at)
    if command.name == "leave":
        return _leave(by, community)
    if command.name == "stop":
        return _stop(by, community, at)
    if command.name in Pace.values:
        return _pace(by, community, command.name, at)
    return help_text(community)


def _pause(user: User, days: int, at: datetime) -> str:
    until = at + timedelta(days=days)
    for subscriber in subscribers_of(user):
        if days:
            pacing.pause(subscriber, until, by=user, at=at)
        else:
            pacing.resume(subscriber, by=user, at=at)
    if not days:
        return _("Mail comes again.")
    return _("You get no mail before %(day)s. Write “resume” to end that earlier.") % {"day": date_format(until)}


def _leave(user: User, community: Community) -> str:
    if not joining.leave(community, by=user):
        raise Refused(_("You do not belong to %(name)s.") % {"name": community.name})
    return _("You have left %(name)s.") % {"name": community.name}


def _stop(user: User, community: Community, at: datetime) -> str:
    for row in _mine(user, community):
        leaving.leave(row, detail="mail", by=user, at=at)
    words = _("You get no more mail from %(name)s. You still belong to it: write “leave” to end that.")
    return words % {"name": community.name}


def _pace(user: User, community: Community, pace: str, at: datetime) -> str:
    for row in _mine(user, community).filter(thing_kind="community"):
        pacing.change_pace(row, pace, by=user, at=at)
    return _("From now on: %(pace)s.") % {"pace": Pace(pace).label}


def help_text(community: Community) -> str:
    """Give what one can write, a line each."""
    lines = [
        _("Write one of these in the subject, and nothing else, for the mail of %(name)s:") % {"name": community.name},
        _("pause 14 – no mail for 14 days; resume – mail comes again"),
        _("each, daily or weekly – how often"),
        _("stop – no more mail; leave – leave the community"),
        _("Anything else that you write to a forum's address becomes a topic there."),
    ]
    return "\n".join(lines)


def _mine(user: User, community: Community) -> SubscriptionQuerySet:
    return Subscription.objects.filter(subscriber__in=subscribers_of(user), community=community).confirmed()
