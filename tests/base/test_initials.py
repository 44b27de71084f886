"""The letters that stand for somebody without a photo."""

import pytest

from cop.base.templatetags.cop import initials


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Ingrid Solheim", "IS"),
        ("ingrid maria solheim", "IS"),
        ("Ingrid", "I"),
        ("(Leila) Haddad", "H"),
        ("ნინო ბერიძე", "ნბ"),
        ("ليلى حدّاد", "لح"),
        ("???", "?"),
    ],
)
def test_one_or_two_letters_of_a_name_that_every_font_has(name, letters):
    assert initials(name) == letters
