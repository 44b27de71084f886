"""What the page benchmark visits: prints a member's session cookie, then a line "name<TAB>path" for each page."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cop.settings")
django.setup()

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: E402

from blogs.models import Blog, Post  # noqa: E402
from members.models import Membership  # noqa: E402
from members.recognising import SessionStore  # noqa: E402
from members.roles import Role  # noqa: E402

blog = Blog.objects.filter(audience="public").order_by("pk").first()
member = (
    Membership.objects.active()
    .filter(community=blog.community, role=Role.MEMBER, user__is_staff=False)
    .order_by("pk")
    .first()
    .user
)
session = SessionStore()
session[SESSION_KEY] = str(member.pk)
session[BACKEND_SESSION_KEY] = "members.recognising.AccountBackend"
session[HASH_SESSION_KEY] = member.get_session_auth_hash()
session.create()
post = Post.objects.published().filter(blog=blog).order_by("pk").first()

print(session.session_key)
print(f"community home\t{blog.community.get_absolute_url()}")
print(f"blog index\t{blog.get_absolute_url()}")
print(f"post\t{post.get_absolute_url()}")
