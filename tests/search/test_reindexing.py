"""The index is made anew from what is there, as often as one likes."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from blogs.models import Post
from cop.search import indexing
from cop.search.making_the_index import SQLITE_TRIGGERS
from cop.search.models import SearchEntry
from tests.factories import BlogFactory, PostFactory


@pytest.fixture
def posts(db):
    blog = BlogFactory()
    return [PostFactory(blog=blog, title=f"Goats {number}") for number in range(5)]


def found():
    return set(SearchEntry.objects.values_list("title", flat=True))


def test_what_is_missing_comes_and_what_is_gone_goes(posts, monkeypatch):
    monkeypatch.setattr(indexing, "BATCH", 2)
    SearchEntry.objects.filter(object_id=posts[0].pk).delete()
    for gone in (posts[1], posts[4]):
        Post.objects.filter(pk=gone.pk).delete()
    Post.objects.filter(pk=posts[2].pk).update(state="withdrawn")
    out = StringIO()
    call_command("reindex", stdout=out)
    assert found() == {"Goats 0", "Goats 3"}
    assert "post: 2 can be found" in out.getvalue()
    call_command("reindex", "post", stdout=out)
    assert found() == {"Goats 0", "Goats 3"}


def test_it_goes_on_where_an_earlier_run_ended(posts, monkeypatch):
    monkeypatch.setattr(indexing, "BATCH", 2)
    SearchEntry.objects.all().delete()
    call_command("reindex", "post", after=posts[2].pk, stdout=StringIO())
    assert found() == {"Goats 3", "Goats 4"}


def test_what_cannot_be_searched_is_said(db):
    with pytest.raises(CommandError, match="name one of"):
        call_command("reindex", "horses")


def test_no_migration_has_dropped_what_keeps_the_index(db):
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            columns = connection.introspection.get_table_description(cursor, SearchEntry._meta.db_table)
            assert "document" in {column.name for column in columns}
            assert "search_document" in connection.introspection.get_constraints(cursor, SearchEntry._meta.db_table)
            return
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        assert set(SQLITE_TRIGGERS) <= {name for (name,) in cursor.fetchall()}
