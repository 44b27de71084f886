"""Print what a Markdown text is stored as: `manage.py markup < text.md`."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from cop.base.errors import Refused
from cop.markup.rendering import render


class Command(BaseCommand):
    help = "Read Markdown on standard input and print the HTML that would be stored."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        source = sys.stdin.buffer.read().decode("utf-8", "replace")
        try:
            self.stdout.write(render(source).html)
        except Refused as refused:
            raise CommandError(" ".join(refused.messages)) from refused
