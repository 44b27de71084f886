"""Cases of flagged things: what was said about each, and what can be decided."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import replace
from functools import partial

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cop.base.errors import Refused
from cop.moderation import acting, answering_flags, caring, recording, things
from cop.moderation.action_models import What
from cop.moderation.flag_models import Flag
from cop.moderation.kinds import Act, CaseKind, Decision, Shown, kinds
from cop.moderation.models import Case
from cop.moderation.things import ThingKind, Why

MOST_SAID = 10


def register(name: str, kind: ThingKind) -> None:
    """Let things of a kind be flagged and moderated."""
    things.kinds.register(name, kind)
    decisions = [LEAVE, *(decision for decision in DECISIONS if decision.name in kind.acts), WRITE]
    kinds.register(
        f"flag-{name}", CaseKind(kind.flagged, partial(_show, name), tuple(decisions), weight=1, is_personal=True)
    )


def _show(name: str, ids: Collection[int]) -> Mapping[int, Shown]:
    """Give flagged things with what those who flagged them say; what was said by whom stays with the facilitators."""
    said: dict[int, list[str]] = defaultdict(list)
    flags = Flag.objects.filter(kind=name, thing_id__in=ids, decided_at=None).select_related("by").order_by("pk")
    for flag in flags:
        if len(said[flag.thing_id]) < MOST_SAID:
            said[flag.thing_id].append(_sentence(flag))
    shown = {}
    kind = things.kinds[name]
    for pk, thing in kind.show(ids).items():
        hidden = (_("Hidden until somebody has looked at it."),) if thing.is_hidden else ()
        found = thing.shown((*said[pk], *hidden))
        # Where it stands is closed to facilitators: the page of its case shows what they may read of it.
        shown[pk] = replace(found, url="", is_private=True) if kind.is_private else found
    return shown


def _sentence(flag: Flag) -> str:
    name = flag.by.display_name if flag.by else _("A visitor")
    reason = flag.get_reason_display()
    if flag.words:
        return _("%(name)s: %(reason)s. “%(words)s”") % {"name": name, "reason": reason, "words": flag.words}
    return _("%(name)s: %(reason)s.") % {"name": name, "reason": reason}


def _kind_of(case: Case) -> str:
    return case.kind.removeprefix("flag-")


def _leave(case: Case, act: Act) -> None:
    """Turn the flags down; what they hid is shown again."""
    kind = _kind_of(case)
    thing = things.find(kind, case.thing_id)
    if thing and thing.is_hidden:
        acting.do(What.SHOWN, kind, case.thing_id, by=act.by, why=Why(act.reason, act.words))
    with transaction.atomic():
        if thing and not thing.is_hidden:
            recording.record(What.LEFT, thing, by=act.by, why=Why(act.reason, act.words))
        answering_flags.answer(kind, case.thing_id, is_upheld=False)
        caring.settle(case.kind, case.thing_id, by=act.by, outcome="left")


def _do(what: str, case: Case, act: Act) -> None:
    """Do it; what flags hid already is hidden by a facilitator from now on."""
    kind, why = _kind_of(case), Why(act.reason, act.words, act.until)
    if acting.do(what, kind, case.thing_id, by=act.by, why=why):
        return
    thing = things.find(kind, case.thing_id)
    if what != What.HIDDEN or thing is None or not thing.is_hidden:
        raise Refused(_("Nothing was done: it was done before, or there is nothing left to do it to. Look once more."))
    acting.confirm(what, kind, case.thing_id, by=act.by, why=why)


def _write(case: Case, act: Act) -> None:
    if case.about is None:
        raise Refused(_("Whoever wrote this has no account here, and cannot be written to."))
    acting.warn(_kind_of(case), case.thing_id, by=act.by, why=Why(act.reason, act.words))


LEAVE = Decision(
    "left",
    gettext_lazy("Leave it"),
    _leave,
    gettext_lazy("It stays as it is."),
    key="l",
    said="leave|keep|lassen|laisser|dejar|lasciare|deixar|laten|оставить",
)
WRITE = Decision(
    "warned",
    gettext_lazy("Leave it, and write to them"),
    _write,
    gettext_lazy("They get your words by mail."),
    key="m",
    wants_reason=True,
    wants_words=True,
    said="warn|write",
)
DECISIONS = (
    Decision(
        What.HIDDEN,
        gettext_lazy("Hide it"),
        partial(_do, What.HIDDEN),
        gettext_lazy("Hidden; whoever wrote it is told why."),
        key="h",
        wants_reason=True,
        said="hide|ausblenden|verbergen|masquer|ocultar|nascondere|esconder|dölj|skjul|скрыть",
    ),
    Decision(
        What.DELETED,
        gettext_lazy("Delete it"),
        partial(_do, What.DELETED),
        gettext_lazy("Deleted; whoever wrote it is told why."),
        key="d",
        wants_reason=True,
        is_grave=True,
        is_signed_in_only=True,
        said="delete|löschen|supprimer|borrar|eliminar|eliminare|apagar|verwijderen|удалить",
    ),
    Decision(
        What.SUSPENDED,
        gettext_lazy("Suspend them"),
        partial(_do, What.SUSPENDED),
        gettext_lazy("Suspended; they are told why, and until when."),
        key="s",
        wants_reason=True,
        wants_until=True,
        is_grave=True,
        is_signed_in_only=True,
        said="suspend|sperren|suspendre|suspender|sospendere",
    ),
    Decision(
        What.HELD,
        gettext_lazy("Read their posts first"),
        partial(_do, What.HELD),
        gettext_lazy("What they write waits for approval now; they are told why."),
        key="r",
        wants_reason=True,
    ),
    Decision(
        What.REMOVED,
        gettext_lazy("End their membership"),
        partial(_do, What.REMOVED),
        gettext_lazy("They are no longer a member, and are told why."),
        wants_reason=True,
        is_grave=True,
        is_signed_in_only=True,
    ),
)
