"""Take the events of a calendar file or address into a community; again and again without doubling any."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from cop.base.errors import Refused
from cop.base.fetching import FetchFailed
from events import importing, reading
from events.calendar_models import CalendarSource
from members.audiences import Audience
from members.models import Community


class Command(BaseCommand):
    """`manage.py import_ics library calendar.ics`"""

    help = "Take the events of an .ics file, or of a calendar at an address, into a community."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("community", help="the last part of the community's address")
        parser.add_argument("source", help="a file, or an address that begins with https://")
        parser.add_argument("--audience", choices=Audience.values, help="who may read them (the community's)")
        parser.add_argument("--zone", default="UTC", help="the zone of times that name none")

    def handle(self, *args: Any, **options: Any) -> None:
        community = Community.objects.filter(slug=options["community"]).first()
        if community is None:
            raise CommandError(f"There is no community at {options['community']!r}.")
        given = options["source"]
        source = CalendarSource(community=community, name=given[:200], timezone=options["zone"])
        source.audience = options["audience"] or community.audience
        if given.startswith(("https://", "http://")):
            source.url = given
        else:
            source.name, source.content = Path(given).name[:200], self._read(Path(given))
        self._say(importing.add_source(source))

    def _read(self, path: Path) -> bytes:
        try:
            with path.open("rb") as file:
                return file.read(reading.SIZE_MOST + 1)
        except OSError as error:
            raise CommandError(f"{path} cannot be read: {error.strerror}.") from error

    def _say(self, source: CalendarSource) -> None:
        try:
            importing.collect(source.pk, at=timezone.now())
        except (Refused, FetchFailed) as failed:
            raise CommandError(str(failed)) from failed
        source.refresh_from_db()
        report = source.report
        if report.get("failed"):
            raise CommandError(report["failed"])
        for problem in report["problems"]:
            self.stderr.write(problem)
        counts = ", ".join(f"{report[name]} {word}" for name, word in WORDS.items())
        self.stdout.write(f"{source.name}: {counts}.")


WORDS = {"new": "new", "changed": "changed", "same": "as before", "gone": "called off"}
