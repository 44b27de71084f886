"""Whatever is written or fed in: what is stored holds no script, no handler, no foreign scheme, no foreign image."""

from html.parser import HTMLParser

import pytest

from cop.markup.cleaning import FOOTNOTE, OWN_FILE, TAGS, clean
from cop.markup.rendering import render
from tests.markup.vectors import vectors

ATTRIBUTES = {
    "a": {"href", "title", "rel", "class"},
    "img": {"src", "alt", "title", "width", "height", "loading", "class"},
    "input": {"type", "checked", "disabled", "aria-label", "class"},
    "li": {"id", "class"},
    "sup": {"id", "class"},
    "ol": {"start", "class"},
    "td": {"align", "class"},
    "th": {"align", "class"},
    "abbr": {"title", "class"},
}


class Inspector(HTMLParser):
    """Notes what must not be there, by rules of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.wrong: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in TAGS:
            self.wrong.append(f"<{tag}>")
        for name, value in attrs:
            if name not in ATTRIBUTES.get(tag, {"class"}):
                self.wrong.append(f"<{tag} {name}={value!r}>")
            elif name == "href" and not (value or "").lower().startswith(("http://", "https://", "mailto:", "/", "#")):
                self.wrong.append(f"href={value!r}")
            elif (name == "href" and (value or "").startswith("//")) or (
                name == "src" and not OWN_FILE.fullmatch(value or "")
            ):
                self.wrong.append(f"{name}={value!r}")
            elif name == "id" and not FOOTNOTE.fullmatch(value or ""):
                self.wrong.append(f"id={value!r}")

    def handle_comment(self, data: str) -> None:
        self.wrong.append(f"<!--{data}-->")


def harm_in(html: str) -> list[str]:
    """What a stored text must not hold."""
    inspector = Inspector()
    inspector.feed(html)
    inspector.close()
    return inspector.wrong


@pytest.mark.parametrize("door", [clean, lambda text: render(text[:20_000]).html], ids=["from feeds", "as Markdown"])
def test_no_vector_gets_through(door):
    harmful = {vector: harm for vector in vectors() if (harm := harm_in(door(vector)))}
    assert not harmful


def test_the_inspector_sees_harm():
    assert harm_in("<p onclick=x>a</p><script>1</script><a href='javascript:1'>b</a><img src='//x'><li id=top>")


@pytest.mark.parametrize(
    ("html", "kept"),
    [
        ("<p>Hello <b>you</b><script>bad()</script></p>", "<p>Hello <b>you</b></p>"),
        ("<p onclick='bad()'>Text</p>", "<p>Text</p>"),
        ('<a href="https://a.example/x?y=1&amp;z=2">there</a>', "there</a>"),
        ("<custom-thing>inside</custom-thing>", "inside"),
        ('<img src="https://tracker.example/p.gif" alt="x">after', "after"),
    ],
)
def test_the_harmless_rest_stays(html, kept):
    assert kept in clean(html)


def test_what_is_hidden_inside_scripts_and_styles_is_no_text():
    assert clean("a<style>p{color:red}</style><script>var x</script>b") == "ab"


@pytest.mark.parametrize(
    "href", ["//host.example", "/\\host.example", "/\t/host.example", "/&#9;\\host.example", "\\\\host.example"]
)
def test_a_link_that_looks_like_this_site_s_own_leads_nowhere_else(href):
    assert "href" not in clean(f'<a href="{href}">x</a>')


def test_nor_does_one_in_markdown():
    assert "href" not in render("[x](/\\host.example)").html
