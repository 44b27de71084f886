"""Note for occurrences to come that were moved by hand at which wall times they were put."""

from zoneinfo import ZoneInfo

from django.db import migrations
from django.utils import timezone

WALL = "%Y%m%dT%H%M%S"
BATCH = 500


def fill(apps, schema_editor):
    """Read the wall times off the moments, with the rules that zones have now; safe to run twice."""
    rows = apps.get_model("events", "Occurrence").objects.filter(is_moved=True, own_starts="")
    ids = list(rows.filter(ends_at__gt=timezone.now()).values_list("pk", flat=True))
    for start in range(0, len(ids), BATCH):
        filled = []
        for row in rows.filter(pk__in=ids[start : start + BATCH]).select_related("event"):
            zone = ZoneInfo(row.event.timezone)
            walls = [moment.astimezone(zone) for moment in (row.starts_at, row.ends_at)]
            # A wall time that comes twice means the first: a moment at the second stays that moment.
            if not any(wall.fold for wall in walls):
                row.own_starts, row.own_ends = (wall.strftime(WALL) for wall in walls)
                filled.append(row)
        rows.model.objects.bulk_update(filled, ["own_starts", "own_ends"])


class Migration(migrations.Migration):
    # Batch by batch, each for itself: nobody waits for all of them.
    atomic = False
    dependencies = [("events", "0006_wall_time_of_moved")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
