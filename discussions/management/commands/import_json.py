"""Take back in what was given out as JSON."""

from discussions.archives.commanding import ImportCommand


class Command(ImportCommand):
    """Imports the JSON lines that a topic, a forum or a community was given out as."""

    help = (
        "Take topics that were given out as JSON into a forum, as they were: "
        "manage.py import_json COMMUNITY/FORUM FILE… Nobody is mailed."
    )
