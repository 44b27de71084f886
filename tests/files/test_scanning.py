"""Uploads are looked over by the site's virus scanner: here a server that speaks clamd's protocol."""

import socketserver
import struct
import threading
from contextlib import contextmanager

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from cop.base.errors import Refused
from cop.files import attaching, holding, scanning
from cop.files.attachment_models import Attachment
from cop.files.taking_from_mail import keep
from cop.mail.arriving import Part
from cop.mail.models import Delivery
from tests.factories import UserFactory
from tests.files.test_attachments import PDF, add

HARMFUL = PDF + b"EICAR" + b"." * 100_000


class Clamd(socketserver.StreamRequestHandler):
    """Reads one INSTREAM command as clamd does, strictly, and answers."""

    def handle(self):
        if self.rfile.read(10) != b"zINSTREAM\0":
            self.wfile.write(b"UNKNOWN COMMAND\0")
            return
        received = b""
        while size := struct.unpack("!L", self.rfile.read(4))[0]:
            received += self.rfile.read(size)
        self.server.looked_over.append(received)
        if self.server.answer is not None:
            self.wfile.write(self.server.answer)
        elif b"EICAR" in received:
            self.wfile.write(b"stream: Eicar-Test-Signature FOUND\0")
        else:
            self.wfile.write(b"stream: OK\0")


@contextmanager
def serving(server):
    server.looked_over, server.answer = [], None
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture
def scanner(settings):
    with serving(socketserver.ThreadingTCPServer(("127.0.0.1", 0), Clamd)) as server:
        settings.SCANNER_URL = f"tcp://127.0.0.1:{server.server_address[1]}"
        yield server


@pytest.fixture
def silent(settings):
    """A scanner that nobody can reach."""
    settings.SCANNER_URL = "tcp://127.0.0.1:1"


@pytest.fixture(autouse=True)
def _own_media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


def test_a_clean_file_is_looked_over_whole_and_kept_whole(scanner, as_member, community):
    data = PDF + b"x" * 300_000
    said = add(as_member, community, data).json()
    assert scanner.looked_over == [data]
    assert b"".join(as_member.get(said["url"]).streaming_content) == data


def test_a_harmful_file_is_refused_by_its_name(scanner, as_member, member, community, caplog, tmp_path):
    answer = add(as_member, community, HARMFUL)
    assert answer.status_code == 422
    assert "found “Eicar-Test-Signature” in this file" in answer.json()["error"]
    assert not Attachment.objects.exists()
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]
    assert f"harmful upload refused: user={member.pk} found=Eicar-Test-Signature" in caplog.text


def test_what_comes_by_mail_is_looked_over_too(scanner, member, community):
    part = Part("report.pdf", "application/pdf", HARMFUL)
    kept = keep([part], community=community, by=member, audience="community")
    assert not kept.files
    assert "Eicar-Test-Signature" in kept.told


def test_it_is_spoken_to_by_a_socket_as_well(settings, tmp_path_factory, as_member, community):
    path = tmp_path_factory.mktemp("s") / "clamd.ctl"
    with serving(socketserver.ThreadingUnixStreamServer(str(path), Clamd)) as server:
        settings.SCANNER_URL = f"unix://{path}"
        assert add(as_member, community).status_code == 200
        assert add(as_member, community, HARMFUL).status_code == 422
        assert len(server.looked_over) == 2


def test_a_silent_scanner_lets_nothing_in(silent, as_member, community, caplog):
    answer = add(as_member, community)
    assert answer.status_code == 422
    assert "not kept. Try again in a while" in answer.json()["error"]
    assert not Attachment.objects.exists()
    assert "the scanner was silent" in caplog.text


@pytest.mark.parametrize("answer", [b"", b"INSTREAM size limit exceeded. ERROR\0", b"stream: OK maybe\0"])
def test_whatever_is_no_verdict_lets_nothing_in(scanner, as_member, community, answer):
    scanner.answer = answer
    assert add(as_member, community).status_code == 422
    assert not Attachment.objects.exists()


def test_a_scanner_that_never_answers_is_given_up(scanner, as_member, community, monkeypatch):
    monkeypatch.setattr(scanning, "SECONDS", 0.2)
    monkeypatch.setattr(Clamd, "handle", lambda self: threading.Event().wait(2))
    assert add(as_member, community).status_code == 422


def test_a_site_may_hold_files_until_the_scanner_is_back(silent, settings, as_member, signed_in, staff, community):
    settings.SCANNER_SILENT = "hold"
    said = add(as_member, community).json()
    for browser in (as_member, signed_in(staff)):
        page = browser.get(said["url"])
        assert page.status_code == 503
        assert "Not looked over yet" in page.content.decode()
        assert page["Retry-After"] == "300"
    assert holding.look_over() == 0
    with serving(socketserver.ThreadingTCPServer(("127.0.0.1", 0), Clamd)) as server:
        settings.SCANNER_URL = f"tcp://127.0.0.1:{server.server_address[1]}"
        assert holding.look_over() == 1
    assert b"".join(as_member.get(said["url"]).streaming_content) == PDF


def test_a_held_file_that_is_harmful_is_deleted_and_its_owner_hears_of_it(
    silent, settings, as_member, member, community, tmp_path
):
    settings.SCANNER_SILENT = "hold"
    said = add(as_member, community, HARMFUL).json()
    with serving(socketserver.ThreadingTCPServer(("127.0.0.1", 0), Clamd)) as server:
        settings.SCANNER_URL = f"tcp://127.0.0.1:{server.server_address[1]}"
        holding.look_over()
    assert as_member.get(said["url"]).status_code == 404
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]
    letter = Delivery.objects.get(mailing__name="file_removed")
    assert letter.address == member.email
    assert "Eicar-Test-Signature" in bytes(letter.mailing.source).decode()


def test_one_file_that_the_scanner_does_not_take_keeps_no_other_waiting(scanner, settings, as_member, community):
    made = [
        Attachment.objects.create(
            community=community, name=f"{n}.pdf", size=1, digest=str(n), is_held=True, content="gone.pdf"
        )
        for n in range(3)
    ]
    made[0].content.save("a.pdf", SimpleUploadedFile("a.pdf", PDF))
    assert holding.look_over() == 1
    assert set(Attachment.objects.filter(is_held=True)) == set(made[1:])


def test_a_site_that_gives_its_scanner_up_lets_go_what_waits(settings, community, db):
    Attachment.objects.create(community=community, name="a.pdf", size=1, digest="1", is_held=True)
    settings.SCANNER_URL = ""
    assert holding.look_over() == 1
    assert not Attachment.objects.filter(is_held=True).exists()


def test_without_a_scanner_nothing_changes(as_member, community):
    assert add(as_member, community, HARMFUL).status_code == 200


def test_the_same_file_from_its_owner_is_looked_over_once(scanner, community):
    owner = UserFactory()
    for _time in range(2):
        upload = SimpleUploadedFile("a.pdf", PDF)
        attaching.attach(upload, community=community, by=owner, audience="community")
    assert len(scanner.looked_over) == 1
    with pytest.raises(Refused):
        attaching.attach(SimpleUploadedFile("b.pdf", HARMFUL), community=community, by=owner, audience="community")
