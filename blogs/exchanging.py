"""A forwarded exchange as a post: each person's words under a heading that names nobody who has not agreed to it."""

import re
from collections.abc import Collection
from dataclasses import dataclass

from django.utils.translation import gettext as _

from cop.mail import exchanges
from cop.mail.exchanges import Said

# From so many messages on it is an exchange; a single one that is forwarded is a text like any other.
FROM = 2
SHORTEST_NAME = 3


@dataclass(frozen=True)
class Person:
    """Somebody in an exchange, and what they are called until they agree to be named."""

    name: str
    address: str
    label: str


@dataclass(frozen=True)
class Exchange:
    """The text of a post, and who is in it besides its writer."""

    body: str
    people: list[Person]


def exchange_in(text: str, *, own_addresses: Collection[str], own_name: str) -> Exchange | None:
    """Give the exchange in a forwarded text, the oldest message first; None where there is none."""
    said = exchanges.split(text)
    others = [one for one in said if one.name or one.address]
    if len(others) < FROM:
        return None
    people: dict[str, Person] = {}
    pieces = []
    # What whoever forwards it says about it stands above it.
    for one in [*(one for one in said if one not in others), *others]:
        key = one.address or one.name.casefold()
        if not key or one.address in own_addresses:
            pieces.append((own_name if key else "", one))
            continue
        if key not in people:
            people[key] = Person(one.name, one.address, _label(len(people)))
        pieces.append((people[key].label, one))
    body = "\n\n".join(_piece(label, one, list(people.values())) for label, one in pieces)
    return Exchange(body, list(people.values())) if people else None


def _piece(label: str, one: Said, people: list[Person]) -> str:
    text = _without_names(one.text, people)
    return f"{heading(label)}\n\n{text}" if label else text


def heading(label: str) -> str:
    """Give the line above somebody's words."""
    return f"**{label}:**"


def _label(number: int) -> str:
    """Give what a person is called who is not named."""
    plain = (
        _("A colleague"),
        _("A second colleague"),
        _("A third colleague"),
        _("A fourth colleague"),
        _("A fifth colleague"),
        _("A sixth colleague"),
    )
    return plain[number] if number < len(plain) else _("Colleague %(number)d") % {"number": number + 1}


def _without_names(text: str, people: list[Person]) -> str:
    """Take names and addresses of those who are in it out of a text."""
    for person in people:
        label = person.label[:1].lower() + person.label[1:]
        if len(person.name) >= SHORTEST_NAME:
            text = re.sub(rf"(?<!\w){re.escape(person.name)}(?!\w)", label, text, flags=re.IGNORECASE)
        first = person.name.partition(" ")[0]
        if len(first) >= SHORTEST_NAME and first[:1].isupper():
            # Within a sentence: at its start a first name may be any other word.
            text = re.sub(rf"(?<=[\w,] ){re.escape(first)}(?!\w)", label, text)
    return text
