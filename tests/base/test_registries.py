"""Registries take each name once."""

import pytest

from cop.base.registries import Registry


def test_an_entry_is_found_by_its_name():
    colours: Registry[str] = Registry("colour")
    colours.register("sea", "blue")
    assert (colours["sea"], colours.get("sea"), list(colours)) == ("blue", "blue", ["sea"])


def test_an_unknown_name_gives_nothing():
    assert Registry("colour").get("sea") is None


def test_a_name_given_to_two_entries_is_a_mistake():
    colours: Registry[str] = Registry("colour")
    colours.register("sea", "blue")
    with pytest.raises(ValueError, match="colour: 'sea' is registered twice"):
        colours.register("sea", "green")


def test_registering_the_same_entry_again_changes_nothing():
    colours: Registry[str] = Registry("colour")
    colours.register("sea", "blue")
    colours.register("sea", "blue")
    assert list(colours) == ["sea"]
