"""Nothing leaks: no address, no list, no refusal and no mail shows a word of what somebody may not know of."""

import logging
import re
from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes, policy
from importlib import import_module
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from blogs import publishing
from blogs.models import Blog
from cop.mail import gates
from cop.mail.models import Delivery
from discussions.models import Forum
from events import publishing as event_publishing
from tests.access import doors
from tests.access.canaries import CANARY, put_canaries, said_by
from tests.access.doors import DOORS, Door, of_a_thing
from tests.access.people import OUTSIDE, World, world
from tests.access.test_every_door import OURS, nowhere
from tests.access.walking import ask, request_of
from tests.factories import EventFactory, PostFactory, reply_to, topic_of

# Whoever holds the secret link of a mail is told what it is about: it was sent to them.
TOLD_BY_LINK = (
    doors.of_mail_token, doors.of_subscription, doors.of_activity, doors.of_by_hand_token, doors.of_invitation_token,
    doors.of_link_token, doors.of_calendar_key, doors.of_answer, doors.of_help_request,
)  # fmt: skip
# What is asked for by a word: the word itself is only given back where one typed it.
QUERIES = ({}, {"q": "vogel"}, {"q": "Kanarien", "typed": "Kanarien", "title": "Kanarien", "tag": "books"})
# Further addresses behind the same doors.
ALSO = (("moderation:flag", doors.of_flagged_person),)
TOKEN = re.compile(r"csrfmiddlewaretoken\" value=\"\w+|X-CSRFToken\W+\w+")
SOME_INSIDE = ("member", "stepped back", "sponsor")


@pytest.fixture(autouse=True)
def _quiet():
    logging.disable(logging.ERROR)
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture
def furnished(db):
    """A function that gives a world with everything that the doors lead to, and a canary in all that is hidden."""

    def furnish(audience: str) -> tuple[World, dict[str, list[Any]]]:
        around = world(audience)
        arguments = {name: DOORS[name].arguments(around) for name in OURS}
        around.narrow()
        put_canaries(around)
        return around.seen_anew(), arguments

    return furnish


def shown(around: World, person: str, url: str, query: dict[str, str]) -> tuple[str, str]:
    """What somebody is given at an address, with the headers: what came of it, and every word."""
    request = request_of(around, person, "get", url, query)
    try:
        with transaction.atomic():
            answer = ask(request)
            if hasattr(answer, "render"):
                answer.render()
            body = b"".join(answer.streaming_content) if answer.streaming else answer.content
            transaction.set_rollback(True)
    except (Http404, PermissionDenied) as refusal:
        return type(refusal).__name__, str(refusal)
    return str(answer.status_code), f"{answer.headers} {body.decode(errors='replace')}"


def looking(around: World, arguments: dict[str, list[Any]], people: tuple[str, ...]) -> Iterator[tuple[str, str, str]]:
    """Look at every address as each of some people, and give (person, address, what was shown)."""
    also = [(name, find(around)) for name, find in ALSO]
    for name, given in [*arguments.items(), *also]:
        door = DOORS[name]
        if door.get is None or is_told_by_link(door) or door.arguments == doors.of_help_forum:
            continue
        url = reverse(name, args=given)
        for person in people:
            for query in QUERIES if may_search(name) else QUERIES[:1]:
                text = shown(around, person, url, query)[1].replace(said_by(person), "")
                yield person, f"{url}?{query}", text


def is_told_by_link(door: Door) -> bool:
    return door.arguments in TOLD_BY_LINK or bool(door.holder)


def may_search(name: str) -> bool:
    """Lists, searches and completions: they take a word."""
    return any(word in name for word in ("search", "people", "similar", "tag", "directory", "topics", "complete"))


@pytest.mark.parametrize(
    ("audience", "people"), [("community", OUTSIDE), ("facilitators", ("visitor", "stranger", *SOME_INSIDE))]
)
def test_no_page_shows_a_word_of_what_is_hidden(furnished, audience, people, record_property):
    around, arguments = furnished(audience)
    seen, leaks = 0, []
    for person, url, text in looking(around, arguments, people):
        seen += 1
        if CANARY in text:
            start = text.index(CANARY)
            leaks.append(f"{url} to {person}: …{text[max(0, start - 90) : start + 30]}…")
    record_property("looks", seen)
    assert not leaks, "\n".join(leaks)


