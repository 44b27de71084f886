"""Bells: look now. Each may ring twice without harm."""

from celery import shared_task

from events import answering, expanding, importing, inviting, keeping_time, reminding, telling, telling_voters


@shared_task
def tell_answers() -> None:
    """Mail people about their own answers."""
    telling.tell_answers()


@shared_task
def tell_changes() -> None:
    """Tell those who answered what has changed."""
    telling.tell_changes()


@shared_task
def invite_members() -> None:
    """Invite the members to events that were published for it."""
    inviting.invite_due()


@shared_task
def tell_voters() -> None:
    """Tell those who voted in a poll of the date that was taken."""
    telling_voters.tell_voters_due()


@shared_task
def move_waiting_lists() -> None:
    """Let offers whose time is over go on to the next."""
    answering.lapse_offers()


@shared_task
def remind() -> None:
    """Remind those who come, and ask after what is over."""
    reminding.remind_due()
    reminding.ask_after()


@shared_task
def collect_calendars() -> None:
    """Read the calendars elsewhere that are due."""
    importing.collect_due()


@shared_task
def tidy_events() -> None:
    """Make the next occurrences of series and follow zones that change."""
    expanding.go_on()
    keeping_time.keep_time()
