"""Two people, two workers or two clicks at the same moment: the outcome is that of one."""

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from cop.mail.models import Delivery
from cop.notifications import announcing, asking, by_hand, confirming, digesting, leaving, pacing, reminding
from cop.notifications.models import Pace, Subscription, SubscriptionEvent
from tests.factories import ActivityFactory
from tests.notifications.conftest import activities, readers

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*tasks: Callable[[], object]) -> list[Exception]:
    """Run each in a thread of its own, let go together; give what went wrong."""
    gate, wrong = threading.Barrier(len(tasks)), []

    def run(task: Callable[[], object]) -> None:
        try:
            gate.wait(timeout=10)
            task()
        except Exception as error:
            wrong.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[task]) for task in tasks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return wrong


def test_two_workers_answer_one_request_once(shelf):
    asking.ask("rosa@example.net", thing=shelf, network="192.0.2.1")
    assert at_once(asking.answer_due, asking.answer_due) == []
    assert Delivery.objects.count() == 1


def test_two_clicks_confirm_once(shelf):
    (row,) = readers(shelf, 1, state="waiting", confirmed_at=None)
    clicks = [lambda: Client().post(f"/mail/confirm/{row.token}/")] * 2
    assert at_once(*clicks) == []
    assert SubscriptionEvent.objects.filter(what="confirmed").count() == 1


def test_two_tabs_that_leave_and_confirm_end_in_one_state(shelf):
    (row,) = readers(shelf, 1, state="waiting", confirmed_at=None)
    at_once(lambda: confirming.confirm(row), lambda: leaving.leave(row))
    row.refresh_from_db()
    assert row.state in ("confirmed", "left")


def test_three_sweeps_send_each_reader_one_round_up(shelf):
    readers(shelf, 50, pace="weekly", digest_due_at=timezone.now() + timedelta(minutes=2))
    activities(shelf, 2)
    later = timezone.now() + timedelta(minutes=5)
    assert at_once(*[lambda: digesting.send_due(later)] * 3) == []
    assert Delivery.objects.count() == 50


def test_two_sweeps_remind_and_note_once(shelf, facilitator):
    readers(shelf, 5, state="waiting", asked_at=timezone.now() - timedelta(days=5))
    by_hand.add(shelf, ["old@example.net"], by=facilitator)
    ActivityFactory(thing=shelf, mailing_id=1)
    assert at_once(*[reminding.send_due] * 2, *[by_hand.send_notes] * 2) == []
    assert Delivery.objects.count() == 6


def test_who_changes_pace_while_a_post_goes_out_gets_it_once(shelf):
    """Each reader gets it either at once or in the round-up: never both, never neither."""
    rows = readers(shelf, 20)
    mailing = announcing.prepare("already_subscribed", thing=shelf, dedupe_key="post", context={})

    def publish() -> None:
        with transaction.atomic():
            announcing.announce(ActivityFactory(thing=shelf), mailing=mailing)

    changes = [lambda row=row: pacing.change_pace(row, Pace.WEEKLY) for row in rows[:4]]
    assert at_once(publish, *changes) == []
    digesting.send_due(timezone.now() + timedelta(days=8))
    assert Delivery.objects.count() == 20
    assert Subscription.objects.filter(pace="weekly").count() == 4
