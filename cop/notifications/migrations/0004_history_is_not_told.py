"""What happened before there were notifications is told to nobody."""

from django.db import migrations
from django.db.models import F


def leave_history_alone(apps, schema_editor):
    activities = apps.get_model("notifications", "Activity")
    activities.objects.filter(notified_at=None).update(notified_at=F("recorded_at"))


class Migration(migrations.Migration):
    dependencies = [("notifications", "0003_notification")]
    operations = [migrations.RunPython(leave_history_alone, migrations.RunPython.noop)]
