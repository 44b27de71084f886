"""Take mail from a mail server by LMTP."""

import asyncio
from contextlib import suppress
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from cop.mail import listening, own_addresses


class Command(BaseCommand):
    """Runs until it is stopped."""

    help = "Take mail by LMTP on a port of this machine (--port 8024), or on a socket (--socket /run/cop/lmtp)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8024)
        parser.add_argument("--socket", default="")

    def handle(self, *args: Any, **options: Any) -> None:
        if not own_addresses.is_open():
            raise CommandError("Set INCOMING_ADDRESS first: this site takes no mail in.")
        with suppress(KeyboardInterrupt):
            asyncio.run(
                listening.listen(host=options["host"], port=options["port"], path=options["socket"], ready=self._tell)
            )

    def _tell(self, where: Any) -> None:
        self.stdout.write(f"Taking mail by LMTP on {where}")
