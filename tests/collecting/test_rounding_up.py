"""The words of a round-up: a stranger's text stays text."""

import pytest

from blogs.entries import FeedEntry
from blogs.rounding_up import (
    BODY_LIMIT,
    Credit,
    article_line,
    authors_line,
    entry_body,
    entry_title,
    escaped,
    parts,
    round_up_body,
    round_up_title,
)
from cop.markup.rendering import render

JOURNAL = Credit("Phytotaxa", "https://phytotaxa.example")
ARTICLE = FeedEntry(
    title="On [links](javascript:1) & *stars*",
    url="https://phytotaxa.example/1?a=1&b=(2)",
    doi="10.1000/abc.(1)_2",
    journal="Phytotaxa",
    volume="528",
    number="4",
    pages="1–9",
    authors=("Anna A.", "Bo B."),
)


def test_an_issue_is_named_as_it_is_cited():
    assert round_up_title([ARTICLE] * 3, JOURNAL) == "Phytotaxa 528 (4)"
    assert round_up_title([ARTICLE] * 3, JOURNAL, is_more=True) == "Phytotaxa 528 (4): 3 more articles"
    assert round_up_title([FeedEntry(title="x")], JOURNAL) == "Phytotaxa: 1 new article"


def test_a_round_up_links_each_article_and_its_doi():
    html = render(round_up_body([ARTICLE, ARTICLE], JOURNAL)).html
    assert html.count("<li>") == 2
    assert 'href="https://phytotaxa.example/1?a=1&amp;b=(2)"' in html
    assert 'href="https://doi.org/10.1000/abc.(1)_2"' in html
    assert "On [links](javascript:1) &amp; *stars*" in html
    assert "Anna A., Bo B." in html


@pytest.mark.parametrize(
    "text",
    [
        "# heading",
        "- item",
        "1. first",
        "> quote",
        "*a* _b_ `c` ~~d~~",
        "[x](y)",
        "a < b & c &copy; <b>",
        "\\",
        "![i](u)",
    ],
)
def test_plain_text_stays_plain_text(text):
    rendered = render(escaped(text))
    assert rendered.text.strip() == text
    assert not any(
        tag in rendered.html for tag in ("<h1", "<li", "<em", "<strong", "<code", "<del", "<a ", "<img", "<blockquote")
    )


def test_a_facilitator_s_note_stands_first():
    body = round_up_body([ARTICLE], Credit("P", note="Worth **reading**:"))
    assert body.startswith("Worth **reading**:\n\n- ")


def test_many_authors_are_counted():
    entry = FeedEntry(authors=tuple(f"A{number}" for number in range(12)))
    assert authors_line(entry) == "A0, A1, A2, A3, A4, A5, A6, A7 and 4 others"


def test_a_long_issue_is_cut_into_posts_that_fit():
    entries = [FeedEntry(title="x" * 400, url=f"https://e.example/{number}") for number in range(200)]
    cut = parts(entries, JOURNAL)
    assert [position for part in cut for position in part] == list(range(200))
    assert len(cut) > 1
    for part in cut:
        assert len(round_up_body([entries[position] for position in part], JOURNAL)) <= BODY_LIMIT


def test_an_entry_without_a_title_is_named_by_its_beginning():
    assert entry_title(FeedEntry(abstract="Today\nwe met. " * 50)).startswith("Today we met. Today")
    assert len(entry_title(FeedEntry(abstract="Today we met. " * 50))) <= 200


def test_one_entry_becomes_a_post_that_leads_to_it():
    entry = FeedEntry(title="T", url="https://www.e.example/1", abstract="One.\n\nTwo.", authors=("Ann",))
    html = render(entry_body(entry, JOURNAL)).html
    assert "<p>One.</p>" in html
    assert 'href="https://www.e.example/1"' in html
    assert "Read it at e.example" in html


def test_another_journal_s_article_is_named():
    entry = FeedEntry(title="T", journal="Mycologia")
    assert "Mycologia" in article_line(entry, JOURNAL)
    assert "Phytotaxa" not in article_line(FeedEntry(title="T", journal="Phytotaxa"), JOURNAL)
