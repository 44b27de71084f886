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
        migrations.AlterField(
            model_name='moderationaction',
            name='what',
            field=models.CharField(choices=[('hidden', 'hidden'), ('shown', 'shown again'), ('edited', 'changed'), ('moved', 'moved'), ('split', 'made a topic of its own'), ('merged', 'made part of another topic'), ('locked', 'locked'), ('unlocked', 'opened again'), ('slowed', 'slowed down'), ('deleted', 'deleted'), ('restored', 'brought back'), ('approved', 'approved'), ('declined', 'declined'), ('let-in', 'let in, though nothing proves who wrote it'), ('turned-away', 'turned away at the door'), ('dropped', 'dropped as forged'), ('warned', 'written to'), ('held', 'posts held until approved'), ('released', 'posts no longer held'), ('suspended', 'suspended'), ('readmitted', 'readmitted'), ('removed', 'removed from the community'), ('left', 'looked at because it was flagged, and left as it is')], max_length=12),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop, elidable=True),
    ]
