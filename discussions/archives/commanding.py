"""What the commands share that take archives in: where to, which files, and what is said of it."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import reset_queries

from discussions.archives.files import Report
from discussions.archives.importing import import_archive
from discussions.archives.models import LeftOut
from discussions.models import Forum


class ImportCommand(BaseCommand):
    """Takes files into a forum, plain or compressed by gzip or xz; a second run adds only what is new."""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("forum", help="the last parts of the addresses of community and forum, as library/desk")
        parser.add_argument("files", nargs="+", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        community, _slash, slug = options["forum"].partition("/")
        forum = Forum.objects.filter(community__slug=community, slug=slug).select_related("community").first()
        if forum is None:
            raise CommandError(f"There is no forum {options['forum']}. Write COMMUNITY/FORUM, as in their addresses.")
        for path in options["files"]:
            if not path.is_file():
                raise CommandError(f"There is no file {path}.")
            report = import_archive(forum, path, is_sorted=options.get("by_forum", False), tell=self._tell)
            self.stdout.write(f"\r{path.name}: {report.read} messages read")
            self.stdout.write(f"  {report.added} added in {report.topics} topics, {report.known} were there before")
            if report.adopted:
                self.stdout.write(f"  {report.adopted} threads put below a message that arrived later")
            for reason, count in report.left_out.items():
                self.stdout.write(f"  {count} left out: {LeftOut(reason).label}")

    def _tell(self, report: Report, total: int) -> bool:
        # With DEBUG each statement is kept, with all its words: 40 MB of an archive of 43 MB.
        reset_queries()
        if self.stdout.isatty():
            self.stdout.write(f"\r  {report.added} of {total}", ending="")
        return True
