"""Take mailing lists' archives into a forum."""

from discussions.archives.commanding import ImportCommand


class Command(ImportCommand):
    """Imports mbox files."""

    help = "Take mbox files into a forum: manage.py import_mbox COMMUNITY/FORUM FILE… Nobody is mailed."
