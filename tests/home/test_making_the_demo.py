"""Making the demo: by one command, on a site where it may be, beside what is there already."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from blogs.models import Blog
from cop.home import demonstrating
from members.models import User

AT = timezone.now()


def test_somebody_else_s_community_at_one_of_its_addresses_is_left_alone(community):
    assert demonstrating.build(AT).communities == 2
    assert not Blog.objects.filter(community=community).exists()


def test_a_production_site_takes_the_demo_only_by_force(db, settings):
    settings.IS_DEVELOPMENT = False
    with pytest.raises(CommandError, match="--force"):
        call_command("demo")
    call_command("demo", force=True, stdout=StringIO())
    assert not User.objects.filter(is_staff=True).exists()


def test_the_command_prints_whom_to_sign_in_as(db):
    told = StringIO()
    call_command("demo", stdout=told)
    assert "ingrid@example.org" in told.getvalue()
    assert demonstrating.PASSWORD in told.getvalue()
