"""The site can be put on a phone's home screen, where it looks like itself."""

import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.core.management import call_command
from django.test import override_settings
from PIL import Image

from cop.base.manifest import ICONS, PAPER, PAPER_AT_NIGHT

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture
def manifest(visitor, settings):
    settings.SITE_NAME = 'Goat keepers\' "practice"'
    return visitor.get("/manifest.webmanifest").json()


def test_every_page_leads_to_it(visitor, db):
    answer = visitor.get("/")
    assert '<link rel="manifest" href="/manifest.webmanifest">' in answer.content.decode()
    assert 'rel="apple-touch-icon"' in answer.content.decode()
    assert visitor.get("/manifest.webmanifest")["Content-Type"] == "application/manifest+json"


def test_it_stands_alone_under_the_site_s_name_whole_and_from_its_home(manifest):
    assert manifest["name"] == 'Goat keepers\' "practice"'
    assert manifest["display"] == "standalone"
    assert [manifest["id"], manifest["start_url"], manifest["scope"]] == ["/", "/", "/"]


def test_it_has_the_colours_of_the_paper_by_day_and_by_night(manifest, visitor, db):
    paper = re.search(r"--paper: light-dark\((#\w{6}), (#\w{6})\)", (ROOT / "static/css/tokens.css").read_text())
    assert paper
    assert paper.groups() == (PAPER, PAPER_AT_NIGHT)
    assert manifest["theme_color"] == manifest["background_color"] == PAPER
    assert manifest["color_scheme_dark"] == {"theme_color": PAPER_AT_NIGHT, "background_color": PAPER_AT_NIGHT}
    page = visitor.get("/").content.decode()
    assert f'media="(prefers-color-scheme: light)" content="{PAPER}"' in page
    assert f'media="(prefers-color-scheme: dark)" content="{PAPER_AT_NIGHT}"' in page


def test_each_icon_is_as_large_as_it_says(manifest):
    for name, kind, sizes, _purpose in ICONS:
        if kind == "image/png":
            with Image.open(str(finders.find(f"img/{name}"))) as icon:
                assert (f"{icon.width}x{icon.height}", icon.format) == (sizes, "PNG")
    assert {icon["purpose"] for icon in manifest["icons"]} == {"any", "maskable"}


def test_icons_go_by_the_names_under_which_they_are_served(visitor, tmp_path, settings):
    storages = {**settings.STORAGES, "staticfiles": {"BACKEND": "cop.base.storage.StaticStorage"}}
    with override_settings(STATIC_ROOT=tmp_path, STORAGES=storages):
        call_command("collectstatic", interactive=False, verbosity=0)
        icons = visitor.get("/manifest.webmanifest").json()["icons"]
    assert all(re.search(r"\.[0-9a-f]{12}\.(svg|png)$", icon["src"]) for icon in icons)
    assert all((tmp_path / icon["src"].removeprefix("/static/")).exists() for icon in icons)
