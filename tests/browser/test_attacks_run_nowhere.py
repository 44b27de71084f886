"""Attacks in every name, title, tag, place and line that people write, looked at in a real browser: nothing runs.

The pages are those behind the doors of tests/access/doors.py. What tries to run is stopped by the escaping; where that
failed, the Content-Security-Policy would complain, and this test with it.
"""

import logging

import pytest
from django.urls import reverse

from tests.access.doors import DOORS
from tests.access.people import world
from tests.access.test_every_door import OURS
from tests.attacks.corpus import short_ones
from tests.attacks.test_every_field import WHO, fill_all_with

pytestmark = pytest.mark.django_db(transaction=True)

# What shows stored words, and no form that would only take time; each is asked for as whoever sees most of it.
SHOWS = (
    "home:site", "home:community", "home:person", "home:search", "home:community-search", "discussions:discussions",
    "discussions:forum", "discussions:topic", "discussions:topic-rename", "discussions:reply-edit", "blogs:blogs",
    "blogs:blog", "blogs:post", "blogs:post-edit", "blogs:tag", "events:events", "events:event", "events:month",
    "events:event-edit", "events:poll", "events:attendance", "agreements:commitments", "agreements:commitment",
    "agreements:proposal", "agreements:remit", "members:people", "members:directory", "members:organisation",
    "members:organisations", "members:invitations", "members:standing-log", "members:community-edit",
    "notifications:bell", "notifications:rhythm", "notifications:my-mail", "notifications:subscribers",
    "moderation:care",
)  # fmt: skip
TRAP = """
  window.ran = [];
  const note = (...what) => window.ran.push(what);
  for (const name of ["alert", "confirm", "prompt", "print"]) window[name] = (...given) => note(name, given);
  document.addEventListener("securitypolicyviolation", (event) => note(event.violatedDirective, event.sample));
"""
PRESS = """() => {
  document.querySelectorAll('body *').forEach((element) => {
    for (const kind of ['mouseover', 'focus', 'error', 'load', 'toggle', 'animationstart'])
      element.dispatchEvent(new Event(kind, { bubbles: true, cancelable: true }));
  });
  return window.ran;
}"""
VECTORS = (
    '"><img src=x onerror=alert(1)>',
    "</title><script>alert(1)</script>",
    "'><svg/onload=alert(1)>",
    'javascript:alert(1)//" autofocus onfocus=alert(1)',
)


def test_no_stored_attack_runs_on_any_page(live_server, page, sign_in, record_property):
    logging.disable(logging.ERROR)
    around = world("public")
    arguments = {name: DOORS[name].arguments(around) for name in OURS if name in SHOWS}
    page.add_init_script(TRAP)
    ran, seen = [], 0
    page.on("dialog", lambda dialog: (ran.append(dialog.message), dialog.dismiss()))
    for vector in VECTORS:
        fill_all_with(around, vector)
        for who, name in looks(vector):
            sign_in(around.people[who])
            page.goto(live_server.url + reverse(name, args=arguments[name]), wait_until="load")
            ran += [(name, one) for one in page.evaluate(PRESS)]
            seen += 1
    logging.disable(logging.NOTSET)
    record_property("pages", seen)
    assert seen > 60
    assert not ran


def looks(vector: str) -> list[tuple[str, str]]:
    """Who looks at which page: all pages with the first attack, every third with each of the others."""
    first = VECTORS.index(vector)
    names = [name for number, name in enumerate(SHOWS) if name in OURS and (not first or number % 3 == first % 3)]
    found = [(next((one for one in WHO[:3] if one in (DOORS[name].get or ())), None), name) for name in names]
    return [(who, name) for who, name in found if who]


def test_texts_become_html_through_one_policy_alone(live_server, page, sign_in, member, community):
    sign_in(member)
    page.goto(live_server.url + community.get_absolute_url())
    refused = """(text) => {
      try { document.body.innerHTML = text; return "written"; } catch (error) { return error.name; }
    }"""
    for text in short_ones()[:200]:
        assert page.evaluate(refused, text) == "TypeError"
    assert page.evaluate(
        "() => { try { trustedTypes.createPolicy('mine', {}); } catch (error) { return error.name; } }"
    )
