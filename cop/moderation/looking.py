"""Writing down who reads what was meant for few, because somebody flagged it."""

from cop.moderation.kinds import Shown
from cop.moderation.models import Case
from cop.privacy import recording
from cop.privacy.models import What
from members.models import User


def note(case: Case, shown: Shown | None, *, by: User) -> None:
    """Write down that somebody reads the words of a private thing, once an hour. Call it where they are shown."""
    if shown is None or not shown.is_private:
        return
    recording.record(
        What.READ_LETTER,
        by=by,
        about=case.about,
        community=case.community,
        detail=f"{case.get_absolute_url()}",
    )
