"""Each time an event takes place has a conversation of its own, for the event's audience."""

import pytest

from discussions.models import Topic
from events import saving
from events.forms import EventForm
from tests.factories import reply_to

pytestmark = pytest.mark.django_db


def test_the_conversation_is_begun_once_and_goes_on(occurrence, as_member, member):
    for _time in range(2):
        page = as_member.post(f"{occurrence.get_absolute_url()}talk/", follow=True)
        assert page.status_code == 200
    topic = Topic.objects.get()
    reply_to(topic, by=member, body="I bring the vaccine box.")
    assert "The conversation: one message" in as_member.get(occurrence.get_absolute_url()).content.decode()


def test_the_conversation_is_read_by_whoever_may_read_the_event(event, occurrence, as_member, as_outsider):
    as_member.post(f"{occurrence.get_absolute_url()}talk/")
    topic = Topic.objects.get()
    assert as_outsider.get(topic.get_absolute_url()).status_code == 200
    fields = {name: getattr(event, name) for name in EventForm.FIELDS}
    saving.change_event(event, saving.Plan(fields | {"audience": "community"}))
    assert as_outsider.get(topic.get_absolute_url()).status_code == 404
