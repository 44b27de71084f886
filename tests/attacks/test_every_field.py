"""Every attack through every field of every form: the page stays whole, gives it back as text, and nothing breaks.

The forms are found at the doors (tests/access/doors.py): a new one is attacked from its first day.
"""

import json
import logging
from collections.abc import Iterator
from typing import Any

import lxml.html
import pytest
from django.core.cache import cache
from django.db import models, transaction
from django.db.models import Value
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from icalendar import Calendar
from lxml import etree

from tests.access import canaries
from tests.access.doors import DOORS
from tests.access.people import World, world
from tests.access.test_every_door import OURS
from tests.attacks.corpus import SHORT, harm_in, pack, short_ones, texts

# Who sees most forms, in this order; whoever may is asked to fill them in.
WHO = ("facilitator", "member", "staff", "stranger", "visitor")
FREE = {"text", "search"}
TYPED = FREE | {"url", "email", "tel", "number", "date", "time", "datetime-local", "color", "hidden", "password"}
# A word in each place where addresses take one.
ASKED = (
    "q",
    "page",
    "tag",
    "kind",
    "order",
    "within",
    "by",
    "in",
    "at",
    "day",
    "answer",
    "next",
    "typed",
    "title",
    "list",
)
ROUNDS = 2
STORED = (
    '"><img src=x onerror=alert(1)>',
    "</title></script><script>alert(1)</script>",
    "' onmouseover='alert(1)' x='{{7*7}}",
    "]]>--><svg/onload=alert(1)> &#60;b&#62;",
)


@pytest.fixture(autouse=True)
def _quiet(settings):
    settings.WRITES_A_MINUTE = 0
    logging.disable(logging.ERROR)
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture
def furnished(db) -> tuple[World, dict[str, list[Any]]]:
    around = world("public")
    arguments = {name: DOORS[name].arguments(around) for name in OURS}
    return around, arguments


def forms_at(around: World, arguments: dict[str, list[Any]]) -> Iterator[tuple[str, Client, Any]]:
    """Find each form behind a door that takes one, as somebody who may send it: (address, browser, form)."""
    for name, given in arguments.items():
        door, url = DOORS[name], reverse(name, args=given)
        who = next((person for person in WHO if person in (door.post or ()) and person in (door.get or ())), None)
        if who is None or door.missing:
            continue
        browser = around.browser(who)
        answer = browser.get(url)
        if answer.status_code == 200 and answer["Content-Type"].startswith("text/html"):
            for form in lxml.html.document_fromstring(answer.content).forms:
                if form.method == "POST" and (form.action or url).split("?")[0] in (url, "", "."):
                    yield url, browser, form


def filled(form: Any, texts_to_type: Iterator[str]) -> tuple[dict[str, Any], int]:
    """Give what the form sends with a text in every field that takes one, and how many fields those are."""
    data: dict[str, Any] = {name: value for name, value in form.form_values() if name != "csrfmiddlewaretoken"}
    count = 0
    for field in form.inputs:
        is_typed = field.tag == "textarea" or getattr(field, "type", "") in TYPED
        if field.name and is_typed and field.name != "csrfmiddlewaretoken":
            data[field.name] = next(texts_to_type)
            count += 1
    return data, count


def send(browser: Client, url: str, data: dict[str, Any]) -> HttpResponse:
    """Send a form, look at where it leads, and undo what it did."""
    cache.clear()
    with transaction.atomic():
        answer = browser.post(url, data, follow=True)
        transaction.set_rollback(True)
    return answer


def check(answer: HttpResponse, url: str) -> list[str]:
    if answer.status_code >= 500:
        return [f"{url}: {answer.status_code}"]
    if not answer["Content-Type"].startswith("text/html") or answer.streaming:
        return []
    return [f"{url}: {one}" for one in harm_in(answer.content)]


def test_every_attack_in_every_field_is_given_back_as_text(furnished, record_property):
    fields, wrong = 0, []
    for url, browser, form in forms_at(*furnished):
        data, count = filled(form, iter(lambda: pack(), None))
        wrong += check(send(browser, url, data), url)
        fields += count
    record_property("attacks", len(texts()))
    record_property("fields", fields)
    assert not wrong, "\n".join(wrong)
    assert fields > 150


