"""Pages under our Content-Security-Policy: the browser complains of nothing, and asks nobody but us."""

import pytest

from tests.factories import BlogFactory, PostFactory

pytestmark = pytest.mark.django_db(transaction=True)


def test_pages_ask_nobody_else_and_break_no_policy(
    page, live_server, sign_in, facilitator, community, console_errors, settings
):
    settings.SITE_URL = live_server.url
    blog = BlogFactory(community=community)
    post = PostFactory(blog=blog, author=facilitator, body="![a cat](https://elsewhere.example/cat.png)")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for path in ("/", community.get_absolute_url(), blog.get_absolute_url(), post.get_absolute_url()):
        page.goto(live_server.url + path)
    sign_in(facilitator)
    for path in (f"{blog.get_absolute_url()}write/", post.get_absolute_url()):
        page.goto(live_server.url + path)
    assert not console_errors
    assert not [url for url in asked if not url.startswith(live_server.url)]
