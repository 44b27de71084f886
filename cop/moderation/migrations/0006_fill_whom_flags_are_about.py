from django.db import migrations


def fill(apps, schema_editor):
    """Take it from the cases that the flags made; what has none any more stays without."""
    flags = apps.get_model("moderation", "Flag").objects.using(schema_editor.connection.alias)
    cases = apps.get_model("moderation", "Case").objects.using(schema_editor.connection.alias)
    about = cases.filter(kind__startswith="flag-", about__isnull=False).order_by("pk")
    for kind, thing_id, user_id in about.values_list("kind", "thing_id", "about").iterator():
        flags.filter(kind=kind.removeprefix("flag-"), thing_id=thing_id, about=None).update(about=user_id)


class Migration(migrations.Migration):
    # Row by row, and safe to begin anew: a row that knows is left alone.
    atomic = False
    dependencies = [("moderation", "0005_flags_say_whom_they_are_about")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop, elidable=True)]
