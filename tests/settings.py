"""The site's settings, with what tests need: quick passwords, and no broker where REDIS_URL names none."""

import os
import tempfile
from urllib.parse import urlsplit

os.environ.setdefault("VAR_DIR", tempfile.mkdtemp(prefix="cop-tests-"))

from cop.settings import *  # noqa: F403
from cop.settings import BASE_DIR, CACHES, DATABASES, REDIS_URL, STATIC_ROOT, STORAGES, VAR

# Tests that collect nothing serve nothing from here, but the folder is looked for.
STATIC_ROOT.mkdir(exist_ok=True)
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # In a file, as in real life: a database in memory fails at once where two threads write, and no process shares it.
    DATABASES["default"]["TEST"] = {"NAME": str(VAR / "tests.sqlite3")}
if REDIS_URL:
    # Each of pytest's workers empties its own cache before each test, and nobody else's.
    number = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0")[2:]) + 1
    CACHES["default"] = {**CACHES["default"], "LOCATION": urlsplit(REDIS_URL)._replace(path=f"/{number}").geturl()}
else:
    CACHES = {**CACHES, "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    CELERY_BROKER_URL = "memory://"
UNDO_MINUTES = 2
# Tests of it say who must have a second step.
SECOND_STEP_FOR = "nobody"
CELERY_TASK_ALWAYS_EAGER = True
CELERY_TASK_EAGER_PROPAGATES = True
# Who joins in a test is at home there at once; those of newcomers say otherwise.
NEWCOMER_DAYS = 0
# Tests are quicker than people.
FORM_TRAP_SECONDS = 0
SHARED_DATA = os.environ.get("SHARED_DATA", str(BASE_DIR.parent / "shared" / "data"))
