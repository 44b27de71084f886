"""Static files under hashed names, compressed when they are collected."""

from functools import cache

from django.conf import settings
from django.contrib.staticfiles.storage import HashedFilesMixin
from whitenoise.storage import CompressedManifestStaticFilesStorage

IMPORTS = HashedFilesMixin._js_module_import_aggregation_patterns[1]  # type: ignore[attr-defined]


class StaticStorage(CompressedManifestStaticFilesStorage):
    """Hashed names, so that browsers may keep each file for ever."""

    # A page must not fail for a file that set-up has not built yet.
    manifest_strict = False
    # Our own modules name each other by hashed names too; libraries' files are left as they are.
    patterns = (*HashedFilesMixin.patterns, ("js/*.js", IMPORTS))

    def url(self, name: str | None, force: bool = False) -> str:
        """Give the address of a file; worked out once, since the names of a running process don't change."""
        return str(super().url(name, force)) if settings.DEBUG or force else self._kept_url(name)

    @cache  # noqa: B019 — there is one storage a process
    def _kept_url(self, name: str | None) -> str:
        return str(super().url(name))
