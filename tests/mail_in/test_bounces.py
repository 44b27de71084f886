"""What comes back: whose copy it was, whether the address is gone, and how its owner undoes that."""

import io
import json
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from cop.mail import arriving, bouncing, reports
from cop.mail.claiming import Copy
from cop.mail.models import Delivery
from cop.mail.outcomes import BOUNCE, REFUSED, Outcome
from cop.notifications import bouncing as counting
from cop.notifications import probing
from cop.notifications.community_following import follow_as_members
from cop.notifications.models import Subscriber, Subscription
from tests.mail_in.conftest import arrive, mail, mail_to

BOUNCES = Path(settings.SHARED_DATA) / "bounces"
EXPECTED = sorted(BOUNCES.glob("*/*.expected.json"))
# What was measured when this was written. The rest is told in docs/decisions/reading-bounces.md.
ADDRESSES_RIGHT, HARD_RIGHT = 356, 274

REPORT = """\
From: MAILER-DAEMON@relay.example
To: {to}
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b
Content-Type: text/plain

I'm sorry.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; relay.example

Final-Recipient: rfc822; {address}
Action: failed
Status: {status}
Diagnostic-Code: smtp; {words}

--b
Content-Type: message/rfc822

{original}
--b--
"""
COMPLAINT = """\
From: fbl@provider.example
To: {to}
Subject: complaint
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary=b

--b
Content-Type: message/feedback-report

Feedback-Type: abuse
Version: 1

--b--
"""
GONE, FULL = ("5.1.1", "550 5.1.1 no such user"), ("4.2.2", "452 4.2.2 mailbox full")


def read(path: Path) -> reports.Report:
    return reports.read(arriving.parse(path.with_name(path.name.removesuffix(".expected.json")).read_bytes()))


@pytest.mark.skipif(not EXPECTED, reason="No shared data")
def test_the_share_of_the_shared_reports_that_is_read_right_does_not_fall():
    right = hard = 0
    for path in EXPECTED:
        facts, found = json.loads(path.read_text()), {one.address: one for one in read(path).failures}
        named = [*facts.get("permanent", []), *facts.get("temporary", []), *facts.get("final_recipients", [])]
        known = {one["recipient"].lower(): one for one in facts.get("recipients", [])}
        wanted = {one.lower() for one in named} | set(known)
        right += wanted == set(found) and bool({"permanent", "recipients", "final_recipients"} & set(facts))
        for address, fact in known.items():
            if fact["reason"] != "feedback" and address in found:
                hard += found[address].is_hard == fact["hardbounce"]
    print(f"addresses right in {right} of 389 reports, hard or not right for {hard} of 308 addresses")  # noqa: T201
    assert (right, hard) >= (ADDRESSES_RIGHT, HARD_RIGHT)
    assert hard >= HARD_RIGHT


@pytest.mark.skipif(not EXPECTED, reason="No shared data")
def test_what_is_no_report_is_never_taken_for_one():
    for path in EXPECTED:
        facts = json.loads(path.read_text())
        if not {"recipients", "permanent", "final_recipients"} & set(facts):
            assert not read(path).kind, path.name


def test_the_command_says_address_kind_and_reason(monkeypatch):
    raw = REPORT.format(
        to="x@y.example", address="a@b.example", status=GONE[0], words=GONE[1], original="To: a@b.example"
    )
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(raw.encode())))
    printed = io.StringIO()
    call_command("parse_bounce", stdout=printed)
    assert printed.getvalue() == "a@b.example\thard\tunknown\n"


@pytest.fixture
def copy(mailed, writer) -> Delivery:
    follow_as_members(writer.memberships.get().community)
    return Delivery.objects.filter(address=writer.email).latest("pk")


def back_to(copy: Delivery) -> str:
    return bouncing.return_address("noreply@localhost", Copy(copy.pk, copy.key, copy.address, 1))


def come_back(copy: Delivery, said=GONE, *, to: str = "", original: str = "", address: str = "") -> str:
    raw = REPORT.format(
        to=to or back_to(copy), address=address or copy.address, status=said[0], words=said[1], original=original
    )
    return arrive(raw.encode(), envelope_sender="").state


def subscriber() -> Subscriber:
    return Subscriber.objects.get(address="w@example.org")


def test_each_copy_leaves_under_a_return_address_of_its_own(copy, settings):
    assert back_to(copy).startswith("bounce+") and back_to(copy).endswith("@in.example.org")
    settings.INCOMING_ADDRESS = ""
    assert back_to(copy) == "noreply@localhost"


def test_an_address_that_does_not_exist_gets_no_mail_any_more_at_once(copy):
    assert come_back(copy) == "done"
    assert subscriber().unreachable_at
    assert "no such user" in subscriber().failure


def test_the_return_address_says_whose_it_was_whatever_the_report_names(copy):
    come_back(copy, address="somebody-else@forwarded.example")
    assert subscriber().unreachable_at


def test_a_full_mailbox_is_a_point_a_day_and_five_are_too_many(copy):
    for _time in range(3):
        come_back(copy, FULL)
    assert (subscriber().hard_failures, subscriber().unreachable_at) == (1, None)
    at = timezone.now()
    for day in range(1, 5):
        soft = Outcome(copy.key, copy.address, "full", BOUNCE)
        counting.count_failures([soft], at=at + timedelta(days=day))
    assert (subscriber().hard_failures, subscriber().unreachable_at) == (5, None)
    assert probing.is_probed(subscriber())


@pytest.fixture
def probed(copy) -> Delivery:
    """The probe that went to an address which failed for days."""
    for day in range(5):
        soft = Outcome(copy.key, copy.address, "full", BOUNCE)
        counting.count_failures([soft], at=timezone.now() - timedelta(days=5 - day))
    counting.look_after_probes()
    return probe_to(copy.address)


