"""Whom the site asks for a second step, how it leads them through setting one up, and that there is no way round."""

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse

from tests.access.addresses import all_addresses
from tests.members.test_two_steps import SECRET, code_for, sign_in

DOOR = "/me/second-step/"


@pytest.fixture
def people(staff, facilitator, member):
    return {"staff": staff, "facilitator": facilitator, "member": member}


def with_password(user):
    user.set_password(SECRET)
    user.save()
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


@pytest.mark.parametrize(
    ("who", "asked"),
    [
        ("nobody", set()),
        ("staff", {"staff"}),
        ("facilitators", {"staff", "facilitator"}),
        ("everybody", {"staff", "facilitator", "member"}),
    ],
)
def test_the_site_says_who_must_have_one(people, signed_in, settings, who, asked):
    settings.SECOND_STEP_FOR = who
    answers = {name: signed_in(user).get("/me/") for name, user in people.items()}
    assert {name for name, answer in answers.items() if answer.status_code == 302} == asked
    assert all(answers[name].url == f"{DOOR}?next=%2Fme%2F" for name in asked)


@pytest.mark.parametrize("kind", ["totp", "webauthn"])
def test_who_has_an_app_or_a_passkey_is_asked_for_nothing(staff, signed_in, settings, kind):
    settings.SECOND_STEP_FOR = "staff"
    Authenticator.objects.create(user=staff, type=kind, data={})
    assert signed_in(staff).get("/me/").status_code == 200


def test_recovery_codes_alone_are_no_second_step(staff, signed_in, settings):
    settings.SECOND_STEP_FOR = "staff"
    Authenticator.objects.create(user=staff, type="recovery_codes", data={})
    assert signed_in(staff).get("/me/").url.startswith(DOOR)


def test_no_page_can_be_reached_without_but_the_few_that_set_one_up(staff, signed_in, settings):
    settings.SECOND_STEP_FOR, settings.WRITES_A_MINUTE = "staff", 0
    phone = signed_in(staff)
    tried = 0
    for name, address in all_addresses():
        if name in settings.OPEN_WITHOUT_SECOND_STEP:
            continue
        tried += 1
        answer = phone.get(address)
        assert answer.status_code == 302 and answer.url.startswith(DOOR), name
        assert phone.post(address).status_code == 403, name
    assert tried > 300


def test_a_page_of_a_community_and_the_admin_are_behind_it_too(staff, signed_in, settings, community):
    settings.SECOND_STEP_FOR = "staff"
    phone = signed_in(staff)
    for path in (f"/c/{community.slug}/", "/admin/", "/admin/members/user/", f"/c/{community.slug}/care/"):
        assert phone.get(path).url.startswith(DOOR), path


def test_what_was_typed_meanwhile_is_given_back(facilitator, signed_in, settings, community):
    phone = signed_in(facilitator)
    settings.SECOND_STEP_FOR = "facilitators"
    answer = phone.post(
        reverse("members:community-edit", args=[community.slug]), {"name": "A new name", "purpose": "Long words"}
    )
    assert answer.status_code == 403
    assert "Long words" in answer.content.decode()
    assert DOOR in answer.content.decode()
    community.refresh_from_db()
    assert community.name == "Library Team"


def test_who_signs_in_is_led_through_it_and_back(staff, settings):
    settings.SECOND_STEP_FOR = "staff"
    with_password(staff)
    phone = sign_in(Client(), staff)
    asked = phone.get("/people/?q=a")
    page = phone.get(asked.url)
    assert reverse("mfa_activate_totp") in page.content.decode()
    # Having signed in a moment ago is proof enough: nobody is asked for the password again.
    setting_up = phone.get(reverse("mfa_activate_totp"))
    code = code_for(setting_up.context["form"].secret)
    done = phone.post(reverse("mfa_activate_totp"), {"code": code}, follow=True)
    assert "I have kept them: go on" in done.content.decode()
    assert phone.get(DOOR).url == "/people/?q=a"
    assert phone.get("/people/?q=a").status_code == 200
    assert phone.get(DOOR).url == "/"


def test_an_older_sign_in_is_no_proof_for_setting_one_up(staff, settings, visitor):
    settings.SECOND_STEP_FOR = "staff"
    with_password(staff)
    visitor.force_login(staff)
    assert "reauthenticate" in visitor.get(reverse("mfa_activate_totp")).url


def test_who_takes_the_last_one_away_is_asked_again_at_once(staff, signed_in, settings):
    settings.SECOND_STEP_FOR = "staff"
    kept = Authenticator.objects.create(user=staff, type="webauthn", data={})
    phone = signed_in(staff)
    assert phone.get("/me/").status_code == 200
    kept.delete()
    assert phone.get("/me/").url.startswith(DOOR)


def test_who_becomes_a_facilitator_is_asked_at_the_next_page(member, community, signed_in, settings):
    settings.SECOND_STEP_FOR = "facilitators"
    phone = signed_in(member)
    assert phone.get("/me/").status_code == 200
    member.memberships.update(role="facilitator")
    assert phone.get("/me/").url.startswith(DOOR)


def test_leaving_is_always_possible(staff, signed_in, settings):
    settings.SECOND_STEP_FOR = "staff"
    phone = signed_in(staff)
    phone.post(reverse("account_logout"))
    assert phone.get("/").status_code == 200


def test_nobody_is_led_to_another_site(member, as_member):
    assert as_member.get(DOOR, {"next": "https://evil.example/"}).url == "/"


def test_a_page_takes_no_statement_more(member, as_member, settings, query_count):
    before = query_count(as_member, "/me/")
    settings.SECOND_STEP_FOR = "facilitators"
    assert query_count(as_member, "/me/") == before