def test_the_canary_is_seen_by_those_who_may_see_it(furnished):
    around, arguments = furnished("community")
    arguments = dict(list(arguments.items())[::2])
    seen = {url for _person, url, text in looking(around, arguments, ("facilitator",)) if CANARY in text}
    assert len(seen) > 30


@pytest.mark.parametrize("audience", ["community", "facilitators"])
def test_what_one_may_not_know_of_is_refused_like_what_does_not_exist(furnished, audience):
    around, arguments = furnished(audience)
    different = []
    for number, (name, given) in enumerate(arguments.items()):
        door = DOORS[name]
        if door.inside and (audience == "community" or of_a_thing(door)) and not is_told_by_link(door):
            url, other = reverse(name, args=given), reverse(name, args=elsewhere(given, around))
            # What the view says is compared for each door, the whole page that a browser gets for some.
            if shown(around, "stranger", url, {}) != shown(around, "stranger", other, {}):
                different.append(url)
            methods = ("get", "post") if number % 12 == 0 else ()
            different += [one for one in methods if refusal(around, one, url) != refusal(around, one, other)]
    assert not different


def elsewhere(given: list[Any], around: World) -> list[Any]:
    """Give the arguments of what does not exist: in a community that does not exist, where the community is hidden."""
    moved = nowhere(given)
    hides_all = around.audience == around.community.audience
    return ["nowhere" if one == around.community.slug and hides_all else one for one in moved]


def refusal(around: World, method: str, url: str) -> tuple[int, str]:
    """What a stranger's browser gets, but for the address and the form's token."""
    browser = around.browser("stranger")
    with transaction.atomic():
        answer = getattr(browser, method)(url)
        transaction.set_rollback(True)
    text = answer.content.decode(errors="replace").replace(url, "")
    return answer.status_code, TOKEN.sub("", text)


def test_no_mail_shows_a_word_of_what_is_hidden(furnished, django_capture_on_commit_callbacks):
    around, _arguments = furnished("facilitators")
    by = around.people["facilitator"]
    with django_capture_on_commit_callbacks(execute=True):
        write_everywhere(around, by)
    for later in (timedelta(minutes=10), timedelta(hours=3), timedelta(days=1), timedelta(days=8)):
        with time_machine.travel(timezone.now() + later, tick=True), django_capture_on_commit_callbacks(execute=True):
            run_every_task()
    told = {user.email: name for name, user in around.people.items() if user}
    sent = [
        (told[copy.address], words_of(copy)) for copy in Delivery.objects.filter(address__in=told) if goes_out(copy)
    ]
    assert not [(who, words) for who, words in sent if CANARY in words and who not in ("facilitator", "staff")]
    assert [who for who, words in sent if CANARY in words]


def goes_out(copy: Delivery) -> bool:
    """Whether the worker that sends it would find that it may still go out."""
    return copy.key not in gates.kept_back(copy.mailing.gate, [copy.key])


def words_of(copy: Delivery) -> str:
    """All words of a mail: subject, plain text, HTML, attached calendars."""
    message = message_from_bytes(bytes(copy.mailing.source), policy=policy.default)
    parts = [str(part.get_content()) for part in message.walk() if part.get_content_maintype() == "text"]
    return "\n".join([str(message["Subject"]), *parts])


def write_everywhere(around: World, by: Any) -> None:
    """Let a facilitator write a post, a topic and an event, each for facilitators alone, and call a member by name."""
    forum = Forum.objects.filter(community=around.community, audience="facilitators").first()
    topic = topic_of(forum, by=by, title=f"{CANARY} again", body=f"{CANARY} @Member", kind="question")
    reply_to(topic, by=by, body=f"{CANARY} indeed")
    blog = Blog.objects.get(community=around.community)
    publishing.publish(PostFactory(blog=blog, author=by, title=CANARY, body=CANARY, state="draft"), by=by)
    event = EventFactory(community=around.community, title=CANARY, body=CANARY, audience="facilitators", state="draft")
    event_publishing.publish(event, by=by, is_mailed=True)


def run_every_task() -> None:
    """Run whatever the clock runs, as it does."""
    for entry in settings.CELERY_BEAT_SCHEDULE.values():
        module, _dot, name = entry["task"].rpartition(".")
        if "collect" not in name and name not in ("send_due", "run_imports"):
            getattr(import_module(module), name)()


def test_error_pages_say_nothing_but_that(db):
    answers = [Client().get(path) for path in ("/c/not-there/", "/c/not-there/t/1/x/", "/files/1/x.webp", "/r/1/")]
    assert {answer.status_code for answer in answers} == {404}
