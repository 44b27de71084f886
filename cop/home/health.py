"""Whether the site lives, and whether it is ready to work: for load balancers and watchers."""

import logging
from collections.abc import Callable
from datetime import timedelta

from celery import current_app
from django.db import connection
from django.db.models import Min
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from cop.mail.claiming import due
from cop.mail.models import Delivery

logger = logging.getLogger(__name__)

LATE_AFTER = timedelta(minutes=15)


@require_safe
def live(request: HttpRequest) -> JsonResponse:
    """Say that the process answers; asks nobody else."""
    return JsonResponse({"live": True})


@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """Say whether the database and the broker answer, and how old the oldest due mail is (seconds); 503 if not well."""
    checks: dict[str, Callable[[], object]] = {"database": _database, "broker": _broker, "oldest_due_mail": _mail}
    found: dict[str, object] = {}
    for name, check in checks.items():
        try:
            found[name] = check()
        except Exception:
            logger.exception("Not ready: %s", name)
            found[name] = False
    well = all(value is not False for value in found.values())
    return JsonResponse({"ready": well, **found}, status=200 if well else 503)


def _database() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return True


def _broker() -> bool:
    with current_app.connection_for_read() as broker:
        broker.ensure_connection(max_retries=1, timeout=2)
    return True


def _mail() -> object:
    """The age of the oldest mail that is due, in seconds; False where mail has not moved for long."""
    now = timezone.now()
    oldest = Delivery.objects.filter(due(now), mailing__state="sending").aggregate(Min("due_at"))["due_at__min"]
    age = (now - oldest) if oldest else timedelta()
    return False if age > LATE_AFTER else max(round(age.total_seconds()), 0)
