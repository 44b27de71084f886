"""Tags as something to follow: a tag means something else in each community."""

from django.db import models

from members.models import Community

# The kind of thing that a followed tag is.
TAG = "tag"


class CommunityTag(models.Model):
    """A tag of one community about which somebody chose something: to follow it, or to mute it."""

    community = models.ForeignKey(Community, on_delete=models.CASCADE, related_name="chosen_tags")
    tag = models.ForeignKey("taggit.Tag", on_delete=models.CASCADE, related_name="communities")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["community", "tag"], name="community_tag_once")]

    def __str__(self) -> str:
        return f"{self.community_id}: {self.tag}"

    @property
    def name(self) -> str:
        """The tag as people write it."""
        return str(self.tag.name)
