"""Fill a development site with the demo."""

from itertools import groupby
from operator import attrgetter
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from cop.home import demonstrating, demonstrating_scale
from members.models import Membership
from members.roles import Role


class Command(BaseCommand):
    """Makes what is missing of the demo, and prints whom one can sign in as."""

    help = "Make three communities with thirty people and two years of posts; what is there already stays as it is."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--scale", action="store_true", help="200 communities and 50,000 people on top, to measure")
        parser.add_argument("--force", action="store_true", help="also on a site that is not a development site")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.IS_DEVELOPMENT and not options["force"]:
            raise CommandError(
                "This is not a development site. The demo makes thirty accounts whose password everybody knows; "
                "if you want them here, run it again with --force, and delete them before real people come."
            )
        built = demonstrating.build(timezone.now())
        self.stdout.write(
            f"Demo: {built.communities} communities, {built.people} people, {built.posts} posts and {built.readers} "
            "readers made; what was there before is unchanged."
        )
        if options["scale"] and demonstrating_scale.build(timezone.now()):
            self.stdout.write("Scale: 200 communities, 50,000 people, 150,000 memberships made.")
        self._print_accounts(int(options["verbosity"]))

    def _print_accounts(self, verbosity: int) -> None:
        """Name the facilitators and the staff, or everybody with -v 2."""
        rows = Membership.objects.active().filter(user__email__in=demonstrating.addresses())
        self.stdout.write(f"Sign in with one of these addresses and the password {demonstrating.PASSWORD}:")
        for user, memberships in groupby(rows.select_related("user", "community").order_by("user"), attrgetter("user")):
            roles = [f"{row.get_role_display()} of {row.community}" for row in memberships]
            if verbosity > 1 or user.is_staff or any(role.startswith(str(Role.FACILITATOR.label)) for role in roles):
                self.stdout.write(f"  {user.email:<24} {'; '.join(roles)}{' (site staff)' if user.is_staff else ''}")
