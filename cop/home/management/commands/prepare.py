"""Make everything ready to serve: translations, static files, database, and the demo where it is asked for."""

import hashlib
from pathlib import Path
from typing import Any

import polib
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser


class Command(BaseCommand):
    help = "Compile translations, collect static files, migrate; with --demo load the demo. Quick when nothing changed."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--demo", action="store_true", help="load the demo communities too (development only)")

    def handle(self, *args: Any, **options: Any) -> None:
        for folder in settings.LOCALE_PATHS:
            compile_translations(Path(folder))
        if changed_since_last_time(Path(settings.BASE_DIR) / "static", Path(settings.VAR) / "static.stamp"):
            call_command("collectstatic", interactive=False, verbosity=0)
        call_command("migrate", interactive=False, verbosity=0)
        if options["demo"] and settings.IS_DEVELOPMENT:
            call_command("demo")


def compile_translations(folder: Path) -> None:
    """Make the .mo of each .po that is newer."""
    for source in folder.rglob("*.po"):
        target = source.with_suffix(".mo")
        if not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
            polib.pofile(str(source)).save_as_mofile(str(target))


def changed_since_last_time(folder: Path, stamp: Path) -> bool:
    """Tell whether the files below `folder` differ from when this was last asked; keeps the answer in `stamp`."""
    state = [(str(path), path.stat().st_mtime_ns) for path in sorted(folder.rglob("*")) if path.is_file()]
    digest = hashlib.sha256(repr(state).encode()).hexdigest()
    if stamp.exists() and stamp.read_text() == digest:
        return False
    stamp.write_text(digest)
    return True
