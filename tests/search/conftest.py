from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.utils import timezone


@pytest.fixture
def days_ago() -> Callable[[int], datetime]:
    """A function that gives the moment so many days ago."""
    return lambda days: timezone.now() - timedelta(days=days)
