"""Make everything ready to serve: translations, static files, database, and the demo where it is asked for."""

import hashlib
from pathlib import Path
from typing import Any

import polib
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser

from cop.search import indexing


class Command(BaseCommand):
    help = "Compile translations, collect static files, migrate; with --demo load the demo. Quick when nothing changed."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--demo", action="store_true", help="load the demo communities too (development only)")

    def handle(self, *args: Any, **options: Any) -> None:
        for folder in settings.LOCALE_PATHS:
            compile_translations(Path(folder))
        # In the folder itself: who removes the files removes the stamp.
        stamp, digest = settings.STATIC_ROOT / ".stamp", static_digest()
        if not stamp.exists() or stamp.read_text() != digest:
            call_command("collectstatic", interactive=False, verbosity=0)
            stamp.write_text(digest)
        call_command("migrate", interactive=False, verbosity=0)
        if indexing.is_empty():
            call_command("reindex", verbosity=0)
        if options["demo"] and settings.IS_DEVELOPMENT:
            call_command("demo")


def compile_translations(folder: Path) -> None:
    """Make the .mo of each .po that is newer."""
    for source in folder.rglob("*.po"):
        target = source.with_suffix(".mo")
        if not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
            polib.pofile(str(source)).save_as_mofile(str(target))


def static_digest() -> str:
    """Give a digest of all static files: our own, and those of the packages in the lock file."""
    files = sorted(path for path in (settings.BASE_DIR / "static").rglob("*") if path.is_file())
    state = [(str(path), path.stat().st_size, path.stat().st_mtime_ns) for path in files]
    packages = (settings.BASE_DIR / "requirements.lock").read_bytes()
    return hashlib.sha256(repr((state, packages)).encode()).hexdigest()
