"""Telling people: what was done to their things, what became of their flags, what was decided on their objection.

The rows say who is still to be told, so that a mail follows the commit and none is sent twice.
"""

from django.contrib.auth.models import AnonymousUser
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from cop.base.links import absolute, absolute_url
from cop.mail import outbox
from cop.moderation import hearing, things
from cop.moderation.action_models import ModerationAction, Objection, Office, What
from cop.moderation.flag_models import Flag
from cop.moderation.recording import NOT_TOLD
from members.models import Community, User

AT_ONCE = 200
# What was done, as a sentence to whoever wrote it. %(title)s is what it is called, %(who)s who did it.
SENTENCES = {
    What.HIDDEN: _("%(who)s has hidden %(title)s: for the time being only facilitators can read it."),
    What.SHOWN: _("%(who)s has looked at %(title)s: everybody can read it again."),
    What.EDITED: _("%(who)s has changed %(title)s. What you had written stands below."),
    What.MOVED: _("%(who)s has moved %(title)s to a place where it fits better."),
    What.SPLIT: _("%(who)s has made %(title)s a topic of its own."),
    What.MERGED: _("%(who)s has made %(title)s part of another topic."),
    What.LOCKED: _("%(who)s has locked %(title)s: it can be read, and nobody replies."),
    What.UNLOCKED: _("%(who)s has opened %(title)s again: members can reply."),
    What.CALLED_OFF: _("%(who)s has called off %(title)s."),
    What.DELETED: _("%(who)s has deleted %(title)s."),
    What.RESTORED: _("%(who)s has brought back %(title)s."),
    What.APPROVED: _("%(who)s has approved %(title)s: everybody can read it now."),
    What.DECLINED: _("%(who)s has not approved %(title)s: nobody but you and facilitators reads it."),
    What.LET_IN: _(
        "%(who)s has let in a mail that came in your name, %(title)s, though nothing proves that you wrote it. "
        "If you did not, say so, and it is taken away."
    ),
    What.TURNED_AWAY: _(
        "%(who)s has not let in a mail that came in your name, %(title)s. "
        "If you did not write it, nothing is to be done."
    ),
    What.WARNED: _("%(who)s writes to you about %(title)s. Nothing was done to it."),
    What.REVERTED: _("%(who)s has put %(title)s back as it was."),
    What.LEFT: _("%(who)s has looked at %(title)s, which somebody had flagged, and left it as it is."),
    What.HELD: _("%(who)s reads what you write here first, and then everybody does."),
    What.RELEASED: _("%(who)s has taken back that what you write here is read first: it appears at once again."),
    What.SLOWED: _("%(who)s has slowed down %(title)s: everybody waits for a while between two replies."),
    What.PINNED: _("%(who)s keeps %(title)s on top of its forum."),
    What.UNPINNED: _("%(who)s no longer keeps %(title)s on top of its forum."),
    What.SUSPENDED: _("%(who)s has suspended your membership for a time."),
    What.READMITTED: _("%(who)s has readmitted you: you can take part again."),
    What.REMOVED: _("%(who)s has ended your membership."),
}
# Where a kind of thing has a sentence of its own.
OF_A_KIND = {
    ("event", What.HIDDEN): _(
        "%(who)s has hidden %(title)s: for the time being only its hosts and facilitators see it."
    ),
}
WHO = {
    Office.FACILITATOR: _("A facilitator"),
    Office.STAFF: _("Site staff"),
    Office.READERS: _("Several readers asked to look at it, which"),
}
GOOD_NEWS = {
    What.SHOWN,
    What.UNLOCKED,
    What.RESTORED,
    What.APPROVED,
    What.RELEASED,
    What.READMITTED,
    What.LEFT,
    What.REVERTED,
}
# What changes for whoever objected, where what was done is taken back, and where it cannot be.
TAKEN_BACK = {
    What.HIDDEN: _("Everybody can read it again."),
    What.LOCKED: _("Members can reply again."),
    What.DELETED: _("It stands again where it stood."),
    What.EDITED: _(
        "It says again what you had written. The words that stood there meanwhile are among its earlier versions."
    ),
    What.MOVED: _("It is back where it was."),
    What.HELD: _("What you write appears at once again."),
    What.SUSPENDED: _("You can take part again."),
    What.REMOVED: _("You are a member again, and can take part at once."),
    What.LET_IN: _("What was posted in your name is hidden."),
}
STAYS = {
    What.EDITED: _(
        "The words stay as they are now, because they were changed again since. You can change them yourself."
    ),
    What.MERGED: _("Your messages stay in the other topic: what was put together cannot be taken apart again."),
    What.SPLIT: _("It stays a topic of its own."),
    What.MOVED: _("It stays where it is now."),
    What.WARNED: _("Nothing had been done to it; what was written to you is not counted against you."),
    What.TURNED_AWAY: _("The mail was not kept. You can send it once more."),
}


