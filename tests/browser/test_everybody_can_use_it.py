"""Every page, in both themes and on a phone: nothing that axe complains of, and no scrolling sideways."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse

from cop.notifications.followables import find
from tests.access.doors import DOORS
from tests.access.people import world
from tests.factories import BlogFactory, MembershipFactory, PostFactory, SubscriptionFactory

pytestmark = pytest.mark.django_db(transaction=True)

# WCAG 2.2 AA, with best practices left to taste.
RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}
PLACES = [
    "site",
    "sign in",
    "sign up",
    "code",
    "reset",
    "community",
    "blogs",
    "blog",
    "post",
    "tag",
    "missing",
    "mailbox",
]
# Those with much in them, and a library's; the others are behind the doors below.
PRIVATE = ["people", "profile", "write", "edit", "history", "draft", "subscribers", "my mail", "addresses"]

BODY = """## Part

A [link](https://example.org), `code`, a note[^1].

- [x] done

| a | b |
|---|--:|
| 1 | 2 |

```python
x = 1
```

[^1]: Here.
"""


@pytest.fixture
def addresses(community, facilitator, member, settings):
    """The path of each page, by its name."""
    settings.IS_DEVELOPMENT = True
    blog = BlogFactory(community=community, name="Current awareness", slug="news")
    post = PostFactory(blog=blog, author=facilitator, body=BODY, tags=["books", "soil"])
    draft = PostFactory(blog=blog, author=facilitator, state="draft")
    MembershipFactory.create_batch(3, community=community)
    MembershipFactory(community=community, state="requested")
    mail = SubscriptionFactory(thing=find("blog", blog.pk))
    of_blog = [community.slug, blog.slug]
    readers = [community.slug, "blog", blog.pk]
    return {
        "site": "/",
        "sign in": reverse("account_login"),
        "sign up": reverse("account_signup"),
        "code": reverse("account_request_login_code"),
        "reset": reverse("account_reset_password"),
        "community": community.get_absolute_url(),
        "blogs": reverse("blogs:blogs", args=[community.slug]),
        "blog": blog.get_absolute_url(),
        "post": post.get_absolute_url(),
        "tag": reverse("blogs:tag", args=[*of_blog, "books"]),
        "missing": "/nothing-here/",
        "mailbox": reverse("mail:mailbox"),
        "style guide": reverse("styleguide"),
        "manage": reverse("notifications:manage", args=[mail.token]),
        "confirm": reverse("notifications:subscription-confirm", args=[mail.token]),
        "leave mail": reverse("notifications:leave", args=[mail.token]),
        "people": reverse("members:people", args=[community.slug]),
        "invite": reverse("members:invitation-add", args=[community.slug]),
        "settings": reverse("members:community-edit", args=[community.slug]),
        "leave": reverse("members:community-leave", args=[community.slug]),
        "start": reverse("home:set-up"),
        "profile": reverse("members:profile-edit"),
        "write": reverse("blogs:post-add", args=of_blog),
        "edit": reverse("blogs:post-edit", args=[*of_blog, post.pk]),
        "history": reverse("blogs:post-history", args=[*of_blog, post.pk]),
        "draft": draft.get_absolute_url(),
        "blog settings": reverse("blogs:blog-edit", args=of_blog),
        "open a blog": reverse("blogs:blog-add", args=[community.slug]),
        "sources": reverse("blogs:source-list", args=of_blog),
        "subscribers": reverse("notifications:subscribers", args=readers),
        "add subscribers": reverse("notifications:subscribers-add", args=readers),
        "by hand": reverse("notifications:by-hand-list", args=readers),
        "why": reverse("notifications:subscribers-explain", args=readers),
        "my mail": reverse("notifications:my-mail"),
        "feeds": reverse("blogs:feed-keys"),
        "addresses": reverse("account_email"),
    }


@pytest.fixture(params=[("light", 1280), ("dark", 320)], ids=lambda param: f"{param[0]}-{param[1]}")
def browser_context_args(request, browser_context_args):
    scheme, width = request.param
    view = {"width": width, "height": 900}
    # axe is put into the page from outside, which our Content-Security-Policy rightly forbids.
    return {**browser_context_args, "color_scheme": scheme, "viewport": view, "bypass_csp": True}


def complaints_about(page, url: str) -> list[str]:
    """What is wrong with a page, in words."""
    page.goto(url)
    found = Axe().run(page, options=RULES).response["violations"]
    wrong = [f"{rule['id']}: {node['html'][:160]}" for rule in found for node in rule["nodes"]]
    if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
        wrong.append("scrolls sideways")
    return [f"{url}: {one}" for one in wrong]


def is_page(answer) -> bool:
    """Whether an answer is a whole page."""
    return not answer.streaming and answer.content.lower().startswith(b"<!doctype html")


def test_a_visitors_pages(page, live_server, addresses):
    places = [*PLACES, "style guide", "manage", "confirm", "leave mail"]
    wrong = [one for name in places for one in complaints_about(page, live_server.url + addresses[name])]
    assert not wrong, "\n".join(wrong)


def test_a_facilitators_pages(page, live_server, addresses, sign_in, facilitator):
    sign_in(facilitator)
    wrong = [one for name in PRIVATE for one in complaints_about(page, live_server.url + addresses[name])]
    assert not wrong, "\n".join(wrong)


def test_the_pages_behind_every_door(page, live_server, sign_in, settings):
    """Each address that a facilitator may look at, from the table that says who gets in."""
    settings.IS_DEVELOPMENT = True
    around = world("public")
    paths = sorted(
        {
            reverse(name, args=door.arguments(around))
            for name, door in DOORS.items()
            if door.get and "facilitator" in door.get and not door.missing
        }
    )
    sign_in(around.people["facilitator"])
    # What is no whole page (a feed, a file, a calendar, a part of a page) the browser is not asked for.
    reading = around.browser("facilitator")
    pages = [path for path in paths if is_page(reading.get(path, follow=True))]
    assert len(pages) > 70
    wrong = [one for path in pages for one in complaints_about(page, live_server.url + path)]
    assert not wrong, "\n".join(wrong)
