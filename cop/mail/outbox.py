"""The outbox: the one gate through which mail leaves. Prepare, fill, pause, resume, withdraw, and how far it is."""

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from email.utils import formataddr
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Count, F, QuerySet, Value
from django.utils import timezone

from cop.base.inserting import insert_select
from cop.mail import own_addresses
from cop.mail.composing import CODE, KEY, Invitation, Letter, address_of, compose, one_line
from cop.mail.models import Delivery, DeliveryState, Mailing, MailingState
from cop.mail.ringing import ring
from cop.mail.trimming import MARKER

__all__ = [
    "KEY",
    "Progress",
    "fill",
    "fill_each",
    "pause",
    "prepare",
    "progress",
    "resume",
    "send",
    "skip_waiting",
    "withdraw",
]


def prepare(
    name: str,
    *,
    dedupe_key: str,
    context: dict[str, Any],
    language: str = "en",
    from_name: str = "",
    list_id: str = "",
    leave_url: str = "",
    reply_to: str = "",
    headers: dict[str, str] | None = None,
    invitation: Invitation | None = None,
    tell: Sequence[str] = (),
    gate: str = "",
    about: str = "",
) -> Mailing:
    """Render templates/mail/<name>.* once and keep the message; nothing is sent before `fill`.

    Call it outside of a transaction. `leave_url` holds KEY, which each copy fills with its own key. A second call with
    the same `dedupe_key` gives the first mailing: the same thing is never mailed twice. `tell` are the addresses that
    hear of it when the mailing pauses itself; `gate` names who is asked before each copy goes out. What is `about`
    something ("reply:12") can be answered by mail where this site takes mail in.
    """
    earlier = Mailing.objects.filter(dedupe_key=dedupe_key).first()
    if earlier and earlier.state != MailingState.DRAFT:
        return earlier
    if about and not reply_to and own_addresses.is_open():
        reply_to = formataddr((one_line(from_name), own_addresses.make("reply", CODE)))
        context = {"answer_marker": MARKER, **context}
    letter = Letter(
        from_name=from_name,
        reply_to=reply_to,
        list_id=list_id,
        leave_url=leave_url,
        is_bulk=bool(leave_url),
        headers=headers or {},
        invitation=invitation,
    )
    subject, source = compose(name, context=context, language=language, letter=letter)
    return keep(name, dedupe_key=dedupe_key, subject=subject, source=source, tell=list(tell), gate=gate, about=about)


def keep(name: str, *, dedupe_key: str, subject: str, source: bytes, **fields: Any) -> Mailing:
    """Store a composed message under its key, or give the one that another process stored first."""
    sender = fields.pop("sender", "") or address_of(settings.DEFAULT_FROM_EMAIL)
    defaults = {"name": name, "subject": subject[:300], "source": source, "sender": sender, **fields}
    mailing, is_new = Mailing.objects.get_or_create(dedupe_key=dedupe_key, defaults=defaults)
    if not is_new:
        # Prepared before and never filled, as when publishing failed half-way: the newer words count.
        Mailing.objects.filter(pk=mailing.pk, state=MailingState.DRAFT).update(subject=subject[:300], source=source)
    return mailing


def fill(mailing: Mailing, recipients: QuerySet[Any, dict[str, Any]]) -> int:
    """Freeze who gets a copy, by one INSERT … SELECT, and start sending; give how many copies were added.

    `recipients` is a `.values()` queryset with the columns `address` and `key`, and perhaps `due`, before which a copy
    must not go out. Somebody who is in already is not
    added again. Safe inside a transaction: the bell rings when it commits.
    """
    return fill_each([mailing.pk], recipients.annotate(mailing=Value(mailing.pk)))


def fill_each(mailings: Collection[int], recipients: QuerySet[Any, dict[str, Any]]) -> int:
    """Fill several mailings at once, as `fill` does one; the recipients' column `mailing` says who gets which."""
    chosen = recipients.annotate(
        _due=F("due") if "due" in recipients.query.annotation_select else Value(timezone.now()),
        _state=Value(DeliveryState.WAITING.value),
        _none=Value(0),
        _empty=Value(""),
    )
    with transaction.atomic():
        # Locked, so that no worker takes a mailing for done while copies are being added.
        locked = Mailing.objects.select_for_update().filter(pk__in=mailings).order_by("pk")
        states = dict(locked.values_list("pk", "state"))
        if withdrawn := [pk for pk, state in states.items() if state == MailingState.WITHDRAWN]:
            chosen = chosen.exclude(mailing__in=withdrawn)
        added = insert_select(
            Delivery,
            ("mailing_id", "key", "address", "state", "due_at", "attempts", "lease", "answer"),
            chosen.values_list("mailing", "key", "address", "_state", "_due", "_none", "_empty", "_empty"),
        )
        asleep = [pk for pk, state in states.items() if state in (MailingState.DRAFT, MailingState.DONE)]
        if asleep:
            Mailing.objects.filter(pk__in=asleep).update(state=MailingState.SENDING)
        transaction.on_commit(ring)
    return added


