"""Make the search index anew from what is there."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from cop.search import indexing
from cop.search.searchables import kinds


class Command(BaseCommand):
    help = "Make the search index anew, in batches, while the site runs. Can be stopped and started again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("kind", nargs="?", help=f"one of {', '.join(kinds)}; all without")
        parser.add_argument("--after", type=int, default=0, help="begin behind this id, where an earlier run ended")

    def handle(self, *args: Any, **options: Any) -> None:
        chosen: str | None = options["kind"]
        if chosen and not kinds.get(chosen):
            raise CommandError(f"There is no “{chosen}” to be searched; name one of {', '.join(kinds)}.")
        if options["after"] and not chosen:
            raise CommandError("--after needs a kind: each counts for itself.")
        for kind in [chosen] if chosen else list(kinds):
            total = 0
            for last, found in indexing.reindex(kind, after=options["after"]):
                total += found
                if options["verbosity"] > 1:
                    self.stdout.write(f"{kind}: {total} up to id {last}")
            if options["verbosity"]:
                self.stdout.write(f"{kind}: {total} can be found")
