"""What a post's page says to machines."""

from django import template
from django.utils.safestring import SafeString

from blogs.models import Post
from blogs.saving import summary_of
from cop.base.links import absolute
from cop.markup.fields import data_script

register = template.Library()


@register.simple_tag
def linked_data(post: Post) -> SafeString:
    """Give a published post as JSON-LD (schema.org BlogPosting)."""
    data = {
        "@context": "https://schema.org",
        "@type": "BlogPosting",
        "headline": post.title,
        "description": summary_of(post),
        "datePublished": post.published_at.isoformat() if post.published_at else None,
        "dateModified": post.updated_at.isoformat(),
        "mainEntityOfPage": absolute(post.get_absolute_url()),
        "isPartOf": {"@type": "Blog", "name": post.blog.name, "url": absolute(post.blog.get_absolute_url())},
        "author": {"@type": "Person", "name": post.author.display_name} if post.author else None,
        "image": absolute(post.cover.get_absolute_url()) if post.cover else None,
    }
    return data_script("application/ld+json", {name: value for name, value in data.items() if value})
