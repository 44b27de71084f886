"""Take back in what was given out as JSON."""

from django.core.management.base import CommandParser

from discussions.archives.commanding import ImportCommand


class Command(ImportCommand):
    """Imports the JSON lines that a topic, a forum or a community was given out as."""

    help = (
        "Take topics that were given out as JSON into a forum, as they were: "
        "manage.py import_json COMMUNITY/FORUM FILE… Nobody is mailed."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--by-forum",
            action="store_true",
            help="each topic into the forum of its own name; a missing one is made, read by no more than FORUM is",
        )
