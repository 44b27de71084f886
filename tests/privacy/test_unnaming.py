"""A name, and perhaps the words, go out of what others quoted; everything else stays as it was typed."""

import pytest

from discussions.unnaming import Unnaming, quoted_in, without_calls, without_quotes

HIDE = Unnaming(7, "Anna Berg", "a former member", forgets_words=False)
REMOVE = Unnaming(7, "Anna Berg", "a former member", forgets_words=True)

QUOTE = """> **Anna Berg** [wrote](/r/12/):
>
> In a *drawer*.
> And a box.

I agree."""

NESTED = """> **Otto** [wrote](/r/13/):
>
> > **Anna Berg** [wrote](/r/12/):
> >
> > In a drawer.
>
> Otto's own words.

Mine."""


def unquoted(text: str, unnaming: Unnaming = HIDE, theirs=(12,)) -> str:
    return without_quotes(text, theirs=theirs, unnaming=unnaming, gap="*gone*")


def test_the_name_goes_and_the_words_stay():
    assert unquoted(QUOTE) == QUOTE.replace("Anna Berg", "a former member")


def test_the_words_go_too_and_what_was_answered_stays():
    assert unquoted(QUOTE, REMOVE) == "> **a former member** [wrote](/r/12/):\n> *gone*\n\nI agree."


def test_a_quotation_in_a_quotation():
    assert unquoted(NESTED) == NESTED.replace("Anna Berg", "a former member")
    assert unquoted(NESTED, REMOVE) == (
        "> **Otto** [wrote](/r/13/):\n>\n> > **a former member** [wrote](/r/12/):\n> > *gone*\n>\n"
        "> Otto's own words.\n\nMine."
    )


def test_an_earlier_name_and_another_language_are_known_by_the_message():
    text = "> **Anna Meier** [schrieb](/r/12/):\n> So."
    assert "Meier" not in unquoted(text)


@pytest.mark.parametrize(
    "text", [QUOTE.replace("/r/12/", "/r/99/"), "**Anna Berg** [wrote](/r/12/):", "> Anna Berg", ""]
)
def test_what_quotes_somebody_else_or_nobody_stays_as_it_is(text):
    assert unquoted(text, REMOVE) == text


def test_what_is_done_twice_changes_nothing_more():
    for unnaming in (HIDE, REMOVE):
        once = unquoted(NESTED, unnaming)
        assert unquoted(once, unnaming).replace("> > *gone*\n", "", 1) in (once.replace("> > *gone*\n", "", 1), once)


def test_calls_by_name():
    text = "@Anna.Berg and @anna, ask @Anna.Berg.7 – not @Annabel, not anna@example.org, not @Anna.Bergmann."
    assert without_calls(text, HIDE) == (
        "a former member and a former member, ask a former member"
        " – not @Annabel, not anna@example.org, not @Anna.Bergmann."
    )


def test_the_numbers_of_what_is_quoted():
    assert quoted_in(NESTED) == {12, 13}
