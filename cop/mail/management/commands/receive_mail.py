"""Take one mail from a mail server's pipe."""

import logging
import os
import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.db import Error as DatabaseError

from cop.mail import taking_in

logger = logging.getLogger(__name__)

READ_AT_ONCE = 1_000_000


class Command(BaseCommand):
    """Stores the mail on standard input; says by sysexits' codes whether the server shall try again."""

    help = (
        "Take one mail from a pipe: manage.py receive_mail --sender FROM --recipient TO < message. Ends with 0 once "
        "it is stored, 75 where the server shall try again, 66 where there was nothing to read."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--sender", default=None, help="the envelope's sender, empty for a report")
        parser.add_argument(
            "--recipient", action="append", default=[], help="an address of the envelope; may be repeated"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        # A pipe is closed only after all was read: else the server takes its own broken pipe for a failure of ours.
        raw, rest = sys.stdin.buffer.read(settings.INCOMING_LIMIT + 1), b" "
        while len(raw) > settings.INCOMING_LIMIT and rest:
            rest = sys.stdin.buffer.read(READ_AT_ONCE)
        if not raw.strip():
            sys.exit(os.EX_NOINPUT)
        try:
            taking_in.take_in(raw, door="pipe", envelope_sender=options["sender"], recipients=options["recipient"])
        except (DatabaseError, OSError, MemoryError):
            logger.exception("A mail could not be stored; the mail server shall try again")
            sys.exit(os.EX_TEMPFAIL)
