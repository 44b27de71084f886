"""What is dangerous asks once more who it is, and whoever signs in from a new browser tells the owner by mail."""

import logging
from email import message_from_bytes
from email.policy import default

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.urls import reverse

from cop.mail.models import Delivery, Mailing
from members.alerting import browser_of
from tests.factories import BlogFactory, MembershipFactory
from tests.members.test_two_steps import code_for

SECRET = "correct-horse-battery"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0"


@pytest.fixture
def owner(member):
    member.set_password(SECRET)
    member.save()
    EmailAddress.objects.create(user=member, email=member.email, verified=True, primary=True)
    return member


def sign_in(client: Client, user, **headers):
    return client.post(reverse("account_login"), {"login": user.email, "password": SECRET}, headers=headers)


def dangerous(community, user):
    """Every step that asks again, as (method, address)."""
    blog = BlogFactory(community=community)
    colleague = MembershipFactory(community=community)
    return [
        ("post", reverse("members:account-close")),
        ("post", reverse("home:close", args=[community.slug])),
        ("post", reverse("blogs:feed-key-renew")),
        ("post", reverse("events:calendar-key-renew")),
        ("get", reverse("notifications:subscribers-export", args=[community.slug, "blog", blog.pk])),
        ("get", reverse("discussions:community-export", args=[community.slug, "mbox"])),
        ("post", reverse("members:membership-role", args=[community.slug, colleague.pk])),
        ("get", reverse("members:data")),
        ("get", reverse("mfa_activate_totp")),
        ("get", reverse("mfa_add_webauthn")),
    ]


def test_dangerous_steps_ask_once_more_who_it_is(community, facilitator, visitor):
    facilitator.set_password(SECRET)
    facilitator.save()
    visitor.force_login(facilitator)
    for method, address in dangerous(community, facilitator):
        answer = getattr(visitor, method)(address)
        assert answer.status_code == 302, address
        assert "reauthenticate" in answer.url, address


def test_another_address_is_added_after_that_alone(owner, visitor):
    visitor.force_login(owner)
    added = {"action_add": "", "email": "other@example.org"}
    assert "reauthenticate" in visitor.post(reverse("account_email"), added).url
    assert not EmailAddress.objects.filter(email="other@example.org").exists()


def test_whoever_just_proved_it_goes_on(community, as_facilitator, facilitator):
    for method, address in dangerous(community, facilitator):
        answer = getattr(as_facilitator, method)(address)
        assert "reauthenticate" not in getattr(answer, "url", ""), address


def test_the_form_that_was_sent_is_done_after_the_password(community, facilitator, visitor):
    facilitator.set_password(SECRET)
    facilitator.save()
    visitor.force_login(facilitator)
    membership = MembershipFactory(community=community)
    address = reverse("members:membership-role", args=[community.slug, membership.pk])
    asked = visitor.post(address, {"role": "sponsor"})
    visitor.post(asked.url, {"password": SECRET})
    membership.refresh_from_db()
    assert membership.role == "sponsor"


def test_the_admin_asks_before_it_changes_anything(staff, visitor, member):
    staff.is_superuser = True
    staff.set_password(SECRET)
    staff.save()
    visitor.force_login(staff)
    assert visitor.get("/admin/").status_code == 200
    assert "reauthenticate" in visitor.post(f"/admin/members/user/{member.pk}/change/", {"email": "x"}).url


def test_a_new_browser_is_told_once(owner, visitor):
    for _time in range(2):
        sign_in(visitor, owner, **{"User-Agent": FIREFOX})
        visitor.post(reverse("account_logout"))
    told = Delivery.objects.filter(address=owner.email, mailing__name="signed_in")
    assert told.count() == 1
    source = bytes(told.get().mailing.source).decode()
    assert "Firefox, Windows" in source
    assert "127.0.0.1" in source


