"""Texts are compared without regard to what is only there to look different, and never by anybody's pattern."""

import time

import pytest
from django.utils import timezone

from cop.guarding import likeness, listing
from cop.guarding.letters import plain_words
from cop.guarding.models import Mark, WordList

TEXT = (
    "Our shop has the best offers of the whole year for librarians and archivists, so come and see what we have "
    "today before everything is gone, because the first hundred readers get a present and a discount"
)
OTHER = (
    "When we moved the offprints into boxes we found that half of them had never been catalogued, and I wonder how "
    "you go about that where nobody has the time to look at each of them"
)


@pytest.mark.parametrize(
    "written",
    [
        "casino", "CASINO", "Cásinó", "c4s1n0", "Саsіno", "ca\u200bsi\u00adno", "ｃａｓｉｎｏ", "ᴄᴀsɪɴᴏ", "casinø",
        "ca\u3164si\u2800no", "c\u20dda\u20dds\u20ddino", "🅒🅐🅢🅘🅝🅞", "🇨🇦🇸🇮🇳🇴", "c.a.s.i.n.o", "ca-si-no",
        "ca_sino", "c a s i n o", "c a s 1 n o", "ca*si*no", "\u202eonisac\u202c", "𝔠𝔞𝔰𝔦𝔫𝔬",
    ],
)  # fmt: skip
def test_a_word_is_known_in_other_letters(community, written):
    WordList.objects.create(community=community, words="casino")
    assert listing.found_in("", f"Come to the {written}!", [], community=community) == "casino"


@pytest.mark.parametrize(
    ("line", "text", "is_found"),
    [
        ("cheap pills", "Buy CHEAP, pills here", True),
        ("cheap pills", "pills are cheap", False),
        ("casin*", "two casinos", True),
        ("ass", "the class passes", False),
        ("(a+)+$", "aaaaaaaaaaaaaaaaaaaaaaaaaaaa!", False),
        ("казино", "Лучшее КАЗИНО города", True),
        ("كازينو", "أفضل كازينو هنا", True),
        ("赌场", "最好的赌场在这里", True),
        ("की", "का समय", False),
        ("2024", "in 2024 we met", True),
        ("cheap pills", "cheap.pills", True),
        ("casin*", "the c-a-s-i-n-o-s", True),
        ("ass", "a s s", False),
        ("online", "on-line", True),
        ("usa", "u s a", False),
        ("ab", "a b c", False),
    ],
)
def test_lines_are_words_in_any_script_and_no_patterns(community, line, text, is_found):
    WordList.objects.create(community=community, words=line)
    assert bool(listing.found_in("", text, [], community=community)) is is_found


@pytest.mark.parametrize(
    ("line", "link", "is_found"),
    [
        ("example.com", "https://shop.example.com/x", True),
        ("https://www.example.com", "http://example.com", True),
        ("example.com/shop", "https://example.com/shop/1", True),
        ("example.com/shop", "https://example.com/news", False),
        ("example.com", "https://notexample.com", False),
        ("bücher.example", "https://xn--bcher-kva.example/", True),
        ("example.com", "https://[broken", False),
        ("example.com", "HTTPS://EXAMPLE.COM./Shop", True),
        ("example.com", "https://ｅｘａｍｐｌｅ。com/x", True),
        ("example.com", "https://exam\u200bple.com/x", True),
        ("example.com", "https:/\\example.com", True),
        ("example.com", "https://library.example@example.com:8443/", True),
        ("example.com", "https://example.com.library.example/", False),
        ("example.com/shop", "https://example.com//./%73hop/1?x=/news", True),
        ("example.com/shop", "https://example.com/news?to=/shop", False),
        ("example.com", "https://search.example/url?q=https%3A%2F%2Fwww.example.com%2Fx", True),
        ("example.com", "https://search.example/?to=//example.com", True),
        ("xn--bcher-kva.example", "https://bücher.example/", True),
    ],
)
def test_links_are_found_by_their_host_and_path(community, line, link, is_found):
    WordList.objects.create(links=line)  # The site's list holds everywhere.
    assert bool(listing.found_in("", "", [link], community=community)) is is_found


@pytest.mark.parametrize(
    ("text", "is_found"),
    [
        ("Look at example.com/shop.", True),
        ("EXAMPLE．COM", True),
        ("(see example[.]com)", True),
        ("me@example.com", True),
        ("https://shop.example.com:443/x,y", True),
        ("notexample.com", False),
        ("This is an example. Come and see", False),
        ("Example.common", False),
    ],
)
def test_an_address_is_found_though_nobody_made_it_a_link(community, text, is_found):
    WordList.objects.create(links="example.com")
    assert bool(listing.found_in("", text, [], community=community)) is is_found


def test_a_huge_text_against_a_full_list_takes_no_time(community):
    lines = {"words": "\n".join(f"word{number} pair" for number in range(500)), "links": "example.com"}
    WordList.objects.create(**lines)
    began = time.perf_counter()
    for text in ("á" * 30_000 + " a" * 15_000, "a." * 15_000, "-/" * 15_000, "[.]" * 10_000, "a b.c " * 5_000):
        assert not listing.found_in("", text, [], community=community)
    assert likeness.mark_of("a b " * 7500) is not None
    assert time.perf_counter() - began < 5


def distance(one: str, other: str) -> int:
    return ((likeness.mark_of(one) ^ likeness.mark_of(other)) & (1 << 64) - 1).bit_count()


def test_marks_of_nearly_the_same_are_near_and_of_others_far():
    assert distance(TEXT, TEXT.upper()) == 0
    assert distance(TEXT, TEXT.replace("today", "now")) <= likeness.NEAR
    assert distance(TEXT, OTHER) > likeness.NEAR + 6
    assert likeness.mark_of("Thank you very much!") is None
    assert likeness.mark_of("这" * 60) is not None


def test_one_person_twice_and_two_new_people_are_alike_and_others_are_not(db):
    assert likeness.like_before(TEXT, who="u1", is_newcomer=False) is None
    assert likeness.like_before(TEXT, who="u1", is_newcomer=False).is_own
    # What somebody wrote who has been here for long says nothing about others.
    assert likeness.like_before(TEXT, who="u2", is_newcomer=True) is None
    assert not likeness.like_before(TEXT, who="u3", is_newcomer=True).is_own
    assert likeness.like_before(OTHER, who="u4", is_newcomer=True) is None
    assert likeness.like_before("Thanks!", who="u1", is_newcomer=True) is None


def test_marks_are_forgotten(db):
    likeness.like_before(TEXT, who="u1", is_newcomer=True)
    assert likeness.forget_marks(Mark.objects.get().at, 9) == 0
    assert likeness.forget_marks(timezone.now(), 9) == 1


def test_words_keep_their_script():
    assert plain_words("Ünïcode «Straße» हिन्दी") == ["unicode", "strasse", *plain_words("हिन्दी")]
