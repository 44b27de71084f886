"""Whatever happens to posts and blogs, nobody finds what they may not read."""

from django.contrib.auth.models import AnonymousUser
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from blogs import publishing, rearranging
from blogs.models import Post
from blogs.saving import save_post
from cop.search import indexing
from cop.search.searching import search
from members.audiences import Audience
from members.models import Membership, User
from tests.factories import BlogFactory, CommunityFactory, MembershipFactory, PostFactory, UserFactory

STEPS = st.tuples(
    st.sampled_from(["publish", "withdraw", "save", "close", "role", "state", "reindex"]),
    st.integers(0, 1),
    st.sampled_from(Audience.values),
    st.sampled_from(["member", "facilitator", "sponsor"]),
    st.sampled_from(["active", "left", "suspended", "requested"]),
)


def take(step, posts, memberships, by):
    """Do one of the things that can happen."""
    what, which, audience, role, state = step
    post = Post.objects.select_related("blog__community").get(pk=posts[which])
    if what == "publish":
        publishing.publish(post, by=by, is_mailed=False)
    elif what == "withdraw":
        publishing.withdraw(post, by=by)
    elif what == "save":
        save_post(post, title="Goats again", body=f"Goats for {audience}", by=by)
    elif what == "close":
        post.blog.audience = audience
        rearranging.change_blog(post.blog)
    elif what == "reindex":
        list(indexing.reindex("post"))
    else:
        field = {"role": role} if what == "role" else {"state": state}
        Membership.objects.filter(pk=memberships[which]).update(**field)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEPS, min_size=1, max_size=8))
def test_who_finds_something_may_read_it_and_who_may_read_it_finds_it(db, steps):
    facilitator = MembershipFactory(role="facilitator").user
    blogs = [BlogFactory(community=CommunityFactory()) for _number in range(2)]
    posts = [PostFactory(blog=blog, author=facilitator, title="Goats", state="draft").pk for blog in blogs]
    memberships = [MembershipFactory(community=blog.community).pk for blog in blogs]
    people = [UserFactory(is_staff=True).pk, facilitator.pk]
    people += Membership.objects.filter(pk__in=memberships).values_list("user", flat=True)
    for step in steps:
        take(step, posts, memberships, facilitator)
    for reader in [AnonymousUser(), *User.objects.filter(pk__in=people)]:
        found = {hit.entry.object_id for hit in search(reader, "goats").hits} & set(posts)
        readable = Post.objects.visible_to(reader).published().filter(pk__in=posts)
        assert found == set(readable.values_list("pk", flat=True))
