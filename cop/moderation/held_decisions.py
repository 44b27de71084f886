"""What is decided about texts that wait: one set of decisions, whichever app holds them."""

from collections.abc import Callable

from django.utils.translation import gettext_lazy as _

from cop.mail.plain_words import NO, YES
from cop.moderation.kinds import Act, Decision, Words
from cop.moderation.models import Case


def held_decisions(
    publish: Callable[[Case, Act], None],
    decline: Callable[[Case, Act], None],
    throw_away: Callable[[Case, Act], None],
    *,
    published: Words,
    declined: Words,
) -> tuple[Decision, ...]:
    """Give the three decisions; `published` and `declined` say to the facilitator what came of it."""
    return (
        Decision("publish", _("Publish"), publish, done=published, key="a", said=f"yes|publish|approve|{YES}"),
        Decision(
            "decline",
            _("Decline"),
            decline,
            done=declined,
            key="d",
            wants_reason=True,
            said=f"no|decline|reject|{NO}",
        ),
        Decision(
            "throw-away",
            _("Throw away: advertising"),
            throw_away,
            done=_("Thrown away, without a word."),
            key="x",
            is_grave=True,
            said="spam|throw away",
        ),
    )
