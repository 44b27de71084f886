"""Saying that what a forum's page shows has changed."""

from cop.base.models import touch
from discussions.models import Forum


def touch_forums(*ids: int | None) -> None:
    """Let kept parts of these forums' pages be made anew; comments belong to no forum, and their None is left out."""
    touch(Forum.objects.filter(pk__in=[pk for pk in ids if pk is not None]))