def sentence_of(action: ModerationAction) -> str:
    """Say what was done, to the person whose it is or was."""
    who = WHO[Office(action.office)]
    what = What(action.what)
    words = OF_A_KIND.get((action.kind, what)) or SENTENCES.get(what, _("%(who)s: %(title)s was looked at."))
    return str(words) % {"who": who, "title": called(action.kind, action.title)}


def outcome_of(objection: Objection) -> str:
    """Say what changes for whoever objected, and what does not, where they were said to be right."""
    what = What(objection.action.what)
    if objection.is_taken_back is None:
        return str(_("What was done is taken back as far as it can be."))
    if objection.is_taken_back:
        return str(TAKEN_BACK.get(what, _("What was done is taken back.")))
    return str(STAYS.get(what, _("What was done cannot be undone. It is not counted against you.")))


def is_told(what: str) -> bool:
    """Whether somebody gets a mail when this is done: of suspending, one that the members' room writes."""
    return what not in NOT_TOLD or what == What.SUSPENDED


def called(kind: str, title: str, *, is_own: bool = True) -> str:
    """Say what a thing is called, to whose it is or to somebody else."""
    found = things.kinds.get(kind)
    words = (found.yours if is_own else found.called) if found else "“%(title)s”"
    return str(words) % {"title": title}


def tell_due() -> int:
    """Tell everybody who is still to be told; give how many mails that were."""
    return _tell_actions() + _tell_flags() + _tell_objections()


def _tell_actions() -> int:
    rows = ModerationAction.objects.filter(told_at=None).select_related("community", "about").order_by("at")[:AT_ONCE]
    count = 0
    for action in rows:
        if action.about and action.about.is_active:
            with override(action.about.language):
                sentence, title = sentence_of(action), called(action.kind, action.title)
            _mail(
                "moderated",
                action.about,
                f"moderated:{action.pk}",
                action.community,
                {
                    "action": action,
                    "sentence": sentence,
                    "title": title,
                    "is_good": action.what in GOOD_NEWS,
                    "url": absolute(action.get_absolute_url()),
                    "guidelines": absolute_url("moderation:guidelines", action.community.slug),
                },
            )
            count += 1
        ModerationAction.objects.filter(pk=action.pk).update(told_at=timezone.now())
    return count


def _tell_flags() -> int:
    rows = Flag.objects.filter(told_at=None, decided_at__isnull=False).select_related("community", "by")
    count = 0
    for flag in rows.order_by("decided_at")[:AT_ONCE]:
        if flag.by and flag.by.is_active:
            with override(flag.by.language):
                title = called(flag.kind, flag.title, is_own=False)
            guidelines = absolute_url("moderation:guidelines", flag.community.slug)
            context = {"flag": flag, "title": title, "guidelines": guidelines}
            _mail("flag_answered", flag.by, f"flag-answered:{flag.pk}", flag.community, context)
            count += 1
        elif flag.address and flag.confirmed_at and flag.code:
            _tell_visitor(flag)
            count += 1
        Flag.objects.filter(pk=flag.pk).update(told_at=timezone.now(), address="")
    return count


def _tell_visitor(flag: Flag) -> None:
    """Mail somebody without an account what became of their flag; of what is no longer public, without its title."""
    community = flag.community
    with override(community.language):
        thing = hearing.thing_seen(flag, AnonymousUser())
        title = called(flag.kind, thing.title, is_own=False) if thing else ""
    outbox.send(
        "visitor_flag_answered",
        to=flag.address,
        dedupe_key=f"flag-answered:{flag.pk}",
        context={
            "community": community,
            "accent": community.accent,
            "flag": flag,
            "title": title,
            "url": absolute_url("moderation:flagged", flag.code),
        },
        language=community.language,
    )


def _tell_objections() -> int:
    rows = Objection.objects.filter(told_at=None, decided_at__isnull=False)
    rows = rows.select_related("action__community", "action__about", "decided_by").order_by(F("decided_at").asc())
    count = 0
    for objection in rows[:AT_ONCE]:
        action = objection.action
        if action.about and action.about.is_active:
            with override(action.about.language):
                title, outcome = called(action.kind, action.title), outcome_of(objection)
            context = {
                "objection": objection,
                "title": title,
                "outcome": outcome,
                "url": absolute(action.get_absolute_url()),
                "is_by_staff": bool(objection.decided_by and objection.decided_by.is_staff),
            }
            _mail("objection_answered", action.about, f"objection:{objection.pk}", action.community, context)
            count += 1
        Objection.objects.filter(pk=objection.pk).update(told_at=timezone.now())
    return count


def _mail(name: str, user: User, dedupe_key: str, community: Community, context: dict[str, object]) -> None:
    known = {"community": community, "accent": community.accent, "dear": user.display_name}
    outbox.send(
        name,
        to=user.email,
        dedupe_key=dedupe_key,
        context=known | context,
        language=user.language,
        from_name=community.name,
    )
