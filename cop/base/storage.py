"""Static files under hashed names, compressed when they are collected."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticStorage(CompressedManifestStaticFilesStorage):
    """Hashed names for style, script and the modules that scripts import."""

    support_js_module_import_aggregation = True
    # A page must not fail for a file that set-up has not built yet.
    manifest_strict = False
