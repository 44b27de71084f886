"""Show what would be posted of a mail."""

import sys
from typing import Any

from django.core.management.base import BaseCommand

from cop.mail import letters, trimming


class Command(BaseCommand):
    """Reads one mail and prints its writer's own words; with -v 2 also what is cut off, to the error stream."""

    help = "Print what would be posted of a mail: manage.py parse_reply < message.eml"
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        letter = letters.read(sys.stdin.buffer.read())
        trimmed = trimming.trim(letter.text)
        self.stdout.write(trimmed.text)
        if options["verbosity"] > 1 and trimmed.cut:
            self.stderr.write(trimmed.cut)
