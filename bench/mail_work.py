"""What the mail benchmark does inside the site: `python -m bench.mail_work fill|publish|floor|ring …`."""
# ruff: noqa: E402

import json
import os
import sys
import time
from email import message_from_bytes
from email.policy import default as policy

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cop.settings")

import django

django.setup()

from django.core.mail import EmailMultiAlternatives, get_connection
from django.utils import timezone
from django.utils.crypto import get_random_string

from blogs.following import thing_of
from blogs.models import Blog, Post
from blogs.publishing import mailing_of, publish
from blogs.saving import save_post
from cop.mail.composing import KEY
from cop.mail.models import Mailing
from cop.mail.ringing import ring
from cop.notifications import announcing
from cop.notifications.models import Subscriber, Subscription
from members.models import Community, Membership, User

# So many make the mail about 11.5 kB long, text and HTML together.
WEEKS = 4
SENTENCE = "Three journals changed their embargo this month, and two of them told nobody but their editors. "


def fill(count: int) -> None:
    """Make a public blog with so many readers who want each post, unless it is there."""
    if Blog.objects.filter(slug=f"to-{count}").exists():
        return
    facilitator, _ = User.objects.get_or_create(email="fatima@example.org", display_name="Fatima")
    community, _ = Community.objects.get_or_create(slug="bench", defaults={"name": "Bench", "purpose": "To measure."})
    Membership.objects.get_or_create(user=facilitator, community=community, defaults={"role": "facilitator"})
    blog = Blog.objects.create(community=community, name=f"To {count}", slug=f"to-{count}", description="What is new.")
    thing, now = thing_of(blog), timezone.now()
    for start in range(0, count, 5000):
        people = [
            Subscriber(address=f"reader{number}@to{count}.example.net")
            for number in range(start, min(start + 5000, count))
        ]
        people = Subscriber.objects.bulk_create(people)
        Subscription.objects.bulk_create(
            Subscription(
                subscriber=person,
                thing_kind=thing.kind,
                thing_id=thing.id,
                community_id=community.pk,
                state="confirmed",
                confirmed_at=now,
                expires_at=now,
            )
            for person in people
        )


def write(blog: Blog) -> Post:
    """Write a post whose mail is about 11.5 kB long."""
    author = User.objects.get(email="fatima@example.org")
    weeks = [f"## Week {number}\n\n{SENTENCE * 4}[Read on](https://example.org/{number}/)" for number in range(WEEKS)]
    body = "\n\n".join(weeks)
    return save_post(Post(blog=blog, author=author), title="What is new this week", body=body, excerpt="", by=author)


def publish_to(count: int) -> dict[str, object]:
    """Publish a post to so many readers; say when, how long it took, and how big the mail is."""
    blog = Blog.objects.get(slug=f"to-{count}")
    post = write(blog)
    # A web process has rendered mails before.
    announcing.prepare("post", thing=thing_of(blog), dedupe_key=f"warm:{post.pk}", context={"post": post})
    began, cpu = time.monotonic(), time.process_time()
    publish(post, by=post.author)
    took, cpu = time.monotonic() - began, time.process_time() - cpu
    mailing = mailing_of(post)
    return {"at": began, "took": took, "cpu": cpu, "mailing": mailing.pk, "size": len(bytes(mailing.source))}


def floor(mailing_id: int, count: int, port: int) -> dict[str, object]:
    """Send a mailing the plain way: Django builds each reader's mail anew, and one connection is kept."""
    message = message_from_bytes(bytes(Mailing.objects.get(pk=mailing_id).source), policy=policy)
    subject, sender, leave = str(message["Subject"]), str(message["From"]), str(message["List-Unsubscribe"])
    text, html = (message.get_body((kind,)).get_content() for kind in ("plain", "html"))
    keys = [get_random_string(32) for _ in range(count)]
    connection = get_connection("django.core.mail.backends.smtp.EmailBackend", host="127.0.0.1", port=port)
    connection.open()
    began, cpu = time.monotonic(), time.process_time()
    for number, key in enumerate(keys):
        mail = EmailMultiAlternatives(
            subject,
            text.replace(KEY, key),
            sender,
            [f"reader{number}@example.net"],
            connection=connection,
            headers={
                "List-Unsubscribe": leave.replace(KEY, key),
                "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
                "List-Id": str(message["List-Id"]),
                "Auto-Submitted": "auto-generated",
                "Precedence": "bulk",
            },
        )
        mail.attach_alternative(html.replace(KEY, key), "text/html")
        mail.send()
    took, cpu = time.monotonic() - began, time.process_time() - cpu
    connection.close()
    return {"rate": count / took, "cpu": cpu * 1000 / count}


def ring_on() -> None:
    """Stand in for the scheduler, more often than once a minute, so that nobody waits for the benchmark."""
    while True:
        ring()
        time.sleep(2)


def main() -> None:
    """Do what the first word says, and print what came of it."""
    work = {"fill": fill, "publish": publish_to, "floor": floor, "ring": ring_on}[sys.argv[1]]
    print(json.dumps(work(*(int(word) for word in sys.argv[2:]))), flush=True)


if __name__ == "__main__":
    main()
