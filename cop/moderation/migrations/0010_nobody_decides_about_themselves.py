"""Who did what somebody objects to, beside the case: they do not decide about it. Filled in for what waits today."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

OBJECTION = "objection"


def fill(apps, schema_editor):
    Case, Objection = (apps.get_model("moderation", name) for name in ("Case", "Objection"))
    waiting = Case.objects.filter(kind=OBJECTION, settled_at=None)
    done_by = dict(
        Objection.objects.filter(decided_at=None, action__by__isnull=False).values_list("pk", "action__by")
    )
    for case in waiting.only("pk", "thing_id").iterator():
        if case.thing_id in done_by:
            Case.objects.filter(pk=case.pk).update(done_by=done_by[case.thing_id])


class Migration(migrations.Migration):

    dependencies = [
        ('moderation', '0009_pinning_is_written_down'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='case',
            name='done_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop, elidable=True),
    ]
