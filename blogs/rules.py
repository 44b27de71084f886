"""Who may do what with blogs and posts."""

from django.utils.translation import gettext_lazy as _

from blogs.models import Blog, Post, Writers
from members.models import Community
from members.permissions import rule
from members.standing import Standing

FACILITATORS_CAN = _("Only facilitators of this community can do that.")


@rule("blogs.add_blog", who=FACILITATORS_CAN)
def may_add_blog(standing: Standing, community: Community) -> bool:
    return standing.facilitates(community) and not community.is_archived


@rule("blogs.edit_blog", who=FACILITATORS_CAN)
def may_edit_blog(standing: Standing, blog: Blog) -> bool:
    return standing.facilitates(blog.community) and not blog.community.is_archived


@rule("blogs.manage_sources", who=FACILITATORS_CAN)
def may_manage_sources(standing: Standing, blog: Blog) -> bool:
    return may_edit_blog(standing, blog)


@rule("blogs.add_post", who=_("Only facilitators write in this blog, unless its settings let members write too."))
def may_add_post(standing: Standing, blog: Blog) -> bool:
    if blog.community.is_archived:
        return False
    members_write = blog.writers == Writers.MEMBERS and standing.takes_part_in(blog.community)
    return members_write or standing.facilitates(blog.community)


@rule("blogs.edit_post", who=_("Only its author and facilitators can change this post."))
def may_edit_post(standing: Standing, post: Post) -> bool:
    if post.blog.community.is_archived:
        return False
    is_own = post.author_id is not None and post.author_id == standing.user.pk
    return (is_own and standing.belongs_to(post.blog.community)) or standing.facilitates(post.blog.community)


@rule("blogs.publish_post", who=_("Only who may write in this blog can publish a post, and only an own one."))
def may_publish_post(standing: Standing, post: Post) -> bool:
    return may_edit_post(standing, post) and may_add_post(standing, post.blog)


@rule("blogs.comment", who=_("Only members of this community comment, on posts of blogs that have comments."))
def may_comment(standing: Standing, post: Post) -> bool:
    if not (post.blog.has_comments and post.is_published) or post.blog.community.is_archived:
        return False
    return standing.takes_part_in(post.blog.community) or standing.facilitates(post.blog.community)


@rule("blogs.see_mailing", who=FACILITATORS_CAN)
def may_see_mailing(standing: Standing, post: Post) -> bool:
    return standing.facilitates(post.blog.community)
