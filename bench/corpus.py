"""A corpus of discussions in the shape that the benchmarks want: `python -m bench.corpus [--topics N]`.

Ten forums, two hundred people, topics with ten messages each of about 118 words of Markdown, and four long ones. It
writes rows in bulk, as an import does, and tells nobody.
"""

import argparse
import os
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cop.settings")
django.setup()

from django.db import connection, transaction  # noqa: E402

from cop.markup.rendering import render  # noqa: E402
from discussions.models import Forum, Reply, Topic  # noqa: E402
from discussions.paths import below  # noqa: E402
from members.models import Community, Membership, User  # noqa: E402
from members.roles import Role  # noqa: E402

WORDS = [
    "shelf",
    "reader",
    "paper",
    "stock",
    "winter",
    "river",
    "pump",
    "garden",
    "question",
    "answer",
    "carefully",
    "weeding",
    "catalogue",
    "market",
    "season",
    "bread",
    "letter",
    "village",
    "committee",
    "radio",
    "harvest",
    "trail",
    "boat",
    "harbour",
    "ticket",
    "ledger",
    "note",
    "branch",
    "visit",
    "number",
    "week",
]
START = datetime(2024, 1, 1, tzinfo=UTC)
BATCH = 2000
FORUMS, PEOPLE, MESSAGES_A_TOPIC = 10, 200, 10
LONG = (20, 100, 1_000, 10_000)


def text_of(chance: random.Random) -> str:
    """Give about 118 words of Markdown; one in two holds the word "common"."""
    words = [chance.choice(WORDS) for _ in range(110)]
    if chance.random() < 0.5:
        words[3] = "common"
    return f"{' '.join(words[:60])}\n\n- {' '.join(words[60:80])}\n- **{words[80]}** {' '.join(words[81:])}\n"


def write(topics: int) -> Community:
    """Make the community of this size unless it is there; give it."""
    slug = f"corpus-{topics}"
    if found := Community.objects.filter(slug=slug).first():
        return found
    chance = random.Random(topics)
    texts = [(source, render(source)) for source in (text_of(chance) for _ in range(500))]
    with transaction.atomic():
        community = Community.objects.create(name=f"Corpus {topics}", slug=slug, purpose="To be measured.")
        people = User.objects.bulk_create(
            User(email=f"{slug}-{number}@example.org", display_name=f"Person {number}") for number in range(PEOPLE)
        )
        Membership.objects.bulk_create(
            Membership(user=user, community=community, role=Role.FACILITATOR if number == 0 else Role.MEMBER)
            for number, user in enumerate(people)
        )
        forums = Forum.objects.bulk_create(
            Forum(community=community, name=f"Forum {number}", slug=f"forum-{number}", audience="public")
            for number in range(FORUMS)
        )
    sizes = [*LONG, *([MESSAGES_A_TOPIC] * (topics - len(LONG)))]
    for start in range(0, len(sizes), BATCH):
        _write_topics(community, forums, people, list(enumerate(sizes))[start : start + BATCH], texts, chance)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return community


def _write_topics(community, forums, people, plans, texts, chance) -> None:
    with transaction.atomic():
        rows = []
        for number, size in plans:
            at = START + timedelta(minutes=5 * number)
            by = people[number % PEOPLE]
            rows.append(
                Topic(
                    community=community,
                    forum=forums[number % FORUMS],
                    audience="public",
                    title=f"Topic {number} about {chance.choice(WORDS)}",
                    slug=f"topic-{number}",
                    starter=by,
                    started_at=at,
                    last_at=at + timedelta(minutes=size),
                    last_by=by.display_name,
                    reply_count=size - 1,
                )
            )
        Topic.objects.bulk_create(rows, batch_size=500)
        for topic, (_number, size) in zip(rows, plans, strict=True):
            Reply.objects.bulk_create(_messages(topic, size, people, texts, chance), batch_size=500)
        # Parents are known by their places: one statement joins them for the whole batch.
        ids = [topic.pk for topic in rows]
    _join_parents(ids)


def _messages(topic, size, people, texts, chance) -> Iterator[Reply]:
    paths: list[str] = []
    for number in range(size):
        at = topic.started_at + timedelta(minutes=number)
        above = (
            ""
            if not paths
            else paths[0]
            if chance.random() < 0.6
            else paths[chance.randrange(max(0, number - 20), number)]
        )
        path = below(above, at)
        paths.append(path)
        source, rendered = texts[chance.randrange(len(texts))]
        yield Reply(
            topic=topic,
            path=path,
            author=people[chance.randrange(PEOPLE)],
            body=source,
            body_html=rendered.html,
            text=rendered.text,
            markup_version=rendered.version,
            posted_at=at,
            told_at=at,
        )


PARENTS = """
UPDATE discussions_reply SET parent_id = (
    SELECT above.id FROM discussions_reply above WHERE above.topic_id = discussions_reply.topic_id
    AND above.path = substr(discussions_reply.path, 1, length(discussions_reply.path) - 12))
WHERE topic_id BETWEEN %s AND %s AND length(path) > 12
"""


def _join_parents(ids) -> None:
    with connection.cursor() as cursor:
        cursor.execute(PARENTS, [min(ids), max(ids)])


def main() -> None:
    """Write what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--topics", type=int, default=10_000)
    options = parser.parse_args()
    print(write(options.topics).get_absolute_url())


if __name__ == "__main__":
    main()
