"""Objecting: whoever was moderated says so, and somebody else than whoever did it decides."""

from collections import defaultdict
from collections.abc import Collection, Mapping

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cop.base.errors import Refused
from cop.mail.plain_words import NO, YES
from cop.moderation import acting, caring, things
from cop.moderation.action_models import ModerationAction, Objection, What
from cop.moderation.kinds import Act, CaseKind, Decision, Part, Shown
from cop.moderation.models import Case
from cop.moderation.recording import ring_after_commit
from cop.moderation.things import Thing
from members.models import User

KIND = "objection"


def may_object(action: ModerationAction, user: User) -> bool:
    """Whether this is about `user`, and they have not said anything to it yet."""
    return action.about_id == user.pk and not Objection.objects.filter(action=action).exists()


def note_seen(action: ModerationAction) -> bool:
    """Note that whom it is about has read what was done; tell whether that is new."""
    unseen = ModerationAction.objects.filter(pk=action.pk, seen_at=None)
    return bool(unseen.update(seen_at=timezone.now()))


def object_to(action: ModerationAction, *, by: User, words: str) -> Objection:
    """Say something to what was done; raise Refused where it is somebody else's, or was said already."""
    if action.about_id != by.pk:
        raise Refused(_("Only the person it is about can object."))
    try:
        with transaction.atomic():
            made = Objection.objects.create(action=action, words=words.strip())
            caring.needs_care(KIND, made.pk, community=action.community, about=by, done_by=action.by)
    except IntegrityError:
        raise Refused(_("You have objected already. Somebody else looks at it.")) from None
    return made


def show(ids: Collection[int]) -> Mapping[int, Shown]:
    """Give objections with what was done and why, and the passage it is about: one query, and one for each kind."""
    rows = list(Objection.objects.filter(pk__in=ids).select_related("action__about", "action__by"))
    there = _there({(row.action.kind, row.action.thing_id) for row in rows})
    return {row.pk: _shown(row, there.get((row.action.kind, row.action.thing_id))) for row in rows}


def _there(pairs: Collection[tuple[str, int]]) -> dict[tuple[str, int], Thing]:
    """Give those of some things that still stand."""
    ids: dict[str, list[int]] = defaultdict(list)
    for kind, thing_id in pairs:
        ids[kind].append(thing_id)
    shown = {kind: things.kinds[kind].show(numbers) for kind, numbers in ids.items() if kind in set(things.kinds)}
    return {(kind, thing_id): thing for kind, found in shown.items() for thing_id, thing in found.items()}


def _shown(objection: Objection, thing: Thing | None) -> Shown:
    action = objection.action
    by = action.by.display_name if action.by else action.get_office_display()
    what = _("%(name)s did this: %(what)s.") % {"name": by, "what": action.get_what_display()}
    because = (what, action.reason_in_words, action.words, _("Somebody else than them decides."))
    return Shown(
        title=action.title,
        url=thing.url if thing else "",
        html=objection.words,
        author=action.about.display_name if action.about else "",
        at=objection.created_at,
        because=tuple(sentence for sentence in because if sentence),
        parts=_parts(action),
        without=_without(action),
        is_private=action.kind in set(things.kinds) and things.kinds[action.kind].is_private,
    )


def _parts(action: ModerationAction) -> tuple[Part, ...]:
    if action.what == What.EDITED:
        before = action.passage if action.kind != "topic" else action.title
        parts = [Part(_("Before"), before), Part(_("After"), action.after)]
    else:
        parts = [Part(_("What it is about"), action.passage)]
    return tuple(part for part in parts if part.text)


def _without(action: ModerationAction) -> frozenset[str]:
    if not acting.can_be_taken_back(action):
        return frozenset({"granted"})
    return frozenset() if acting.may_fail(action) else frozenset({"agreed"})


def _decide(case: Case, act: Act, *, is_granted: bool, is_taken_back: bool) -> None:
    objection = Objection.objects.select_related("action__community", "action__about").get(pk=case.thing_id)
    if is_taken_back:
        acting.take_back(objection.action, by=act.by)
    with transaction.atomic():
        Objection.objects.filter(pk=objection.pk, decided_at=None).update(
            decided_by=act.by,
            decided_at=timezone.now(),
            is_granted=is_granted,
            is_taken_back=is_taken_back,
            answer=act.words,
            told_at=None,
        )
        ring_after_commit()


def _grant(case: Case, act: Act) -> None:
    _decide(case, act, is_granted=True, is_taken_back=True)


def _agree(case: Case, act: Act) -> None:
    _decide(case, act, is_granted=True, is_taken_back=False)


def _turn_down(case: Case, act: Act) -> None:
    _decide(case, act, is_granted=False, is_taken_back=False)


OBJECTIONS = CaseKind(
    words=gettext_lazy("Objections"),
    show=show,
    decisions=(
        Decision(
            "granted",
            gettext_lazy("They are right: take it back"),
            _grant,
            gettext_lazy("Taken back."),
            key="y",
            said=f"yes|{YES}",
        ),
        Decision(
            "agreed",
            gettext_lazy("They were right: say so"),
            _agree,
            gettext_lazy("They hear that they were right. What was done stays as it is."),
            key="r",
            said="right|agreed",
        ),
        Decision(
            "upheld",
            gettext_lazy("It stays as it was decided"),
            _turn_down,
            gettext_lazy("They hear that it stays, with your words."),
            key="n",
            wants_words=True,
            said=f"no|{NO}",
        ),
    ),
    weight=1,
    is_personal=True,
)
