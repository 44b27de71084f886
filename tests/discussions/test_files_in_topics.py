"""Images and files in a topic are fetched by those who may read it now."""

import pytest
from django.core.files.base import ContentFile

from cop.files.attachment_models import Attachment
from cop.files.models import File
from discussions import moderating, opening
from tests.factories import ForumFactory, topic_of


@pytest.fixture
def image(community, member) -> File:
    file = File(community=community, owner=member, audience="public", name="a.webp", width=1, height=1, digest="d")
    file.content.save("a.webp", ContentFile(b"RIFF"))
    return file


@pytest.fixture
def attachment(community, member) -> Attachment:
    row = Attachment(community=community, owner=member, audience="public", name="a.pdf", size=4, digest="d")
    row.content.save("a.pdf", ContentFile(b"%PDF"))
    return row


@pytest.fixture
def topic(community, member, image, attachment):
    forum = ForumFactory(community=community, audience="public")
    body = f"![a]({image.get_absolute_url()}) and [b]({attachment.get_absolute_url()})"
    return topic_of(forum, by=member, body=body)


def statuses(client, *files):
    return [client.get(file.get_absolute_url()).status_code for file in files]


def test_a_topic_that_moves_to_a_narrower_forum_takes_its_files_along(
    visitor, as_sponsor, facilitator, community, topic, image, attachment
):
    assert statuses(visitor, image, attachment) == [200, 200]
    moderating.move(topic, forum=ForumFactory(community=community, audience="community"), by=facilitator)
    assert statuses(visitor, image, attachment) == [404, 404]
    assert statuses(as_sponsor, image, attachment) == [200, 200]


def test_a_forum_that_is_closed_closes_its_files(visitor, topic, image, attachment):
    forum = topic.forum
    forum.audience = "community"
    opening.change_forum(forum)
    assert statuses(visitor, image, attachment) == [404, 404]


def test_the_same_image_uploaded_for_both_audiences_stays_two(visitor, facilitator, community, member, topic, image):
    twin = File(community=community, owner=member, audience="community", name="a.webp", width=1, height=1, digest="d")
    twin.content.save("a.webp", ContentFile(b"RIFF"))
    moderating.move(topic, forum=ForumFactory(community=community, audience="community"), by=facilitator)
    assert File.objects.filter(audience="community").count() == 2
    assert statuses(visitor, image) == [404]
