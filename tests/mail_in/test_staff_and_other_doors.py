"""Site staff look at what came in and run it again; mailboxes and providers are doors like the others."""

import pytest
from anymail.inbound import AnymailInboundMessage
from anymail.signals import AnymailInboundEvent, AnymailTrackingEvent, inbound, tracking

from cop.mail import collecting, provider_doors
from cop.mail.incoming_models import IncomingMessage
from cop.notifications.models import Subscriber, Subscription
from discussions.models import Reply, Via
from members import joining
from tests.factories import SubscriberFactory
from tests.mail_in.conftest import arrive, mail

URL = "/mail/in/"


def test_staff_see_why_a_mail_went_nowhere_and_run_it_again(mailed, community, writer, signed_in, staff):
    joining.leave(community, by=writer)
    arrived = arrive(mail("w@example.org", mailed["Reply-To"]))
    client = signed_in(staff)
    assert arrived.reason[:40] in client.get(f"{URL}?state=refused").content.decode()
    assert "Re: Offprints" not in client.get(f"{URL}?state=done").content.decode()
    assert "In a drawer." in client.get(f"{URL}{arrived.pk}/").content.decode()
    joining.join(community, by=writer)
    for _time in range(2):
        client.post(f"{URL}{arrived.pk}/again/")
    assert Reply.objects.filter(via=Via.MAIL).count() == 1


def test_others_may_not_look_at_letters(mailed, as_facilitator, visitor):
    arrived = arrive(mail("w@example.org", mailed["Reply-To"]))
    assert as_facilitator.get(f"{URL}{arrived.pk}/").status_code == 403
    assert visitor.get(URL).status_code == 302


def test_the_list_costs_the_same_for_many(db, signed_in, staff, query_count):
    def more(count: int) -> int:
        for number in range(count):
            IncomingMessage.objects.create(raw=b"", digest=f"{count}-{number}", subject="x")
        return query_count(signed_in(staff), URL)

    assert more(2) == more(20)


class FakeBox:
    """A mailbox with two unread mails; the second cannot be marked."""

    def __init__(self, mails: list[bytes]) -> None:
        self.mails = mails
        self.seen: list[bytes] = []

    def uid(self, command, *given):
        if command == "SEARCH":
            return "OK", [b" ".join(str(n).encode() for n in range(len(self.mails)))]
        if command == "FETCH":
            return "OK", [(b"1 (UID 1 BODY[] {5}", self.mails[int(given[0])]), b")"]
        self.seen.append(given[0])
        return "OK", [b""]

    def logout(self):
        return "BYE", [b""]


def test_what_is_unread_in_a_mailbox_is_taken_in_once(mailed, settings, monkeypatch):
    settings.INCOMING_IMAP_URL = "imaps://u:p@imap.example/INBOX"
    box = FakeBox([mail("w@example.org", mailed["Reply-To"]), b"Return-Path: <>\r\nSubject: report\r\n\r\nHi"])
    monkeypatch.setattr(collecting, "open_box", lambda url: box)
    assert (collecting.collect(), collecting.collect()) == (2, 2)
    assert IncomingMessage.objects.count() == 2
    assert IncomingMessage.objects.get(subject="report").envelope_sender == "<>"
    assert box.seen[:2] == [b"0", b"1"]


def test_a_site_without_a_mailbox_collects_nothing(settings):
    assert collecting.collect() == 0


def test_a_provider_hands_over_mail(mailed):
    message = AnymailInboundMessage.parse_raw_mime(mail("w@example.org", mailed["Reply-To"]).decode())
    message.envelope_recipient = str(mailed["Reply-To"].addresses[0].addr_spec)
    event = AnymailInboundEvent(event_type="inbound", message=message)
    inbound.send(sender=provider_doors, event=event, esp_name="Test")
    assert IncomingMessage.objects.get().recipient == message.envelope_recipient


def test_a_complaint_that_a_provider_tells_of_ends_all_mail_to_the_address(mailed, writer):
    event = AnymailTrackingEvent(event_type="complained", recipient=writer.email)
    tracking.send(sender=provider_doors, event=event, esp_name="Test")
    assert not Subscription.objects.filter(subscriber__user=writer).exclude(state="left").exists()


@pytest.mark.parametrize(
    ("kind", "words", "is_out"),
    [("bounced", "550 5.1.1 user unknown", True), ("bounced", "mailbox full", False), ("opened", "", False)],
)
def test_a_provider_tells_of_bounces(db, kind, words, is_out):
    SubscriberFactory(address="r@example.net")
    event = AnymailTrackingEvent(event_type=kind, recipient="R@example.net", description=words)
    tracking.send(sender=provider_doors, event=event, esp_name="Test")
    assert bool(Subscriber.objects.get().unreachable_at) == is_out


def test_staff_find_it_from_the_site_s_home(signed_in, staff, as_member):
    assert 'href="/mail/in/"' in signed_in(staff).get("/").content.decode()
    assert 'href="/mail/in/"' not in as_member.get("/").content.decode()
