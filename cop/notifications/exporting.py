"""The confirmed readers of a thing as CSV (RFC 4180), for the facilitator to take elsewhere."""

import csv
import io
from collections.abc import Iterator

from django.utils.translation import gettext as _

from cop.notifications.followables import Thing
from cop.notifications.models import Pace, Subscription

# A cell that begins so is run as a formula by spreadsheets.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def rows(thing: Thing) -> Iterator[str]:
    """Give the lines of the file one by one, the first with a byte order mark, by which Excel knows UTF-8.

    Only those who confirmed and can be reached: who waits, left or wants no mail has not agreed to be taken along.
    """
    yield "\ufeff" + _line([_("Address"), _("Confirmed"), _("Pace"), _("How")])
    readers = Subscription.objects.to(thing.kind, thing.id).confirmed().select_related("subscriber")
    willing = readers.filter(subscriber__suppressed_at=None, subscriber__unreachable_at=None).order_by("pk")
    for row in willing.iterator(2000):
        day = row.confirmed_at.date().isoformat() if row.confirmed_at else ""
        yield _line([row.subscriber.address, day, str(Pace(row.pace).label), row.get_consent_how_display()])


def _line(cells: list[str]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer).writerow([harmless(str(cell)) for cell in cells])
    return buffer.getvalue()


def harmless(cell: str) -> str:
    """Give a cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell
