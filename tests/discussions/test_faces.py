"""Photos beside replies and in lists of topics: for those who may see them, at the same cost for any number."""

import pytest
from django.core.files.base import ContentFile

from members.profile_models import Profile
from members.profiling import photo_of
from tests.factories import MembershipFactory, reply_to, topic_of


def with_photo(user, *, known_to: str = "sharing", seen_by: str = "sharing"):
    profile = Profile.objects.create(user=user, known_to=known_to, seen_by={"photo": seen_by})
    profile.photo.save(f"{user.pk:032x}.webp", ContentFile(b"RIFF"))
    return photo_of(user)


@pytest.fixture(autouse=True)
def _kept_apart(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def test_faces_stand_beside_replies_and_topics_for_who_may_see_them(
    topic, forum, member, other, as_member, as_outsider, visitor
):
    everybody, sharing = with_photo(member, known_to="everybody", seen_by="everybody"), with_photo(other)
    reply_to(topic, by=other)
    page = as_member.get(topic.get_absolute_url()).content.decode()
    assert everybody in page
    assert sharing in page
    for client in (visitor, as_outsider):
        page = client.get(topic.get_absolute_url()).content.decode()
        assert everybody in page
        assert sharing not in page
        assert client.get(everybody).status_code == 200
    assert everybody in visitor.get(forum.get_absolute_url()).content.decode()
    assert everybody in visitor.get("/c/library/discussions/").content.decode()


def test_a_photo_for_nobody_is_shown_to_its_owner_alone(topic, member, other, as_member, as_other):
    hidden = with_photo(member, seen_by="nobody") or f"/people/{member.pk}/photo/"
    assert hidden in as_member.get(topic.get_absolute_url()).content.decode()
    assert hidden not in as_other.get(topic.get_absolute_url()).content.decode()


def test_faces_cost_the_same_for_any_number(topic, forum, member, community, as_member, query_count):
    with_photo(member)
    reply_to(topic, by=member)
    pages = (topic.get_absolute_url(), forum.get_absolute_url(), "/c/library/discussions/")
    before = [query_count(as_member, url) for url in pages]
    for number in range(4):
        user = MembershipFactory(community=community).user
        with_photo(user)
        reply_to(topic, by=user)
        topic_of(forum, by=user, title=f"Topic {number}")
    assert [query_count(as_member, url) for url in pages] == before
