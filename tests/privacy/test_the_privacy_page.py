"""The page on which a site says to everybody what it keeps about them (GDPR, article 13)."""

import pytest
from django.urls import reverse

from cop.privacy import retention, telling

HREF = "/privacy/"


def shown(client) -> str:
    response = client.get(HREF)
    assert response.status_code == 200
    return response.content.decode()


def test_every_page_leads_to_it(visitor, community):
    assert f'href="{HREF}"' in visitor.get(community.get_absolute_url()).content.decode()


def test_it_says_who_runs_the_site_and_whom_to_ask(visitor, settings):
    settings.SITE_OPERATOR = "Halvorsen Institute\n1 Garden Road, Ås"
    settings.PRIVACY_CONTACT = "privacy@halvorsen.example"
    page = shown(visitor)
    assert "Halvorsen Institute<br>1 Garden Road, Ås" in page
    assert 'href="mailto:privacy@halvorsen.example"' in page


@pytest.mark.parametrize("given", ["https://halvorsen.example/ask", "mailto:ask@halvorsen.example"])
def test_a_contact_can_be_a_page_or_a_mail_link(settings, given):
    settings.PRIVACY_CONTACT = given
    assert telling.contact() == given


def test_it_says_so_where_nobody_is_named(visitor, settings):
    settings.SITE_OPERATOR = settings.PRIVACY_CONTACT = ""
    page = shown(visitor)
    assert "has not written their name here yet" in page
    assert 'href=""' not in page


def test_it_says_for_each_rule_how_long_things_are_kept(visitor, settings):
    settings.KEEP_DAYS = {**settings.KEEP_DAYS, "flags": 41, "records": 0}
    page = shown(visitor)
    for name in retention.rules:
        assert str(retention.rules[name].what) in page.replace("&#x27;", "'")
    assert "41 days" in page
    assert telling.how_long()[-1].days == 0


def test_it_names_whom_data_goes_to_as_the_site_is_set_up(visitor, settings):
    settings.EMAIL_URL = settings.EMAIL_PROVIDER = settings.TEXT_CHECK_URL = ""
    assert "carries our mails" not in shown(visitor)
    settings.EMAIL_URL = "smtp://mail.example.org"
    settings.TEXT_CHECK_URL = "https://check.example.org"
    settings.OPENID_CONNECT = [{"name": "University of Ås"}]
    page = shown(visitor)
    assert "carries our mails" in page
    assert "looks for advertising" in page
    assert "University of Ås, where you sign in" in page


def test_a_member_finds_each_right_behind_a_link(as_member, visitor):
    page = shown(as_member)
    own = ["members:data", "members:profile-edit", "members:account-close", "notifications:my-mail", "moderation:mine"]
    for name in own:
        assert f'href="{reverse(name)}"' in page
    assert reverse("members:data") not in shown(visitor)