def test_another_browser_is_told_again_and_another_person_is_not_known(owner, facilitator):
    sign_in(Client(), owner)
    sign_in(Client(), owner)
    assert Mailing.objects.filter(name="signed_in").count() == 2


def test_a_forged_cookie_is_believed_by_nobody(owner, visitor):
    visitor.cookies["device"] = f"[{owner.pk}]"
    sign_in(visitor, owner)
    assert Mailing.objects.filter(name="signed_in").count() == 1


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (FIREFOX, "Firefox, Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1", "Safari, iPhone"),
        ("Mozilla/5.0 (X11; Linux x86_64) Chrome/142.0 Safari/537.36 Edg/142.0", "Edge, Linux"),
        ("curl/8", ""),
    ],
)
def test_a_browser_is_called_by_a_name_that_people_know(agent, words):
    assert browser_of(agent) == words


def test_each_sign_in_stands_in_the_log(owner, visitor, caplog):
    caplog.set_level(logging.INFO)
    visitor.post(reverse("account_login"), {"login": owner.email, "password": "wrong-words"})
    sign_in(visitor, owner)
    visitor.post(reverse("account_logout"))
    lines = [record.getMessage() for record in caplog.records if record.name == "cop.security"]
    assert lines == [
        "sign-in failed: from=127.0.0.1",
        f"signed in: user={owner.pk} by=password from=127.0.0.1",
        f"signed out: user={owner.pk} from=127.0.0.1",
    ]


def test_no_secret_goes_into_the_log(owner, visitor, caplog, community):
    caplog.set_level(logging.DEBUG)
    invitation = community.invitations.create(
        email="new@example.org", token="kJ3-x9_QmT7vZr2LpW8sYb4NfHc6Ea1Ud5Gi0OjKk", expires_at="2099-01-01T00:00Z"
    )
    sign_in(visitor, owner)
    cookie = visitor.cookies["sessionid"].value
    visitor.post(reverse("account_logout"))
    visitor.post(reverse("account_reset_password"), {"email": owner.email})
    visitor.post(reverse("account_request_login_code"), {"email": owner.email})
    for method in ("get", "post", "put"):
        getattr(visitor, method)(reverse("members:invitation-show", args=[invitation.token]))
    handler = logging.getLogger().handlers
    formatter = next(one.formatter for one in handler if type(one.formatter).__name__ == "ProcessorFormatter")
    lines = "\n".join(formatter.format(record) for record in caplog.records)
    assert "Method Not Allowed" in lines
    for secret in (SECRET, invitation.token, cookie):
        assert secret not in lines


def letters(user) -> list[str]:
    """Subjects of what `user` was mailed, the newest first."""
    sent = Delivery.objects.filter(address=user.email).order_by("-pk")
    return [message_from_bytes(bytes(one.mailing.source), policy=default)["Subject"] for one in sent]


def test_the_owner_hears_of_another_password(owner, signed_in):
    new = {"oldpassword": SECRET, "password1": "geese-at-the-riverbank", "password2": "geese-at-the-riverbank"}
    signed_in(owner).post(reverse("account_change_password"), new)
    assert "assword" in letters(owner)[0]


@pytest.mark.django_db(transaction=True)
def test_the_owner_hears_of_a_second_step_switched_on_and_off(owner, signed_in):
    phone = signed_in(owner)
    code = code_for(phone.get(reverse("mfa_activate_totp")).context["form"].secret)
    for step, data in (("mfa_activate_totp", {"code": code}), ("mfa_deactivate_totp", {})):
        before = len(letters(owner))
        phone.post(reverse(step), data)
        assert len(letters(owner)) > before


def test_the_old_address_hears_that_it_was_taken_away(owner, signed_in):
    EmailAddress.objects.create(user=owner, email="old@example.org", verified=True)
    signed_in(owner).post(reverse("account_email"), {"action_remove": "", "email": "old@example.org"})
    assert Delivery.objects.filter(address__in=["old@example.org", owner.email]).exists()