def send(
    name: str,
    *,
    to: str,
    context: dict[str, Any],
    dedupe_key: str = "",
    key: str = "",
    language: str = "en",
    secret: bool = False,
    **letter: Any,
) -> Mailing:
    """Mail one address, before all that goes to many; the body of a `secret` mail is wiped once it is sent."""
    mailing = prepare(
        name, dedupe_key=dedupe_key or f"{name}:{secrets.token_hex(16)}", context=context, language=language, **letter
    )
    return post_one(mailing, to=to, key=key, secret=secret)


def post_one(mailing: Mailing, *, to: str, key: str = "", secret: bool = False) -> Mailing:
    """Put one urgent copy of a kept mailing into the outbox, unless it has one already."""
    at = timezone.now()
    with transaction.atomic():
        drafts = Mailing.objects.filter(pk=mailing.pk, state=MailingState.DRAFT)
        # Of two that send the same at once, only one finds the draft.
        if drafts.update(state=MailingState.SENDING, is_urgent=True, is_secret=secret):
            mailing.deliveries.create(key=key or secrets.token_urlsafe(24), address=to, due_at=at)
            transaction.on_commit(ring)
    return mailing


def post_new(name: str, *, to: str, subject: str, source: bytes) -> Mailing:
    """Put a secret message that was composed this moment into the outbox: nobody else can have sent it already."""
    with transaction.atomic():
        mailing = Mailing.objects.create(
            name=name,
            dedupe_key=f"{name}:{secrets.token_hex(20)}",
            subject=subject[:300],
            source=source,
            sender=address_of(settings.DEFAULT_FROM_EMAIL),
            state=MailingState.SENDING,
            is_urgent=True,
            is_secret=True,
        )
        mailing.deliveries.create(key=secrets.token_urlsafe(24), address=to, due_at=timezone.now())
        transaction.on_commit(ring)
    return mailing


def pause(mailing: Mailing, *, reason: str = "") -> bool:
    """Hold what is not sent yet; tell whether that was new."""
    sending = Mailing.objects.filter(pk=mailing.pk, state=MailingState.SENDING)
    return bool(sending.update(state=MailingState.PAUSED, reason=reason[:300]))


def resume(mailing: Mailing) -> bool:
    """Go on where it was paused; tell whether that was new."""
    resumed = Mailing.objects.filter(pk=mailing.pk, state=MailingState.PAUSED).update(
        state=MailingState.SENDING, reason="", resumed_at=timezone.now()
    )
    transaction.on_commit(ring)
    return bool(resumed)


def withdraw(mailing: Mailing, reason: str) -> bool:
    """Stop a mailing for good: who has not been sent a copy gets none; tell whether that was new."""
    open_states = (MailingState.DRAFT, MailingState.SENDING, MailingState.PAUSED, MailingState.DONE)
    with transaction.atomic():
        stopped = Mailing.objects.filter(pk=mailing.pk, state__in=open_states).update(
            state=MailingState.WITHDRAWN, reason=reason[:300]
        )
        Mailing.objects.filter(pk=mailing.pk, is_secret=True).update(source=b"")
        waiting = mailing.deliveries.filter(state=DeliveryState.WAITING)
        waiting.update(state=DeliveryState.SKIPPED, answer=reason[:300], ended_at=timezone.now())
    return bool(stopped)


def skip_waiting(key: str, reason: str) -> int:
    """Skip whatever still waits for the holder of `key`; give how many copies that were."""
    waiting = Delivery.objects.filter(key=key, state=DeliveryState.WAITING)
    return waiting.update(state=DeliveryState.SKIPPED, answer=reason[:300], ended_at=timezone.now())


@dataclass(frozen=True)
class Progress:
    """How far a mailing is, in copies."""

    total: int
    sent: int
    failed: int
    skipped: int
    waiting: int
    is_paused: bool
    reason: str

    @property
    def is_done(self) -> bool:
        """Whether nothing waits any more."""
        return self.waiting == 0


def progress(mailing: Mailing) -> Progress:
    """Count a mailing's copies by what became of them."""
    counted = mailing.deliveries.order_by().values_list("state").annotate(Count("id"))
    by_state = dict(counted)
    return Progress(
        total=sum(by_state.values()),
        sent=by_state.get(DeliveryState.SENT, 0),
        failed=by_state.get(DeliveryState.FAILED, 0),
        skipped=by_state.get(DeliveryState.SKIPPED, 0),
        waiting=by_state.get(DeliveryState.WAITING, 0),
        is_paused=mailing.state == MailingState.PAUSED,
        reason=mailing.reason,
    )
