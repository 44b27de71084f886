"""Which links of a text lead away: those that only look like this site's own do."""

import pytest

from cop.guarding.newcomers import links_in
from cop.markup.rendering import render


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("[a](/c/library/) [b](#top) [c](http://localhost:8000/c/library/) [d](mailto:a@spam.example)", 0),
        ("[a](HTTP://LOCALHOST:8000/x)", 0),
        ("[a](http://localhost:8000@spam.example/)", 1),
        ("[a](http://localhost:8001/)", 1),
        ("[a](http://localhost/)", 1),
        ("[a][1] [b][1] [c]\n\n[1]: https://spam.example\n[c]: https://other.example", 3),
        ("<https://spam.example> www.spam.example HTTPS://SPAM.EXAMPLE", 3),
        ("![a](https://spam.example/i.png)", 1),
    ],
)
def test_links_are_counted_by_where_they_lead(settings, text, count):
    settings.SITE_URL = "http://localhost:8000"
    assert len(links_in(render(text).html)) == count


def test_an_address_is_given_as_it_was_meant(settings):
    assert links_in(render("[a](https://spam.example/?a=1&b=2)").html) == ["https://spam.example/?a=1&b=2"]
