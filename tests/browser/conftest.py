"""A real browser (Debian's Chromium) on a real server, with the demo's kind of pages in it."""

import os
from pathlib import Path

import pytest

# Playwright's loop makes Django believe that it runs inside async code; the tests themselves are plain functions.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")


@pytest.fixture(scope="session", autouse=True)
def _chromium():
    if not Path(CHROMIUM).exists():
        pytest.skip(f"No browser at {CHROMIUM}: install Chromium, or name one in the variable CHROMIUM")


@pytest.fixture(scope="session")
def browser_type_launch_args():
    quiet = ["--disable-quic", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
    return {"executable_path": CHROMIUM, "args": ["--no-sandbox", "--disable-gpu", *quiet]}


@pytest.fixture
def console_errors(page):
    """What the browser complains of on this page: Content-Security-Policy, scripts, files that are missing."""
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    return complaints


@pytest.fixture
def sign_in(live_server, context, client):
    """A function that signs a user in to the browser."""

    def enter(user) -> None:
        client.force_login(user)
        session = client.cookies["sessionid"].value
        context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])

    return enter
