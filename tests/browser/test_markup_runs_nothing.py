"""Every attack, rendered, in a real browser: nothing runs."""

import pytest

from cop.markup.cleaning import clean
from cop.markup.rendering import render
from tests.markup.vectors import vectors

BATCH = 60
# Every way in which the vectors show that they ran ends in one of these.
TRAP = """<script>
  window.ran = [];
  for (const name of ["alert", "confirm", "prompt", "print"])
    window[name] = (...given) => window.ran.push([name, given]);
</script>"""


def what_ran(page, html: str) -> list:
    """Show the HTML, press and hover over what can be, and give what ran."""
    page.set_content(f"<!doctype html>{TRAP}<body>{html}</body>", wait_until="load")
    page.evaluate(
        """() => document.querySelectorAll('body *').forEach((element) => {
            for (const kind of ['click', 'mouseover', 'focus', 'error', 'load', 'toggle', 'animationstart'])
                element.dispatchEvent(new Event(kind, { bubbles: true, cancelable: true }));
        })"""
    )
    page.wait_for_timeout(30)
    return page.evaluate("window.ran ?? ['gone']")


@pytest.fixture
def asked(page):
    """What the page asks for over the network; nothing of it is answered."""
    found: list[str] = []
    page.on("dialog", lambda dialog: (found.append(f"dialog {dialog.message}"), dialog.dismiss()))
    page.route("**/*", lambda route: (found.append(route.request.url), route.abort()))
    return found


@pytest.mark.parametrize("door", [clean, lambda text: render(text[:20_000]).html], ids=["from feeds", "as Markdown"])
def test_no_vector_runs(page, asked, door):
    results = [door(vector) for vector in vectors()]
    for start in range(0, len(results), BATCH):
        batch = results[start : start + BATCH]
        ran = what_ran(page, "<hr>".join(batch))
        assert not ran, (ran, batch)
    # Clicks on links lead away, which is what links are for; images and scripts would have asked for more.
    assert not [url for url in asked if not url.startswith(("http://", "https://", "mailto:"))]


def test_a_raw_vector_does_run(page, asked):
    assert what_ran(page, "<img src=x onerror=alert(1)>")
