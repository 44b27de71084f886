"""What the benchmark of discussions visits: a session cookie, where a reply is posted, and "name<TAB>path" lines."""

import os
import sys
from urllib.parse import quote

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cop.settings")
django.setup()

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: E402

from cop.base.keyset import paginate  # noqa: E402
from discussions.models import Topic  # noqa: E402
from members.models import Community, Membership  # noqa: E402
from members.recognising import SessionStore  # noqa: E402
from members.roles import Role  # noqa: E402

community = Community.objects.get(slug=f"corpus-{sys.argv[1]}")
member = Membership.objects.active().filter(community=community, role=Role.MEMBER).order_by("pk").first().user
session = SessionStore()
session[SESSION_KEY] = str(member.pk)
session[BACKEND_SESSION_KEY] = "members.recognising.AccountBackend"
session[HASH_SESSION_KEY] = member.get_session_auth_hash()
session.create()

topics = Topic.objects.filter(community=community)
base = community.get_absolute_url()


def topic_of(messages: int) -> Topic:
    return topics.filter(slug=f"topic-{(20, 100, 1_000, 10_000).index(messages)}").get()


def at_page(number: int) -> str:
    mark = ""
    for _ in range(number - 1):
        mark = paginate(topics.filter(forum__isnull=False), order=("last_at", "id"), at=mark, size=25).older or mark
    return mark


print(session.session_key)
print(f"{base}t/{topic_of(100).pk}/reply/")
print(f"forum index\t{base}discussions/")
forum = topics.order_by("-pk").first().forum
print(f"topic list, first page\t{forum.get_absolute_url()}")
print(f"topic list, page 100\t{base}discussions/?page={quote(at_page(100))}")
print(f"topic, 20 messages\t{topic_of(20).get_absolute_url()}")
for size in (1_000, 10_000):
    topic = topic_of(size)
    middle = topic.replies.order_by("path")[size // 2]
    print(f"topic, {size:,} messages, first page\t{topic.get_absolute_url()}")
    print(f"topic, {size:,} messages, last page\t{topic.get_absolute_url()}?at=end")
    print(f"topic, {size:,} messages, at a link\t{topic.get_absolute_url()}?at=from-{middle.pk}")
print(f"search, a word in half of the messages\t{base}search/?q=common")
