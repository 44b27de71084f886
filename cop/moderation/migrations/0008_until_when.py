from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('moderation', '0007_visitors_hear_of_flags'),
    ]

    operations = [
        migrations.AddField(
            model_name='moderationaction',
            name='until',
            field=models.DateTimeField(blank=True, null=True),
        ),
    ]
