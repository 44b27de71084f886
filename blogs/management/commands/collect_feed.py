"""`manage.py collect_feed COMMUNITY/BLOG FILE_OR_URL`: collect one feed by hand and say what was done."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from blogs.collecting_by_hand import Account, collect_by_hand
from blogs.models import Blog
from blogs.reading import NotAFeed
from blogs.sources import Grouping, Mode, Start
from cop.base.fetching import FetchFailed
from members.models import Membership


class Command(BaseCommand):
    """Collect a feed into a blog by hand."""

    help = "Collect a feed, from a file or an address, into a blog; print what it became and why the rest was left out."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("blog", metavar="COMMUNITY/BLOG", help="the last parts of their addresses, as library/news")
        parser.add_argument("where", metavar="FILE_OR_URL")
        parser.add_argument("--mode", choices=Mode.values, default="", help="keep drafts, or publish at once")
        parser.add_argument("--grouping", choices=Grouping.values, default="", help="a post per entry or per issue")
        parser.add_argument("--start", choices=Start.values, default="", help="what to begin with in a new feed")

    def handle(self, *args: Any, **options: Any) -> None:
        blog = self.find_blog(options["blog"])
        facilitating = Membership.objects.active().facilitating().filter(community=blog.community)
        first = facilitating.select_related("user").order_by("joined_at").first()
        chosen = {name: options[name] for name in ("mode", "grouping", "start")}
        by = first.user if first else None
        try:
            account = collect_by_hand(blog, options["where"], **chosen, by=by, at=timezone.now())
        except (FetchFailed, NotAFeed) as failed:
            raise CommandError(f"{options['where']}: {failed}") from failed
        self.tell(account)

    def find_blog(self, name: str) -> Blog:
        community, _slash, slug = name.partition("/")
        blog = Blog.objects.select_related("community").filter(community__slug=community, slug=slug).first()
        if blog is None:
            known = ", ".join(f"{a}/{b}" for a, b in Blog.objects.values_list("community__slug", "slug")[:20])
            raise CommandError(f"There is no blog {name}. There are: {known or 'none yet'}.")
        if blog.community.is_archived:
            raise CommandError(f"{blog.community} is archived: nothing new is written there.")
        return blog

    def tell(self, account: Account) -> None:
        feed, made = account.feed, account.made
        self.stdout.write(
            f"Read “{feed.title or account.use.source.url}”: {len(feed.entries)} entries, {account.new} new."
        )
        for post in made.published if made else []:
            self.stdout.write(f"  published  {post.title}  {post.get_absolute_url()}")
        for post in made.drafts if made else []:
            self.stdout.write(f"  draft      {post.title}  {post.get_absolute_url()}")
        for title, why in account.left_out:
            self.stdout.write(f"  left out   {title}: {why}")
        if made and not made.published and not made.drafts:
            self.stdout.write("Nothing new: no post was made.")
