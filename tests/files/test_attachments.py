"""Files that people add beside images: of known kinds, what their names say, saved by their audience and never run."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from cop.files import attaching
from cop.files.attachment_models import Attachment
from tests.factories import CommunityFactory

PDF = b"%PDF-1.7\n..."


@pytest.fixture(autouse=True)
def _own_media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def add(client, community, data: bytes = PDF, name: str = "Field notes.pdf", **fields):
    url = reverse("files:attachment-add", args=[community.slug])
    return client.post(url, {"file": SimpleUploadedFile(name, data), **fields})


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.pdf", PDF),
        ("a.docx", b"PK\x03\x04..."),
        ("a.csv", "Größe;café".encode("latin-1")),
        ("A.TXT", "ж".encode() * 3000),
    ],
)
def test_a_file_is_kept_and_given_back_to_be_saved(name, data, as_member, community):
    said = add(as_member, community, data, name).json()
    answer = as_member.get(said["url"])
    assert b"".join(answer.streaming_content) == data
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]


def test_the_link_to_it_stands_in_the_text(as_member, community):
    said = add(as_member, community).json()
    assert said["markdown"] == f"[Field\\_notes.pdf]({said['url']}) (12 bytes)"


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("page.html", b"<script>alert(1)</script>", "not shared here"),
        ("drawing.svg", b"<svg/>", "not shared here"),
        ("tool.exe", b"MZ", "not shared here"),
        ("none", b"x", "not shared here"),
        ("a.pdf", b"MZ\x90\x00", "not what its name says"),
        ("a.docx", b"<html>", "not what its name says"),
        ("a.txt", b"\x00\x01\x02", "not what its name says"),
        ("a.pdf", b"%PDF-" + b"x" * 100, "larger than 20 MB"),
    ],
)
def test_what_is_not_shared_is_refused_with_a_sentence(name, data, words, as_member, community, monkeypatch):
    monkeypatch.setattr(attaching, "BYTES_LIMIT", 50)
    answer = add(as_member, community, data, name)
    assert answer.status_code == 422
    assert words in answer.json()["error"]
    assert not Attachment.objects.exists()


def test_nothing_is_refused_kindly(as_member, community):
    url = reverse("files:attachment-add", args=[community.slug])
    assert as_member.post(url).status_code == 422
    assert add(as_member, community, audience="nobody").status_code == 422


@pytest.mark.parametrize("name", ["../../etc/passwd.txt", "a/b\\c.txt", "…….txt", "x" * 300 + ".txt", "\u202etxt.txt"])
def test_an_odd_name_is_tamed(name, as_member, community):
    said = add(as_member, community, b"x", name).json()
    assert as_member.get(said["url"]).status_code == 200
    assert "/" not in Attachment.objects.get().name
    assert len(Attachment.objects.get().name) < 120


def test_the_same_file_twice_is_kept_once(as_member, community):
    assert add(as_member, community).json() == add(as_member, community).json()


def test_who_may_not_read_it_finds_nothing(as_member, as_outsider, visitor, as_facilitator, community):
    url = add(as_member, community, audience="community").json()["url"]
    assert [client.get(url).status_code for client in (as_outsider, visitor, as_facilitator)] == [404, 404, 200]


def test_only_who_takes_part_adds_files(as_outsider, as_sponsor, community):
    assert [add(client, community).status_code for client in (as_outsider, as_sponsor)] == [403, 403]
    hidden = CommunityFactory(audience="community")
    assert add(as_outsider, hidden).status_code == 404
