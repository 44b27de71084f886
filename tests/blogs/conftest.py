"""A blog of the library's, and its addresses."""

import pytest
from django.urls import reverse

from blogs.models import Blog, Post
from tests.factories import BlogFactory, PostFactory


@pytest.fixture
def blog(community) -> Blog:
    """A public blog in which facilitators write."""
    return BlogFactory(community=community, name="Current awareness", slug="news")


@pytest.fixture
def draft(blog, facilitator) -> Post:
    return PostFactory(blog=blog, author=facilitator, title="What is new", body="First line.", state="draft")


@pytest.fixture
def post(blog, facilitator) -> Post:
    """A published post, which nobody was mailed."""
    return PostFactory(blog=blog, author=facilitator, title="Open access week", body="Come and *see*.")


@pytest.fixture
def at():
    """A function that gives the address of a page of the blog, or of one of its posts."""

    def address(name: str, *more: object) -> str:
        return reverse(f"blogs:{name}", args=["library", "news", *more])

    return address
