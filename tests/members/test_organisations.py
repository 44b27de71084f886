"""Organisations: who writes their page, who is seen on it, duplicates, and the domains of their mail."""

from datetime import timedelta

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.core import signing
from django.urls import reverse
from django.utils import timezone

from cop.mail.models import Mailing
from members import organising
from members.models import Organisation, User
from members.organisation_models import OrganisationDomain
from tests.factories import CommunityFactory, MembershipFactory, UserFactory
from tests.members.test_profiles import form


@pytest.fixture
def halvorsen(member) -> Organisation:
    """Where the member works; nobody looks after its page yet."""
    found = organising.named("Halvorsen Library")
    User.objects.filter(pk=member.pk).update(organisation=found)
    member.refresh_from_db()
    return found


def of(name, organisation, *more):
    return reverse(f"members:{name}", args=[organisation.pk, *more])


def page_of(client, organisation):
    return client.get(organisation.get_absolute_url()).content.decode()


def test_a_name_typed_in_a_profile_is_the_organisation_known_by_it(as_member, member, halvorsen):
    as_member.post(reverse("members:profile-edit"), form(organisation="  halvorsen LIBRARY "))
    assert User.objects.get(pk=member.pk).organisation == halvorsen
    as_member.post(reverse("members:profile-edit"), form(organisation="Delta Press"))
    assert User.objects.get(pk=member.pk).organisation.name == "Delta Press"
    as_member.post(reverse("members:profile-edit"), form(organisation=""))
    assert User.objects.get(pk=member.pk).organisation is None


@pytest.mark.parametrize("name", ["\u200b\u200b", "https://spam.example/", "x" * 121])
def test_a_name_that_is_none_is_refused_at_its_field(as_member, name):
    answer = as_member.post(reverse("members:profile-edit"), form(organisation=name))
    assert (answer.status_code == 422) is bool(name.strip("\u200b"))
    assert not Organisation.objects.exists()


def test_who_works_there_says_what_makes_it_special_and_looks_after_the_page_from_then_on(
    as_member, member, signed_in, halvorsen, visitor
):
    colleague = UserFactory(organisation=halvorsen)
    said = {"name": "Halvorsen Library", "special": "We *bind* books. <script>alert(1)</script>", "is_public": "on"}
    assert as_member.post(of("organisation-edit", halvorsen), said).status_code == 302
    halvorsen.refresh_from_db()
    assert halvorsen.owner == member
    assert "<em>bind</em>" in page_of(visitor, halvorsen) and "<script>alert" not in page_of(visitor, halvorsen)
    refused = signed_in(colleague).get(of("organisation-edit", halvorsen))
    assert refused.status_code == 403


def test_the_page_shows_who_works_there_and_where_the_reader_meets_them(
    as_facilitator, visitor, member, community, halvorsen
):
    elsewhere = CommunityFactory(name="Secret club", audience="community")
    MembershipFactory(user=member, community=elsewhere)
    UserFactory(display_name="Unknown Ulla", organisation=halvorsen)
    shown = page_of(as_facilitator, halvorsen)
    assert member.display_name in shown and community.name in shown
    assert "Secret club" not in shown and "Unknown Ulla" not in shown
    Organisation.objects.update(is_public=True)
    assert member.display_name not in page_of(visitor, halvorsen)


def test_a_visitor_finds_only_organisations_that_show_themselves(visitor, as_outsider, halvorsen):
    assert visitor.get(halvorsen.get_absolute_url()).status_code == 404
    assert halvorsen.name not in visitor.get(reverse("members:organisations")).content.decode()
    assert halvorsen.name in as_outsider.get(reverse("members:organisations")).content.decode()


def test_they_are_found_by_name_and_place(as_member, halvorsen):
    Organisation.objects.create(name="Delta Press", place="Delft")

    def found(words):
        rows = as_member.get(reverse("members:organisations"), {"q": words}).context["page"].rows
        return [row.name for row in rows]

    assert found("delft press") == ["Delta Press"]
    assert found("halvor") == ["Halvorsen Library"]
    assert found("nowhere") == []


def test_lists_ask_the_database_as_often_for_many_as_for_few(query_count, as_member, member, halvorsen, community):
    halvorsen.owner = member
    halvorsen.save()
    before = query_count(as_member, halvorsen.get_absolute_url()), query_count(as_member, "/organisations/")
    for number in range(4):
        person = UserFactory(organisation=halvorsen)
        MembershipFactory(user=person, community=community)
        Organisation.objects.create(name=f"Firm {number}")
    after = query_count(as_member, halvorsen.get_absolute_url()), query_count(as_member, "/organisations/")
    assert before == after


def test_the_page_is_handed_on_to_a_colleague_who_hears_of_it(
    as_member, member, halvorsen, community, django_capture_on_commit_callbacks
):
    halvorsen.owner = member
    halvorsen.save()
    colleague = MembershipFactory(community=community, user__organisation=halvorsen).user
    stranger = MembershipFactory(community=community).user
    refused = as_member.post(of("organisation-hand-on", halvorsen), {"to": stranger.pk})
    assert "who works there" in refused.context["form"].errors["to"][0]
    as_member.post(of("organisation-hand-on", halvorsen), {"to": colleague.pk})
    halvorsen.refresh_from_db()
    assert halvorsen.owner == colleague
    assert as_member.get(of("organisation-edit", halvorsen)).status_code == 403