def probe_to(address: str) -> Delivery:
    return Delivery.objects.filter(address=address, mailing__name="probe").latest("pk")


def arrived_at(delivery: Delivery, days_ago: int) -> None:
    at = timezone.now() - timedelta(days=days_ago)
    Delivery.objects.filter(pk=delivery.pk).update(state="sent", ended_at=at)


def test_a_probe_says_kindly_that_nothing_need_be_done(probed):
    text = mail_to(probed.address).get_body(("plain",)).get_content()
    assert "you need do nothing" in text and f"/mail/manage/{subscriber().token}/" in text
    counting.look_after_probes()
    assert Delivery.objects.filter(mailing__name="probe").count() == 1


def test_a_probe_that_comes_back_stops_mail(probed):
    assert come_back(probed, FULL) == "done"
    assert subscriber().unreachable_at
    assert "mailbox full" in subscriber().failure


def test_a_probe_that_arrives_ends_it(probed):
    arrived_at(probed, 6)
    assert counting.look_after_probes() == 1
    assert (subscriber().hard_failures, subscriber().unreachable_at) == (0, None)
    assert not probing.is_probed(subscriber())


def test_a_probe_that_has_not_left_yet_says_nothing(probed):
    assert counting.look_after_probes(timezone.now() + timedelta(days=30)) == 0
    assert probing.is_probed(subscriber())


def test_other_mails_that_come_back_meanwhile_decide_nothing_unless_the_address_is_gone(probed, copy):
    assert come_back(copy, FULL) == "done"
    assert not subscriber().unreachable_at
    come_back(copy, GONE)
    assert subscriber().unreachable_at
    assert not probing.is_probed(subscriber())


def test_a_mailbox_that_works_again_is_found_later(probed):
    come_back(probed, FULL)
    at = timezone.now()
    counting.look_after_probes(at + timedelta(days=6))
    assert Delivery.objects.filter(mailing__name="probe").count() == 1
    counting.look_after_probes(at + timedelta(days=8))
    second = probe_to(probed.address)
    assert second.key != probed.key
    arrived_at(second, 6)
    assert counting.look_after_probes() == 1
    assert subscriber().unreachable_at is None


def test_after_three_probes_it_is_left_to_its_owner(probed):
    at = timezone.now()
    for days in (0, 8, 40):
        counting.look_after_probes(at + timedelta(days=days))
        found = Outcome(probe_to(probed.address).key, probed.address, "full", BOUNCE)
        counting.count_failures([found], at=at + timedelta(days=days))
    assert not probing.is_probed(subscriber())
    assert counting.look_after_probes(at + timedelta(days=400)) == 0
    assert Delivery.objects.filter(mailing__name="probe").count() == 3
    assert subscriber().unreachable_at


def test_the_owner_who_says_that_it_works_is_believed(probed, visitor):
    come_back(probed, FULL)
    visitor.post(f"/mail/manage/{subscriber().token}/reach/")
    assert subscriber().unreachable_at is None
    assert not probing.is_probed(subscriber())


def test_points_are_forgotten_one_in_two_weeks(copy):
    at = timezone.now()
    for weeks in (0, 3, 6, 9, 12):
        refused = Outcome(copy.key, copy.address, "550 no", REFUSED)
        counting.count_failures([refused], at=at + timedelta(weeks=weeks))
    assert (subscriber().hard_failures, subscriber().unreachable_at) == (1, None)


def test_a_report_to_another_address_is_understood_by_the_mail_inside(copy, mailed):
    original = f"From: x@y.example\nReply-To: {mailed['Reply-To']}\nTo: {copy.address}\n\nHi"
    assert come_back(copy, to="bounce+unknown@in.example.org", original=original) == "done"
    assert subscriber().unreachable_at


def test_a_forged_report_counts_against_nobody(copy):
    assert come_back(copy, to="bounce+1-abcdefghijklmnop@in.example.org") == "ignored"
    assert not subscriber().unreachable_at


def test_an_answering_machine_at_the_return_address_counts_for_nothing(copy):
    raw = b"Auto-Submitted: auto-replied\n" + mail(copy.address, back_to(copy), "I am away.", "Out of office")
    assert arrive(raw, envelope_sender="").state == "ignored"
    assert subscriber().hard_failures == 0


def test_who_complains_has_left_what_they_complained_about(copy):
    assert arrive(COMPLAINT.format(to=back_to(copy)).encode(), envelope_sender="").state == "done"
    assert Subscription.objects.get(token=copy.key).state == "left"


def test_the_owner_is_told_on_signing_in_and_undoes_it_with_one_button(copy, writer, visitor):
    come_back(copy)
    writer.set_password("a-long-password-1")
    writer.save()
    client = Client()
    page = client.post("/accounts/login/", {"login": writer.email, "password": "a-long-password-1"}, follow=True)
    assert "came back, so we stopped" in page.content.decode()
    link = f"/mail/manage/{subscriber().token}/"
    assert "Our mails came back" in visitor.get(link).content.decode()
    visitor.post(f"{link}reach/")
    visitor.post(f"{link}reach/")
    assert (subscriber().unreachable_at, subscriber().hard_failures) == (None, 0)


def test_facilitators_see_whom_they_cannot_reach(copy, community, as_facilitator, as_member):
    come_back(copy)
    from django.urls import reverse

    url = f"{reverse('notifications:subscribers', args=[community.slug, 'community', community.pk])}?state=unreachable"
    page = as_facilitator.get(url).content.decode()
    assert "Wanda" in page and "no such user" in page
    assert as_member.get(url).status_code == 403
