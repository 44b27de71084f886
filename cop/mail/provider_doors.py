"""A provider's webhooks (Anymail, which checks their signatures): mail that came in, bounces and complaints."""

from typing import Any

from cop.mail import outcomes, reports, taking_in
from cop.mail.outcomes import BOUNCE, COMPLAINT, Outcome


def take_inbound(sender: Any, event: Any, esp_name: str, **kwargs: Any) -> None:
    """Store a mail that a provider took for us."""
    message = event.message
    recipients = [str(message.envelope_recipient)] if message.envelope_recipient else []
    envelope_sender = str(message.envelope_sender) if message.envelope_sender is not None else None
    taking_in.take_in(message.as_bytes(), door="webhook", envelope_sender=envelope_sender, recipients=recipients)


def take_tracking(sender: Any, event: Any, esp_name: str, **kwargs: Any) -> None:
    """Count a bounce or a complaint that a provider tells of against its address."""
    if event.event_type not in ("bounced", "rejected", "complained") or not event.recipient:
        return
    words = " ".join(str(part) for part in (event.reject_reason, event.description, event.mta_response) if part)
    is_hard = event.event_type == "bounced" and reports.is_hard(words)
    kind = COMPLAINT if event.event_type == "complained" else BOUNCE
    outcomes.tell([Outcome("", str(event.recipient).lower(), words, kind, is_hard=is_hard)])
