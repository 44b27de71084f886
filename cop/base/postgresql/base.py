"""Django's PostgreSQL backend, but a connection that has just answered is not asked whether it is alive."""

import time

from django.db.backends.postgresql import base

# A page a moment after the last would pay for a statement that says nothing new.
TRUSTED_SECONDS = 1.0


class DatabaseWrapper(base.DatabaseWrapper):
    """Checks a kept connection (CONN_HEALTH_CHECKS) only when it has lain idle."""

    answered_at = 0.0

    def close_if_health_check_failed(self) -> None:
        """Close the connection where it no longer answers; one used within the last second is trusted."""
        if time.monotonic() - self.answered_at < TRUSTED_SECONDS:
            self.health_check_done = True
        super().close_if_health_check_failed()

    def close_if_unusable_or_obsolete(self) -> None:
        """Close the connection after errors or its time; remember that it was well otherwise."""
        super().close_if_unusable_or_obsolete()
        self.answered_at = time.monotonic() if self.connection is not None else 0.0
