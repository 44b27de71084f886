"""Bells: look now. Each may ring twice without harm."""

from celery import shared_task
from django.utils import timezone

from blogs import collecting, publishing
from blogs.sources import FeedSource


@shared_task
def collect_due() -> None:
    """Ring for each source that is due; those that have waited longest come first, where there are very many."""
    due = FeedSource.objects.due(timezone.now()).order_by("next_poll_at", "pk")
    for source_id in due.values_list("pk", flat=True)[:200]:
        collect_source.delay(source_id)


@shared_task
def collect_source(source_id: int) -> None:
    """Collect one source, if it is due and no other worker is at it."""
    if source := FeedSource.objects.filter(pk=source_id).first():
        collecting.collect(source, at=timezone.now())


@shared_task
def publish_due() -> None:
    """Publish the posts whose moment has come."""
    publishing.publish_due(timezone.now())
