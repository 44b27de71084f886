"""What is found, in which order, and by whom."""

import pytest
from django.contrib.auth.models import AnonymousUser

from blogs import publishing, rearranging
from blogs.saving import save_post
from cop.search import indexing
from cop.search.models import SearchEntry
from cop.search.searching import search, search_any, similar
from members import joining
from members.models import User
from tests.factories import BlogFactory, CommunityFactory, PostFactory

VISITOR = AnonymousUser()
ODD = [
    *(
        "",
        " ",
        '"',
        "'",
        "-",
        "*",
        "a OR",
        "NOT",
        "AND AND",
        "NEAR(a b",
        "title:x",
        "tag:",
        "by:",
        'in:"',
        "((",
        "& | !",
    ),
    *(
        "a:*",
        ":*",
        "\\",
        "'a':*b",
        "%",
        "%s",
        "😀",
        "\0\x01\x02",
        '-"',
        "--a",
        "tag:'",
        "^a",
        "{a b}",
        "a + b",
        "a'b\\'c",
    ),
    *("x" * 5000, "a " * 500, '"' * 300, "İstanbul", "<b>", "tag:a -b", "by:a -b", "in:a b"),
]


@pytest.fixture
def blog(community):
    return BlogFactory(community=community, name="News", slug="news")


@pytest.fixture
def write(blog, facilitator):
    """A function that publishes a post."""

    def post(title, body="Some words.", **given):
        return PostFactory(**{"blog": blog, "author": facilitator, "title": title, "body": body, **given})

    return post


def titles(words, user=VISITOR, **given):
    return [hit.entry.title for hit in search(user, words, **given).hits]


def test_a_word_in_the_title_comes_before_the_same_word_in_the_text(write):
    write("Soil", "The harvest was late.")
    write("Harvest", "The soil was dry.")
    assert titles("harvest") == ["Harvest", "Soil"]


@pytest.mark.parametrize("words", ["catalogu", "cataloging rules", "RULE", "Catalogue rules", '"cataloguing rules"'])
def test_words_are_found_by_their_beginning_stem_and_phrase(write, words):
    write("Cataloguing rules" if words != "cataloging rules" else "Cataloging rules")
    assert len(titles(words)) == 1


def test_a_phrase_is_not_found_where_its_words_stand_apart(write):
    write("Rules of cataloguing")
    assert titles('"cataloguing rules"') == titles("„cataloguing rules“") == []
    assert titles("cataloguing rules") == ["Rules of cataloguing"]


def test_an_unwanted_word_leaves_posts_out(write):
    write("Goats and sheep")
    write("Goats alone")
    assert titles("goats -sheep") == ["Goats alone"]
    assert titles("-sheep") == []


@pytest.mark.parametrize(("words", "title"), [("cafe", "Café culture"), ("café", "Cafe culture"), ("muller", "Müller")])
def test_accents_do_not_matter(write, words, title):
    write(title)
    assert titles(words) == [title]


@pytest.mark.parametrize("words", ["مكتبة", "библиотека", "βιβλιοθήκη", "图书馆"])
def test_other_scripts_are_found(write, words):
    write(f"{words} and more")
    assert len(titles(words)) == 1


def test_filters_narrow_what_is_found(write, member):
    write("Deep litter", tags=["Open access", "goats"])
    write("Deep water", tags=["open"], author=member)
    assert titles('deep tag:"open access"') == ["Deep litter"]
    assert titles("tag:open") == ["Deep water"]
    assert titles("deep by:Mina") == ["Deep water"]
    assert titles("deep in:library") == titles("deep")
    assert titles("deep in:elsewhere") == []


@pytest.mark.parametrize("words", ODD)
def test_no_text_is_an_error(write, words):
    write("A post")
    search(VISITOR, words)
    search_any(VISITOR, words)


def test_one_letter_signs_in_words_are_found(write):
    write("It’s o'clock at example.org in C++ 3.5")
    for words in ("o'clock", "3.5", "example.org", "c++"):
        assert len(titles(f"{words} ")) == 1, words


def test_hits_are_marked_in_pieces(write):
    write("Harvest <b>week</b>", "Before. " * 60 + "The *harvest* was late. " + "After. " * 60)
    [hit] = search(VISITOR, "harvest").hits
    assert ("Harvest", True) in hit.title
    assert "".join(text for text, _is_hit in hit.title) == "Harvest <b>week</b>"
    assert ("harvest", True) in hit.excerpt
    assert len("".join(text for text, _is_hit in hit.excerpt)) < 400


