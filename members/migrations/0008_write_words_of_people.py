from django.db import migrations

from members.finding_words import words_of


def write_words(apps, schema_editor):
    """Let those who are here already be found, a batch a transaction; a run that was stopped can begin anew."""
    User, PersonWord = apps.get_model("members", "User"), apps.get_model("members", "PersonWord")
    last = 0
    while True:
        users = User.objects.filter(pk__gt=last, is_active=True).select_related("organisation", "profile")
        batch = list(users.order_by("pk")[:1000])
        if not batch:
            return
        last = batch[-1].pk
        rows = [
            PersonWord(user=user, word=word, is_for_all=is_for_all)
            for user in batch
            for word, is_for_all in words_of(user, getattr(user, "profile", None)).items()
        ]
        PersonWord.objects.bulk_create(rows, ignore_conflicts=True, batch_size=2000)


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("members", "0007_words_to_find_people_by"),
    ]

    operations = [migrations.RunPython(write_words, migrations.RunPython.noop, elidable=True)]
