"""Pages under our Content-Security-Policy: the browser complains of nothing, and asks nobody but us."""

import pytest
from django.core import signing
from django.urls import reverse

from cop.notifications.followables import find
from cop.notifications.reader_data import SALT
from tests.conftest import prove_again
from tests.factories import BlogFactory, PostFactory, SubscriptionFactory

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


def test_pages_about_ones_data_ask_nobody_else(
    page, live_server, sign_in, client, staff, community, console_errors, settings
):
    settings.SITE_URL = live_server.url
    thing = find("blog", BlogFactory(community=community).pk)
    reader = SubscriptionFactory(thing=thing)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    code = {what: signing.dumps(reader.subscriber.token, salt=f"{SALT}-{what}") for what in ("data", "forget")}
    paths = [
        reverse("notifications:manage", args=[reader.token]),
        reverse("notifications:consents", args=[reader.token]),
        reverse("notifications:reader-data", args=[code["data"]]),
        reverse("notifications:reader-forget", args=[code["forget"]]),
    ]
    for path in paths:
        assert page.goto(live_server.url + path).status == 200
    sign_in(staff)
    prove_again(client, staff)
    for name in ("members:data", "members:account-close", "privacy:records", "privacy:cleanings"):
        page.goto(live_server.url + reverse(name))
        assert page.url.endswith(reverse(name))
    assert not console_errors
    assert not [url for url in asked if not url.startswith(live_server.url)]
