"""What a development site makes for itself, so that nobody has to set a variable before the first look."""

import hashlib
import os
import secrets
import tempfile
from pathlib import Path

# sun_path holds 108 bytes on Linux and 104 on macOS, the closing zero included.
SOCKET_PATH_LIMIT = 100


def kept_secret(path: Path) -> str:
    """Give the secret kept in the file `path`; make one, readable by its owner alone, where there is none."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    secret = secrets.token_urlsafe(50)
    with os.fdopen(handle, "w") as file:
        file.write(secret)
    return secret


def short_socket_path(var: Path) -> Path:
    """Give the path of the embedded Valkey's socket: below `var`, or in the temporary folder where that is too long."""
    path = var.resolve() / "valkey.sock"
    if len(os.fsencode(path)) <= SOCKET_PATH_LIMIT:
        return path
    name = hashlib.sha256(os.fsencode(path)).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"cop-{name}" / "valkey.sock"
