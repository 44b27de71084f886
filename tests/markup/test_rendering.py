"""Markdown in, one frozen result out."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.core.management import call_command
from django.urls import reverse

from cop.base.errors import Refused
from cop.markup.addressing import with_absolute_links
from cop.markup.cleaning import plain
from cop.markup.fields import stored
from cop.markup.rendering import LIMIT, excerpt, render

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.mark.parametrize(
    ("source", "part"),
    [
        ("**bold** and *soft*", "<strong>bold</strong> and <em>soft</em>"),
        ("~~gone~~", "<del>gone</del>"),
        ("| a | b |\n|--:|---|\n| 1 | 2 |", '<td align="right">1</td>'),
        ("- [x] fed\n- [ ] watered", 'checked="" aria-label="done"> fed'),
        ("see https://example.org/x", '<a href="https://example.org/x"'),
        ("```python\nx = 1\n```", '<span class="n">x</span>'),
        ("a note[^1]\n\n[^1]: Here.", 'href="#fn-1"'),
        ("a note[^1]\n\n[^1]: Here.", '<li id="fn-1">'),
        ("one\ntwo", "one<br>"),
        ("# Title", "<h2>Title</h2>"),
        ("##### Deep", "<h6>Deep</h6>"),
        ("well :seedling: done :+1:", "well 🌱 done 👍"),
        ("std::a::b at 10:30:20, :nope: `:seedling:`", "std::a::b at 10:30:20, :nope: <code>:seedling:</code>"),
        ("hello @mina!", '<span class="mention">@mina</span>!'),
        ("<b>raw</b>", "&lt;b&gt;raw&lt;/b&gt;"),
        ("Hello\n-----", "<p>Hello</p>"),
        ("![a cat](/files/7/cat.webp)", 'src="/files/7/cat.webp"'),
        ("![a cat](https://elsewhere.example/cat.png)", ">a cat</a>"),
    ],
)
def test_what_people_write_becomes(source, part):
    assert part in render(source).html


@pytest.mark.parametrize("attack", ["1. " * 3333, "> " * 5000, "*_" * 10_000, "[" * 20_000, "- " * 5000 + "x"])
def test_an_attack_leaves_nothing_behind_for_the_next_text(attack):
    before = render("**bold** @mina\n\n- one")
    render(attack)
    assert render("**bold** @mina\n\n- one") == before


def test_an_image_from_elsewhere_is_not_fetched():
    assert "<img" not in render("![a cat](https://elsewhere.example/cat.png)").html


def test_mentions_are_names_and_no_addresses_or_code():
    found = render("@mina and @کاظم, not a@b.org, `@code`, or https://x.example/@path").mentions
    assert found == ("mina", "کاظم")


def test_the_text_is_what_can_be_read():
    assert render("# A\n\n*b* [c](https://d.example)").text == "A b c"


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "vbscript:x", "data:text/html,x", "//evil.example", "JaVaScRiPt:x"]
)
def test_a_link_that_runs_something_is_text(url):
    assert "href" not in render(f"[click]({url})").html


def test_a_text_that_is_too_long_says_by_how_much():
    with pytest.raises(Refused, match="2 characters too long"):
        render("x" * (LIMIT + 2))


# Patterns that send Python-Markdown, as shipped, into minutes of work or too deep a recursion.
BOMBS = [
    "[",
    "\\[",
    "<a ",
    "1. ",
    "> ",
    "*a_ ",
    "`",
    "a\n===\n",
    "[\n",
    "![",
    "](",
    "**",
    "|a",
    "- [ ] ",
    "\n",
    "&",
    "http://",
]


def test_no_pattern_keeps_the_renderer_busy():
    script = (
        "import django; django.setup()\n"
        "from cop.markup.rendering import render, LIMIT\n"
        f"for bomb in {BOMBS!r}: render((bomb * LIMIT)[:LIMIT])\n"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, timeout=240, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]


def test_threads_do_not_mix_their_texts():
    def one(number: int) -> bool:
        return f"<p>n{number} " in render(f"n{number} text[^a]\n\n[^a]: note {number}").html

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(one, range(200)))


def test_the_command_prints_what_is_stored(monkeypatch, capsys):
    monkeypatch.setattr("sys.stdin", type("In", (), {"buffer": open(__file__, "rb")})())  # noqa: SIM115, PTH123
    call_command("markup")
    assert "<p>" in capsys.readouterr().out


def test_an_excerpt_ends_at_a_word():
    assert excerpt("one two three four", 10) == "one two…"
    assert excerpt("short") == "short"


def test_plain_text_keeps_words_apart():
    assert plain("<p>one</p><p>two<br>three</p><script>no</script>&amp;") == "one two three &"


def test_links_are_made_whole_for_mails(settings):
    settings.SITE_URL = "https://cop.example.org"
    html = with_absolute_links(stored('<a href="/c/x/">a</a> <a href="https://o.example/">b</a>'))
    assert html == '<a href="https://cop.example.org/c/x/">a</a> <a href="https://o.example/">b</a>'


def test_the_preview_shows_it_and_keeps_nothing(as_member):
    page = as_member.post(reverse("markup:preview"), {"source": "**b**"})
    assert "<strong>b</strong>" in page.content.decode()


def test_a_preview_of_too_long_a_text_says_so(as_member):
    page = as_member.post(reverse("markup:preview"), {"source": "x" * (LIMIT + 1)})
    assert page.status_code == 422
    assert "too long" in page.content.decode()


def test_a_name_in_a_quotation_calls_nobody():
    found = render("> @mina wrote\n>\n> > - @otto and @rudi\n\n@rudi, and @olga?")
    assert set(found.mentions) == {"rudi", "olga"}
    assert found.html.count('class="mention"') == 5