def test_pages_lead_on_and_back_without_gaps(write):
    for number in range(7):
        write(f"Goats {number}")
    first = search(VISITOR, "goats", size=3)
    second = search(VISITOR, "goats", size=3, at=first.older)
    third = search(VISITOR, "goats", size=3, at=second.older)
    seen = [hit.entry.title for page in (first, second, third) for hit in page.hits]
    assert sorted(seen) == [f"Goats {number}" for number in range(7)]
    assert (first.newer, third.older, first.count) == ("", "", 7)
    back = search(VISITOR, "goats", size=3, at=second.newer)
    assert [hit.entry for hit in back.hits] == [hit.entry for hit in first.hits]


@pytest.mark.parametrize("mark", ["nonsense", "older.1", "older.9999999999999999999.1", "newer.-1.5", "older.٣.٤"])
def test_a_foreign_mark_is_no_error(write, mark):
    write("Goats")
    search(VISITOR, "goats", at=mark)


def test_newest_first_is_by_date(write, days_ago):
    write("Goats, goats, goats", published_at=days_ago(9))
    write("On sheep", "And goats.", published_at=days_ago(1))
    assert titles("goats", is_newest_first=True) == ["On sheep", "Goats, goats, goats"]


def test_some_of_the_words_are_enough_where_nothing_has_all(write):
    write("Goats in winter")
    write("Sheep in summer")
    assert titles("goats summer") == []
    found = search_any(VISITOR, "goats summer")
    assert {hit.entry.title for hit in found.hits} == {"Goats in winter", "Sheep in summer"}


def test_similar_titles_are_suggested_within_what_one_may_read(write, community, member):
    write("Which barcode scanner for a small library?")
    write("Lending e-books")
    desk = BlogFactory(community=community, slug="desk", audience="facilitators")
    write("Barcode scanner broken", blog=desk)
    found = similar(member, community, "What barcode scanners do you use?", kinds=["post"])
    assert [entry.title for entry in found] == ["Which barcode scanner for a small library?"]
    assert similar(member, community, "?", kinds=["post"]) == []


# --- Kept true ----------------------------------------------------------------------------------------------------


def test_a_draft_is_found_by_nobody_until_it_is_published(write, facilitator):
    post = write("Secret plan", state="draft")
    assert titles("secret", facilitator) == []
    publishing.publish(post, by=facilitator)
    assert titles("secret") == ["Secret plan"]
    publishing.withdraw(post, by=facilitator)
    assert titles("secret", facilitator) == []


def test_a_changed_post_is_found_by_its_new_words_alone(write, facilitator):
    post = write("Goats")
    save_post(post, title="Sheep", body="Wool", by=facilitator, tags=["wool"])
    assert titles("goats") == []
    assert titles("wool tag:wool") == ["Sheep"]


def test_a_blog_that_closes_takes_its_posts_along(write, blog, member, outsider):
    write("Goats")
    blog.audience = "community"
    rearranging.change_blog(blog)
    assert titles("goats") == titles("goats", outsider) == []
    assert titles("goats", member) == ["Goats"]


def test_who_leaves_no_longer_finds_what_is_for_members(write, blog, member, community):
    blog.audience = "community"
    rearranging.change_blog(blog)
    write("Lunch rota")
    assert titles("lunch", member) == ["Lunch rota"]
    joining.leave(community, by=member)
    assert titles("lunch", User.objects.get(pk=member.pk)) == []


def test_a_search_in_one_community_finds_nothing_of_another(write, community):
    write("Goats here")
    PostFactory(blog=BlogFactory(community=CommunityFactory()), title="Goats there")
    assert titles("goats", community=community) == ["Goats here"]
    assert len(titles("goats")) == 2


def test_a_community_that_is_deleted_is_found_no_more(write, community):
    write("Goats")
    community.delete()
    assert titles("goats") == []


def test_a_post_deleted_by_site_staff_is_found_no_more(write, staff, signed_in):
    staff.is_superuser = True
    staff.save()
    post = write("Goats")
    signed_in(staff).post(f"/admin/blogs/post/{post.pk}/delete/", {"post": "yes"})
    assert titles("goats") == []


def test_putting_the_same_post_twice_keeps_one_entry(write):
    post = write("Goats")
    indexing.put("post", post.pk)
    indexing.put("post", post.pk, post.pk + 1000)
    assert SearchEntry.objects.count() == 1
