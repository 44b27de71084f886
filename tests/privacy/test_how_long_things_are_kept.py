"""What has been kept for long enough is deleted at night, in batches, and the log says how much."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.urls import reverse
from django.utils import timezone

from cop.mail.incoming_models import IncomingMessage
from cop.mail.models import Delivery, Mailing
from cop.privacy import retention
from cop.privacy.models import Cleaning
from discussions.models import Draft, Reply, ReplyRevision, Topic
from discussions.moderating import delete_topic, take_back
from discussions.writing import edit
from members.invitation_models import Invitation
from tests.factories import ForumFactory, reply_to, topic_of

NOW = timezone.now


def came_in(number: int, *, days: int, state: str = "done") -> IncomingMessage:
    at = NOW() - timedelta(days=days)
    return IncomingMessage.objects.create(raw=b"x", digest=str(number), received_at=at, state=state)


def test_each_rule_has_a_setting_and_each_setting_is_explained(settings):
    assert set(retention.rules) == set(settings.KEEP_DAYS)
    told = Path("docs/operating.md").read_text()
    names = {f"KEEP_{name.upper().replace('-', '_')}_DAYS" for name in settings.KEEP_DAYS if name != "incoming"}
    assert not [name for name in names | {"INCOMING_DAYS"} if f"`{name}`" not in told]


def test_mail_that_came_in_goes_after_its_time_unless_it_waits(db):
    came_in(1, days=31)
    young, waiting = came_in(2, days=29), came_in(3, days=31, state="waiting")
    assert retention.run()["incoming"] == 1
    assert set(IncomingMessage.objects.all()) == {young, waiting}


def test_copies_go_then_their_mailing_and_what_is_still_sent_stays(db):
    old = NOW() - timedelta(days=366)
    done = Mailing.objects.create(
        name="x", dedupe_key="1", subject="s", source=b"", sender="a", state="done", created_at=old
    )
    live = Mailing.objects.create(
        name="x", dedupe_key="2", subject="s", source=b"", sender="a", state="sending", created_at=old
    )
    for mailing in (done, live):
        for number in range(3):
            Delivery.objects.create(
                mailing=mailing, key=str(number), address="a@b.c", state="sent", due_at=old, ended_at=old
            )
    done_today = retention.run()
    assert (done_today["deliveries"], done_today["mailings"]) == (3, 1)
    assert list(Mailing.objects.all()) == [live] and Delivery.objects.count() == 3


def test_what_was_deleted_by_hand_is_gone_for_good_after_its_time(community, member, facilitator):
    topic = topic_of(ForumFactory(community=community), by=facilitator)
    kept, gone = reply_to(topic, by=facilitator), reply_to(topic, by=member, body="Secret words")
    edit(gone, body="Secret words, changed", by=member, version=1)
    other = topic_of(ForumFactory(community=community), by=facilitator)
    take_back(gone, by=facilitator)
    delete_topic(other, by=facilitator)
    assert retention.run()["deleted"] == 0
    assert retention.run(NOW() + timedelta(days=181))["deleted"] == 2
    row = Reply.objects.get(pk=gone.pk)
    assert (row.body, row.body_html, row.text) == ("", "", "")
    assert not ReplyRevision.objects.filter(reply=gone).exists()
    assert list(Topic.objects.all()) == [topic] and Reply.objects.get(pk=kept.pk).body


def test_invitations_and_drafts(community, member):
    Invitation.objects.create(
        community=community, email="a@b.example", token="1", expires_at=NOW() + timedelta(days=30)
    )
    Draft.objects.create(by=member, place="forum:1", fields={"body": "Half a thought"})
    assert retention.run()["invitations"] == 0
    late = retention.run(NOW() + timedelta(days=366))
    assert (late["invitations"], late["drafts"]) == (1, 1)


def test_zero_days_keep_for_good(settings, db):
    settings.KEEP_DAYS = settings.KEEP_DAYS | {"incoming": 0}
    came_in(1, days=9999)
    assert "incoming" not in retention.run()
    assert IncomingMessage.objects.exists()


def test_a_rule_runs_once_a_day_and_the_log_counts_all_batches(db, monkeypatch):
    monkeypatch.setattr(retention, "AT_ONCE", 2)
    for number in range(5):
        came_in(number, days=40)
    assert retention.run()["incoming"] == 5
    came_in(9, days=40)
    assert "incoming" not in retention.run()
    row = Cleaning.objects.get(rule="incoming")
    assert (row.count, row.days, row.ended_at is not None) == (5, 30, True)
    assert retention.run(NOW() + timedelta(days=1))["incoming"] == 1


def test_a_run_that_was_killed_goes_on_where_it_was(db, monkeypatch):
    for number in range(5):
        came_in(number, days=40)
    forget, calls = retention.rules["incoming"].forget, []

    def killed(before, limit):
        calls.append(forget(before, 2))
        if len(calls) == 2:
            raise SystemExit
        return calls[-1]

    monkeypatch.setitem(retention.rules._entries, "incoming", retention.Rule("Mail", killed))
    with pytest.raises(SystemExit):
        retention.run()
    monkeypatch.setitem(retention.rules._entries, "incoming", retention.Rule("Mail", forget))
    assert "incoming" not in retention.run()  # Somebody else may still be at it.
    assert retention.run(NOW() + retention.LEASE * 2)["incoming"] == 1
    assert not IncomingMessage.objects.exists()


def test_one_rule_that_fails_holds_up_no_other(db, monkeypatch):
    came_in(1, days=40)

    def broken(before, limit):
        raise ValueError("no table")

    first = next(iter(retention.rules))
    monkeypatch.setitem(retention.rules._entries, first, retention.Rule("Broken", broken))
    assert retention.run()["incoming"] == 1
    assert "no table" in Cleaning.objects.get(rule=first).problem


def test_staff_see_what_is_kept_for_how_long_and_what_went(signed_in, staff):
    came_in(1, days=40)
    retention.run()
    page = signed_in(staff).get(reverse("privacy:cleanings")).content.decode()
    assert "Mail that came in, as it came" in page and "kept for 30 days" in page and "1 deleted" in page