def test_what_fits_is_kept_and_shown_as_text(furnished, record_property):
    wrong, sent = [], 0
    ones = short_ones()
    for number, (url, browser, form) in enumerate(forms_at(*furnished)):
        for turn in range(ROUNDS):
            start = (number * 7 + turn * 131) % len(ones)
            rest = iter(ones[start:] + ones[:start])
            data, count = filled(form, rest)
            # A field that must hold an address or a day keeps what it had, so that the rest is taken.
            kept = {name: value for name, value in form.form_values() if name in data and is_shaped(form, name)}
            wrong += check(send(browser, url, data | kept), url)
            sent += count
    record_property("sent", sent)
    assert not wrong, "\n".join(wrong)


def is_shaped(form: Any, name: str) -> bool:
    field = form.inputs[name]
    return getattr(field, "type", "") in TYPED - FREE


def test_no_word_in_an_address_breaks_a_page(furnished):
    around, arguments = furnished
    wrong = []
    for number, (name, given) in enumerate(arguments.items()):
        door = DOORS[name]
        who = next((person for person in WHO if person in (door.get or ())), None)
        if who:
            query = {one: short_ones()[(number * 17 + place) % len(short_ones())] for place, one in enumerate(ASKED)}
            cache.clear()
            wrong += check(around.browser(who).get(reverse(name, args=given), query), f"{name} {query}")
    assert not wrong, "\n".join(wrong)


def test_buttons_take_any_nonsense(furnished):
    around, arguments = furnished
    wrong = []
    for number, (name, given) in enumerate(arguments.items()):
        door = DOORS[name]
        who = next((person for person in WHO if person in (door.post or ())), None)
        if who and door.get is None:
            words = {
                **door.data,
                **dict.fromkeys(("body", "text", "source", "title", "reason", "what", "word", "form_key"), ""),
            }
            data = {key: texts()[(number * 29 + place) % len(texts())] for place, key in enumerate(words)}
            wrong += check(send(around.browser(who), reverse(name, args=given), data), name)
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("vector", STORED, ids=["element", "script", "attribute", "markup"])
def test_what_is_stored_is_shown_as_text_by_every_page_feed_and_calendar(furnished, vector):
    around, arguments = furnished
    fill_all_with(around, vector)
    wrong = []
    for name, given in arguments.items():
        door = DOORS[name]
        who = next((person for person in WHO if person in (door.get or ())), None)
        if who is None:
            continue
        cache.clear()
        with transaction.atomic():
            answer = around.browser(who).get(reverse(name, args=given))
            transaction.set_rollback(True)
        wrong += check(answer, name) + ([] if is_well_formed(answer) else [f"{name} is not well-formed"])
    assert not wrong, "\n".join(wrong)


def fill_all_with(around: World, text: str) -> None:
    """Write `text` into whatever people write and no renderer has cleaned: names, titles, tags, places, lines."""
    hidden = canaries.hidden_models(World(around.community, around.people, around.community.audience))
    for model, lookup in hidden.items():
        fields = [field for field in model._meta.concrete_fields if canaries.holds_words(field) and is_plain(field)]
        if fields:
            rows = model._base_manager.filter(**{lookup: around.community.pk})
            rows.update(**{field.name: Value(text[: field.max_length or SHORT]) for field in fields})
    for user in filter(None, around.people.values()):
        type(user).objects.filter(pk=user.pk).update(display_name=text)


def is_plain(field: models.Field) -> bool:
    """Whether it holds text; what ends in `_html` was cleaned when it was kept."""
    return not field.name.endswith("_html")


def is_well_formed(answer: HttpResponse) -> bool:
    kind, content = answer["Content-Type"], b"" if answer.streaming else answer.content
    try:
        if "xml" in kind and content:
            etree.fromstring(content)
        elif "json" in kind and "lines" not in kind and content:
            json.loads(content)
        elif kind.startswith("text/calendar") and content:
            Calendar.from_ical(content)
    except (etree.XMLSyntaxError, ValueError):
        return False
    return True


@pytest.mark.parametrize(
    "vector", [*STORED[:2], "<a href='java\tscript:alert(1)'>x</a>", "<p style='x'>", "<base href=//x>"]
)
def test_the_check_sees_what_it_looks_for(vector):
    assert harm_in(f'<!doctype html><p><input value="{vector}">{vector}</p>'.encode())
