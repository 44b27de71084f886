"""What load balancers and watchers are told."""

from datetime import timedelta

import pytest
from celery import current_app
from django.utils import timezone

from cop.mail.models import Delivery, Mailing, MailingState


@pytest.fixture
def celery_at_nowhere(monkeypatch):
    """A broker behind a port where nothing listens."""
    nowhere = current_app.connection("redis://127.0.0.1:1/0")
    monkeypatch.setattr(current_app._get_current_object(), "connection_for_read", lambda: nowhere)


def due_since(minutes: int, *, state: str = MailingState.SENDING) -> None:
    mailing = Mailing.objects.create(name="post", dedupe_key="one", subject="News", source=b"", state=state)
    due_at = timezone.now() - timedelta(minutes=minutes)
    Delivery.objects.create(mailing=mailing, key="1", address="reader@example.org", due_at=due_at)


def test_a_live_site_says_so_without_the_database(visitor, django_assert_num_queries, db):
    with django_assert_num_queries(0):
        answer = visitor.get("/health/live")
    assert answer.status_code == 200


def test_a_site_that_is_well_is_ready(visitor, db):
    answer = visitor.get("/health/ready")
    assert answer.status_code == 200
    assert answer.json()["ready"] is True


def test_mail_that_was_due_a_moment_ago_is_no_alarm(visitor, db):
    due_since(2)
    answer = visitor.get("/health/ready")
    assert answer.status_code == 200
    assert 115 < answer.json()["oldest_due_mail"] < 180


def test_mail_that_does_not_move_is_an_alarm(visitor, db):
    due_since(60)
    assert visitor.get("/health/ready").status_code == 503


def test_a_paused_mailing_is_no_alarm(visitor, db):
    due_since(60, state=MailingState.PAUSED)
    assert visitor.get("/health/ready").status_code == 200


def test_a_broker_that_does_not_answer_is_an_alarm(visitor, db, celery_at_nowhere):
    answer = visitor.get("/health/ready")
    assert (answer.status_code, answer.json()["broker"], answer.json()["database"]) == (503, False, True)
