"""Show what a report about a mail says."""

import sys
from typing import Any

from django.core.management.base import BaseCommand

from cop.mail import arriving, reports


class Command(BaseCommand):
    """Reads one report and prints a line for each address: the address, hard, soft or complaint, and why."""

    help = "Print what a bounce says, a line for each address: manage.py parse_bounce < message.eml"
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        report = reports.read(arriving.parse(sys.stdin.buffer.read()))
        if not report.kind:
            self.stderr.write("This is no report about a mail.")
        for failure in report.failures:
            kind = report.kind if report.kind == "complaint" else ("hard" if failure.is_hard else "soft")
            self.stdout.write(f"{failure.address}\t{kind}\t{failure.reason}")
            if options["verbosity"] > 1:
                self.stdout.write(f"  {failure.words}")
