"""Static files under hashed names, compressed when they are collected."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticStorage(CompressedManifestStaticFilesStorage):
    """Hashed names, so that browsers may keep each file for ever."""

    # A page must not fail for a file that set-up has not built yet.
    manifest_strict = False
