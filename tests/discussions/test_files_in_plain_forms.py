"""Images and files by a plain form: where no script runs, what is chosen is kept and stands below the text."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from cop.files import forms
from cop.files.attaching import link_to
from cop.files.attachment_models import Attachment
from cop.files.models import File
from discussions.models import Reply, Topic
from tests.factories import reply_to


@pytest.fixture(autouse=True)
def _kept_apart(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def picture(name: str = "Red wall.png") -> SimpleUploadedFile:
    data = BytesIO()
    Image.new("RGB", (40, 30), "red").save(data, "PNG")
    return SimpleUploadedFile(name, data.getvalue(), "image/png")


def paper(name: str = "minutes.pdf", data: bytes = b"%PDF-1.7 and so on") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data, "application/pdf")


def send(client, topic, *files, **typed):
    return client.post(f"/c/library/t/{topic.pk}/reply/", {"body": "See below.", **typed, "attached": files})


def test_the_forms_can_be_sent_with_files(as_member, topic):
    page = as_member.get(topic.get_absolute_url()).content.decode()
    assert 'enctype="multipart/form-data"' in page
    assert '<input type="file" name="attached" multiple' in page


def test_what_is_chosen_stands_below_the_text(as_other, topic, visitor):
    assert send(as_other, topic, picture(), paper()).status_code == 302
    written = Reply.objects.latest("pk")
    image, file = File.objects.get(), Attachment.objects.get()
    assert written.body.splitlines() == ["See below.", "", image.as_markdown, "", link_to(file)]
    assert (image.audience, file.audience) == ("public", "public")
    assert visitor.get(image.get_absolute_url()).status_code == 200
    assert f'src="{image.get_absolute_url()}"' in written.body_html


def test_a_file_alone_is_a_message(as_other, topic):
    assert send(as_other, topic, paper(), body="").status_code == 302


def test_a_topic_begins_with_a_file(as_member, forum):
    data = {"title": "Minutes", "kind": "discussion", "body": "Here:", "attached": [paper()]}
    assert as_member.post("/c/library/forums/cataloguing/start/", data).status_code == 302
    assert Topic.objects.get(title="Minutes").replies.get().body.endswith(link_to(Attachment.objects.get()))


def test_what_is_refused_says_why_and_the_rest_is_not_lost(as_other, topic):
    before = Reply.objects.count()
    page = send(as_other, topic, picture(), paper("virus.exe"), paper("fake.pdf", b"MZ"))
    said = page.content.decode()
    assert page.status_code == 422
    assert Reply.objects.count() == before
    assert "virus.exe: Files of this kind are not shared here." in said
    assert "fake.pdf: This file is not what its name says." in said
    assert "See below." in said
    assert File.objects.get().as_markdown in said
    assert 'id="id_attached"' in said
    assert 'aria-invalid="true"' in said


def test_what_was_chosen_is_kept_when_something_else_is_missing(as_member, forum):
    data = {"title": "", "kind": "discussion", "body": "Here:", "attached": [paper()]}
    page = as_member.post("/c/library/forums/cataloguing/start/", data)
    assert page.status_code == 422
    assert Attachment.objects.get().name in page.content.decode()


def test_what_was_chosen_is_kept_when_somebody_answered_meanwhile(as_other, topic, member):
    seen = topic.replies.get().pk
    reply_to(topic, by=member, body="First!")
    page = send(as_other, topic, paper(), seen=seen)
    assert page.status_code == 409
    assert Attachment.objects.get().name in page.content.decode()


def test_more_than_can_be_taken_at_once_are_named(as_other, topic, monkeypatch):
    monkeypatch.setattr(forms, "FILES_AT_ONCE", 1)
    page = send(as_other, topic, paper("a.pdf"), paper("b.pdf"), paper("c.pdf"))
    assert "Add these next: b.pdf, c.pdf" in page.content.decode()
    assert Attachment.objects.count() == 1


def test_the_same_limits_hold_as_for_dropped_files(as_other, topic, monkeypatch):
    monkeypatch.setattr("cop.files.keeping.ADDED_AN_HOUR", 1)
    page = send(as_other, topic, paper("a.pdf"), paper("b.pdf"))
    assert "b.pdf: You have added very many files." in page.content.decode()


def test_who_may_not_write_keeps_nothing(as_outsider, topic):
    assert send(as_outsider, topic, paper()).status_code in (403, 404)
    assert not Attachment.objects.exists()


def test_files_are_added_to_what_is_edited(as_member, topic):
    opening = topic.replies.get()
    url = f"/r/{opening.pk}/edit/"
    assert as_member.post(url, {"body": "Again", "version": opening.version, "attached": [paper()]}).status_code == 302
    opening.refresh_from_db()
    assert opening.body == f"Again\n\n{link_to(Attachment.objects.get())}"
