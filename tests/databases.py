"""Test databases, copied from one in which all migrations have run: running them takes longer than most tests do."""

import fcntl
import hashlib
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import django
from django.apps import apps
from django.db import connection

KEPT = 8


@contextmanager
def fresh_database() -> Iterator[None]:
    """Point the connection at an empty database of this process's own, with all tables, for as long as this lasts."""
    settings = connection.settings_dict
    lived_in, own = settings["NAME"], _own_name()
    home = _Postgres() if connection.vendor == "postgresql" else _Sqlite()
    with _one_at_a_time():
        model = home.model_name(_fingerprint())
        if not home.has(model):
            home.drop_old()
            _run_all_migrations(model)
        home.copy(model, own)
    settings["NAME"] = own
    try:
        yield
    finally:
        connection.close()
        settings["NAME"] = lived_in
        home.drop(own)


def _own_name() -> str:
    """Give the name that pytest-django chose, with the number of pytest's worker in it."""
    return str(connection.settings_dict["TEST"]["NAME"] or connection.creation._get_test_db_name())


def _fingerprint() -> str:
    """Give a name for what all migrations make together: it changes when one does."""
    digest = hashlib.sha256(f"{connection.vendor} {django.VERSION}".encode())
    for app in sorted(apps.get_app_configs(), key=lambda app: app.label):
        if find_spec(f"{app.name}.migrations") is None:
            continue
        for folder in import_module(f"{app.name}.migrations").__path__:
            for path in sorted(Path(folder).glob("*.py")):
                digest.update(f"{app.label} {path.name}".encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def _run_all_migrations(name: str) -> None:
    """Make the database `name` as a new site would; nothing of that name stays where it fails half-way."""
    settings = connection.settings_dict
    lived_in, meant = settings["NAME"], settings["TEST"]["NAME"]
    unfinished = f"{name}_unfinished"
    settings["TEST"]["NAME"] = unfinished
    try:
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
        connection.close()
    finally:
        settings["TEST"]["NAME"], settings["NAME"] = meant, lived_in
    (_Postgres() if connection.vendor == "postgresql" else _Sqlite()).rename(unfinished, name)


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Let one of several pytest workers make the model while the others wait for it."""
    with (_folder() / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _folder() -> Path:
    folder = Path(tempfile.gettempdir()) / "cop-test-databases"
    folder.mkdir(exist_ok=True)
    return folder


class _Sqlite:
    """Databases that are files."""

    def model_name(self, fingerprint: str) -> str:
        return str(_folder() / f"{fingerprint}.sqlite3")

    def has(self, name: str) -> bool:
        return Path(name).exists()

    def copy(self, model: str, name: str) -> None:
        self.drop(name)
        shutil.copyfile(model, name)

    def rename(self, old: str, new: str) -> None:
        Path(old).rename(new)

    def drop(self, name: str) -> None:
        for ending in ("", "-wal", "-shm"):
            Path(name + ending).unlink(missing_ok=True)

    def drop_old(self) -> None:
        models = sorted(_folder().glob("*.sqlite3"), key=lambda path: path.stat().st_mtime)
        for path in models[: -KEPT + 1]:
            self.drop(str(path))


class _Postgres:
    """Databases of the server that DATABASE_URL names."""

    def model_name(self, fingerprint: str) -> str:
        return f"cop_test_model_{fingerprint}"

    def has(self, name: str) -> bool:
        return bool(self._ask("SELECT 1 FROM pg_database WHERE datname = %s", name))

    def copy(self, model: str, name: str) -> None:
        self.drop(name)
        self._do(f"CREATE DATABASE {connection.ops.quote_name(name)} TEMPLATE {connection.ops.quote_name(model)}")

    def rename(self, old: str, new: str) -> None:
        self._do(f"ALTER DATABASE {connection.ops.quote_name(old)} RENAME TO {connection.ops.quote_name(new)}")

    def drop(self, name: str) -> None:
        self._do(f"DROP DATABASE IF EXISTS {connection.ops.quote_name(name)} WITH (FORCE)")

    def drop_old(self) -> None:
        found = self._ask("SELECT datname FROM pg_database WHERE datname LIKE %s ORDER BY oid", "cop_test_model_%")
        for name in found[: -KEPT + 1]:
            self.drop(name)

    def _ask(self, question: str, *values: str) -> list[str]:
        with connection._nodb_cursor() as cursor:
            cursor.execute(question, values)
            return [row[0] for row in cursor.fetchall()]

    def _do(self, statement: str) -> None:
        with connection._nodb_cursor() as cursor:
            cursor.execute(statement)
