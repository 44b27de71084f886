"""The square of a photo is put where one wants it: by keys, by dragging, and as it is shown so it is kept."""

import pytest
from PIL import Image
from playwright.sync_api import expect

from members.profile_models import Profile
from tests.members.test_pictures import three_colours

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def editing(live_server, page, sign_in, member, settings, tmp_path):
    """The page about oneself, with a photo of three colours chosen."""
    settings.MEDIA_ROOT = tmp_path
    sign_in(member)
    page.goto(f"{live_server.url}/me/")
    expect(page.locator("select[name=photo_part]")).to_be_hidden()
    photo = {"name": "me.png", "mimeType": "image/png", "buffer": three_colours().read()}
    page.locator("input[name=photo]").set_input_files(photo)
    return page


def saved_colour(page, member) -> str:
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_load_state()
    with Profile.objects.get(user=member).photo.open() as file, Image.open(file) as image:
        pixel = image.convert("RGB").getpixel((image.width // 2, image.height // 2))
    return ("red", "green", "blue")[max(range(3), key=pixel.__getitem__)]


def test_by_keys(editing, member, console_errors):
    across, down = editing.get_by_label("Left or right"), editing.get_by_label("Up or down")
    expect(across).to_be_enabled()
    expect(down).to_be_disabled()  # Its whole height is in it.
    editing.get_by_label("Closer").press("ArrowRight")
    expect(down).to_be_enabled()
    across.press("Home")
    assert saved_colour(editing, member) == "red"
    assert console_errors == []


def test_by_dragging(editing, member, console_errors):
    window = editing.locator(".cutter-window").bounding_box()
    x, y = window["x"] + window["width"] / 2, window["y"] + window["height"] / 2
    editing.mouse.move(x, y)
    editing.mouse.down()
    editing.mouse.move(x - 400, y, steps=5)
    editing.mouse.up()
    expect(editing.get_by_label("Left or right")).to_have_value("100")
    assert saved_colour(editing, member) == "blue"
    assert console_errors == []


def test_what_this_browser_cannot_show_is_left_to_a_word(editing):
    photo = {"name": "me.heic", "mimeType": "image/heic", "buffer": b"not for browsers"}
    editing.locator("input[name=photo]").set_input_files(photo)
    expect(editing.locator("select[name=photo_part]")).to_be_visible()
    expect(editing.get_by_label("Closer")).to_have_count(0)
