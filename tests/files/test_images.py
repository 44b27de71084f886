"""Images that people add: checked, cleaned of what rides along, and served to their audience."""

import struct
import zlib
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from cop.base.images import BYTES_LIMIT
from cop.files.models import File

GPS = 0x8825


@pytest.fixture(autouse=True)
def _own_media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def picture(kind: str = "PNG", size: tuple[int, int] = (40, 20), **options) -> bytes:
    out = BytesIO()
    Image.new("RGB", size, "teal").save(out, kind, **options)
    return out.getvalue()


def add(client, community, data: bytes, name: str = "cat.png", **fields):
    url = reverse("files:image-add", args=[community.slug])
    return client.post(url, {"file": SimpleUploadedFile(name, data), **fields})


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP"])
def test_an_image_is_kept_as_webp_and_shown(as_member, community, kind):
    said = add(as_member, community, picture(kind)).json()
    answer = as_member.get(said["url"])
    assert said["markdown"] == f"![cat]({said['url']})"
    assert Image.open(BytesIO(b"".join(answer.streaming_content))).format == "WEBP"


def test_where_it_was_taken_is_not_kept_and_it_stands_upright(as_member, community):
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    exif[GPS] = {1: "N", 2: (59.0, 54.0, 0.0)}
    add(as_member, community, picture("JPEG", exif=exif))
    kept = File.objects.get()
    assert (kept.width, kept.height) == (20, 40)
    assert not Image.open(kept.content).getexif()


def png_that_claims(width: int, height: int) -> bytes:
    """A tiny file that says it is huge."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    rows = zlib.compress(b"\0" * ((width // 8 + 1) * 10))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("data", "name", "sentence"),
    [
        (b"\x89PNG" + b"\0" * (BYTES_LIMIT + 1), "big.png", "larger than 10 MB"),
        (png_that_claims(9000, 9000), "bomb.png", "40 million points"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "x.svg", "JPEG, PNG, GIF or WebP"),
        (b"<html><script>alert(1)</script></html>", "x.png", "JPEG, PNG, GIF or WebP"),
        (b"MZ\x90\0 not a picture at all", "x.jpg", "JPEG, PNG, GIF or WebP"),
        (picture()[:60], "half.png", "damaged"),
        (b"", "empty.png", ""),
    ],
)
def test_what_is_no_proper_image_is_refused_with_a_sentence(as_member, community, data, name, sentence):
    answer = add(as_member, community, data, name)
    assert answer.status_code == 422
    assert sentence in answer.json()["error"]
    assert not File.objects.exists()


def test_a_gif_that_is_html_too_keeps_only_its_picture(as_member, community):
    add(as_member, community, picture("GIF") + b"<script>alert(1)</script>")
    assert b"script" not in File.objects.get().content.read()


def test_of_an_animation_of_a_thousand_frames_one_is_kept(as_member, community):
    frames = [Image.new("P", (10, 10), number % 200) for number in range(1000)]
    out = BytesIO()
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:])
    add(as_member, community, out.getvalue())
    assert Image.open(File.objects.get().content).n_frames == 1


def test_the_same_image_twice_is_kept_once(as_member, community):
    first, second = (add(as_member, community, picture()).json()["url"] for _ in range(2))
    assert first == second
    assert File.objects.count() == 1


def test_a_big_picture_is_made_smaller(as_member, community):
    add(as_member, community, picture(size=(4000, 1000)))
    assert File.objects.get().width == 1600


@pytest.mark.parametrize("name", ["../../etc/passwd.png", "كتاب.png", "a\u202egnp.exe.png", "x" * 300 + ".png", ".png"])
def test_an_odd_file_name_becomes_a_plain_one(as_member, community, name):
    url = add(as_member, community, picture(), name).json()["url"]
    assert url.rpartition("/")[2].removesuffix(".webp").replace("-", "").isalnum()
    assert as_member.get(url).status_code == 200


def test_who_does_not_belong_adds_no_image(as_sponsor, as_outsider, visitor, community):
    assert add(as_sponsor, community, picture()).status_code == 403
    assert add(as_outsider, community, picture()).status_code == 403
    assert add(visitor, community, picture()).status_code == 302


def test_an_image_is_for_its_audience(as_member, as_outsider, visitor, community):
    inside = add(as_member, community, picture()).json()["url"]
    outside = add(as_member, community, picture(), audience="public").json()["url"]
    assert [client.get(inside).status_code for client in (as_member, as_outsider, visitor)] == [200, 404, 404]
    assert visitor.get(outside).status_code == 200


def test_an_image_is_served_so_that_nothing_in_it_runs(visitor, as_member, community):
    url = add(as_member, community, picture(), audience="public").json()["url"]
    answer = visitor.get(url)
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'"
    assert "public" in answer["Cache-Control"]
    assert visitor.get(url, headers={"If-None-Match": answer["ETag"]}).status_code == 304


def test_an_image_for_members_is_kept_by_no_proxy(as_member, community):
    url = add(as_member, community, picture()).json()["url"]
    assert "private" in as_member.get(url)["Cache-Control"]