def test_site_staff_merge_a_duplicate_and_nothing_it_holds_is_lost(signed_in, staff, as_member, member, halvorsen):
    double = Organisation.objects.create(name="Halvorsen Lib.", website="https://halvorsen.example/", special="Books")
    OrganisationDomain.objects.create(organisation=double, domain="halvorsen.example")
    colleague = UserFactory(organisation=double)
    assert as_member.post(of("organisation-merge", double), {"name": halvorsen.name}).status_code == 403
    wrong = signed_in(staff).post(of("organisation-merge", double), {"name": "Halvorsen Lib."})
    assert wrong.status_code == 422
    answer = signed_in(staff).post(of("organisation-merge", double), {"name": "halvorsen library"})
    assert answer["Location"] == halvorsen.get_absolute_url()
    halvorsen.refresh_from_db()
    colleague.refresh_from_db()
    assert colleague.organisation == halvorsen
    assert (halvorsen.website, halvorsen.special) == ("https://halvorsen.example/", "Books")
    assert halvorsen.domains.get().domain == "halvorsen.example"
    assert not Organisation.objects.filter(name="Halvorsen Lib.").exists()
    organising.merge(double, into=halvorsen)  # The button was pressed twice.


def prove(client, organisation, address):
    return client.post(of("organisation-domain-add", organisation), {"address": address})


def test_a_domain_is_tied_by_a_button_behind_a_mailed_link(as_member, member, visitor, halvorsen):
    assert prove(as_member, halvorsen, "hello@halvorsen.example").status_code == 302
    token = signing.dumps([halvorsen.pk, "halvorsen.example", member.pk], salt=organising.PROOF_SALT)
    path = reverse("members:organisation-domain-confirm", args=[token])
    source = bytes(Mailing.objects.get(name="organisation_domain").source).decode().replace("=\r\n", "")
    assert "/organisations/domain/" in source and "Halvorsen Library" in source
    assert visitor.get(path).status_code == 200  # A link scanner follows it, and nothing happens.
    assert not OrganisationDomain.objects.exists()
    assert "belongs to" in visitor.post(path).content.decode()
    assert visitor.post(path).status_code == 200
    assert halvorsen.domains.get().domain == "halvorsen.example"


def test_who_has_a_confirmed_address_there_finds_the_organisation_filled_in(signed_in, halvorsen):
    OrganisationDomain.objects.create(organisation=halvorsen, domain="halvorsen.example")
    newcomer = UserFactory(email="nina@halvorsen.example")
    address = EmailAddress.objects.create(user=newcomer, email=newcomer.email, verified=False)
    profile = reverse("members:profile-edit")
    assert signed_in(newcomer).get(profile).context["form"]["organisation"].value() is None
    address.verified = True
    address.save()
    assert signed_in(newcomer).get(profile).context["form"]["organisation"].value() == "Halvorsen Library"


def test_what_proves_nothing_is_refused(as_member, halvorsen):
    assert "Everybody can have a mailbox" in prove(as_member, halvorsen, "me@gmail.com").content.decode()
    other = Organisation.objects.create(name="Other")
    OrganisationDomain.objects.create(organisation=other, domain="other.example")
    assert "another organisation" in prove(as_member, halvorsen, "me@other.example").content.decode()
    assert prove(as_member, halvorsen, "nonsense").status_code == 422
    assert not Mailing.objects.exists()


def test_a_link_that_is_old_or_forged_or_beaten_by_another_ties_nothing(visitor, halvorsen):
    token = signing.dumps([halvorsen.pk, "late.example", 1], salt=organising.PROOF_SALT)
    url = reverse("members:organisation-domain-confirm", args=[token])
    other = Organisation.objects.create(name="Other")
    row = OrganisationDomain.objects.create(organisation=other, domain="late.example")
    assert "another organisation" in visitor.post(url).content.decode()
    row.delete()
    assert visitor.post(url[:-3] + "xy/").status_code == 404
    with time_machine.travel(timezone.now() + timedelta(days=4)):
        assert visitor.post(url).status_code == 404
    assert not OrganisationDomain.objects.exists()


def test_a_domain_is_let_go(as_member, halvorsen):
    row = OrganisationDomain.objects.create(organisation=halvorsen, domain="halvorsen.example")
    as_member.post(of("organisation-domain-remove", halvorsen, row.pk))
    assert not OrganisationDomain.objects.exists()


def test_the_guessed_time_zone_is_asked_after_once(as_member, member):
    assert "Is that where you are?" in as_member.get("/").content.decode()
    as_member.post(reverse("members:timezone-confirm"))
    assert "Is that where you are?" not in as_member.get("/").content.decode()
