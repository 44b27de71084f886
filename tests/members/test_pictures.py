"""Photos of people, logos of communities and organisations."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from cop.home.models import SetUp
from members.closing_account import close
from members.closing_models import Choice
from members.models import Community, Organisation
from members.organising import named
from members.profile_models import Profile
from tests.members.test_profiles import form


def picture(*, size=(640, 400), kind="JPEG", name="me.jpg", place=False) -> SimpleUploadedFile:
    out = BytesIO()
    image = Image.new("RGB", size, "#2f6f5e")
    exif = Image.Exif()
    if place:
        exif[0x8825] = {1: "N", 2: (63.0, 49.0, 30.0), 3: "E", 4: (20.0, 15.0, 46.0)}
    image.save(out, kind, exif=exif)
    return SimpleUploadedFile(name, out.getvalue())


def hang_photo(signed_in, user, **changes):
    return signed_in(user).post(reverse("members:profile-edit"), form(**{"photo": picture(), **changes}))


def photo_in(client, user) -> str:
    """The address of the photo on somebody's page, or ""."""
    shown = client.get(user.get_absolute_url()).context["shown"]
    return shown.photo


def test_a_photo_is_a_small_square_without_the_place_where_it_was_taken(signed_in, member, facilitator):
    upload = picture(place=True)
    assert b"Exif" in upload.read()
    upload.seek(0)
    assert hang_photo(signed_in, member, photo=upload).status_code == 302
    answer = signed_in(facilitator).get(photo_in(signed_in(facilitator), member))
    image = Image.open(BytesIO(b"".join(answer.streaming_content)))
    assert (image.format, image.size) == ("WEBP", (320, 320))
    assert not image.getexif()


def test_a_photo_is_seen_by_those_whom_it_is_for(signed_in, member, facilitator, outsider, visitor):
    hang_photo(signed_in, member, known_to="everybody", seen_photo="sharing")
    url = photo_in(signed_in(facilitator), member)
    assert url and not photo_in(signed_in(outsider), member) and not photo_in(visitor, member)
    assert [client.get(url).status_code for client in (signed_in(facilitator), signed_in(outsider), visitor)] == [
        200, 404, 404,
    ]  # fmt: skip
    hang_photo(signed_in, member, known_to="everybody", seen_photo="everybody")
    assert visitor.get(url)["Cache-Control"].startswith("public")


def test_faces_stand_in_the_lists_of_people(as_facilitator, signed_in, member, community):
    hang_photo(signed_in, member)
    url = photo_in(as_facilitator, member)
    assert url in as_facilitator.get(reverse("members:people", args=[community.slug])).content.decode()
    assert url in as_facilitator.get(reverse("members:directory")).content.decode()


def test_a_new_photo_has_a_new_address_and_the_old_file_goes(
    signed_in, member, settings, django_capture_on_commit_callbacks
):
    hang_photo(signed_in, member)
    before = Profile.objects.get(user=member).photo
    with django_capture_on_commit_callbacks(execute=True):
        hang_photo(signed_in, member, photo=picture(size=(300, 500)))
    after = Profile.objects.get(user=member).photo
    assert before.name != after.name
    assert after.storage.exists(after.name) and not before.storage.exists(before.name)
    with django_capture_on_commit_callbacks(execute=True):
        say = form(has_no_photo="on")
        signed_in(member).post(reverse("members:profile-edit"), say)
    assert not Profile.objects.get(user=member).photo
    assert not after.storage.exists(after.name)


def test_what_is_no_image_is_refused_at_its_field_and_all_else_is_kept(as_member, member):
    bad = SimpleUploadedFile("me.jpg", b"<svg onload=alert(1)>")
    answer = as_member.post(reverse("members:profile-edit"), form(photo=bad, place="Luleå"))
    assert answer.status_code == 422
    assert "JPEG, PNG, GIF or WebP" in answer.context["form"].errors["photo"][0]
    assert "Luleå" in answer.content.decode()


def test_a_photo_goes_with_the_account(signed_in, member, facilitator):
    hang_photo(signed_in, member)
    url = photo_in(signed_in(facilitator), member)
    close(member, choice=Choice.KEEP)
    assert signed_in(facilitator).get(url).status_code == 404
    assert not Profile.objects.filter(user=member).exists()


def test_a_community_s_logo_stands_in_its_head_for_who_may_know_of_it(
    as_facilitator, as_member, as_outsider, visitor, community
):
    url = reverse("members:community-edit", args=[community.slug])
    said = {
        "name": community.name, "slug": community.slug, "purpose": "To read", "audience": "community",
        "join_rule": "open", "accent": "#2f6f5e", "language": "en",
    }  # fmt: skip
    answer = as_facilitator.post(url, {**said, "logo": picture(kind="PNG", name="l.png", size=(900, 300))})
    assert answer.status_code == 302
    community.refresh_from_db()
    logo = reverse("members:community-logo", args=[community.slug, community.logo.name.split("/")[-1][:-5]])
    assert logo in as_member.get(community.get_absolute_url()).content.decode()
    assert as_member.get(logo).status_code == 200
    assert as_outsider.get(logo).status_code == visitor.get(logo).status_code == 404
    as_facilitator.post(url, {**said, "has_no_logo": "on"})
    assert not Community.objects.get(pk=community.pk).logo


def test_a_logo_chosen_in_setting_up_hangs_in_the_community_that_opens(as_member, member):
    answers = {"pressing_issue": "Doors", "need": "learn", "who": "all", "organisations": "one", "facilitating": "me"}
    answers["protection"] = "limited"
    begun = SetUp.objects.create(by=member, answers=answers | {"email": "", "line": ""})
    look = {"name": "Door people", "accent": "#2f6f5e", "logo": picture(size=(100, 100))}
    as_member.post(reverse("home:set-up-step", args=[begun.pk, "look"]), look)
    # An answer that is changed afterwards leaves it where it hangs.
    as_member.post(reverse("home:set-up-step", args=[begun.pk, "look"]), {"name": "Door folk", "accent": "#2f6f5e"})
    as_member.post(reverse("home:set-up-finish", args=[begun.pk]))
    assert Community.objects.get(name="Door folk").logo


@pytest.mark.parametrize("is_public", [True, False])
def test_an_organisation_s_logo_is_seen_with_its_page(as_member, visitor, member, is_public):
    found = named("Åberg & Sons")
    member.organisation = found
    member.save()
    said = {"name": found.name, "logo": picture()} | ({"is_public": "on"} if is_public else {})
    as_member.post(reverse("members:organisation-edit", args=[found.pk]), said)
    found = Organisation.objects.get(pk=found.pk)
    url = reverse("members:organisation-logo", args=[found.pk, found.logo.name.split("/")[-1][:-5]])
    assert as_member.get(url).status_code == 200
    assert visitor.get(url).status_code == (200 if is_public else 404)


COLOURS = ("#ff0000", "#00ff00", "#0000ff")


def three_colours(*, upright: bool = False) -> SimpleUploadedFile:
    """A photo of three squares in a row, or one above the other: red, green, blue."""
    image = Image.new("RGB", (300, 100))
    for number, colour in enumerate(COLOURS):
        image.paste(Image.new("RGB", (100, 100), colour), (100 * number, 0))
    out = BytesIO()
    (image.transpose(Image.Transpose.ROTATE_270) if upright else image).save(out, "PNG")
    return SimpleUploadedFile("me.png", out.getvalue())


def kept(signed_in, member, **changes) -> tuple[tuple[int, int], str]:
    """The size of the photo that is kept, and the colour in the middle of it."""
    assert hang_photo(signed_in, member, **changes).status_code == 302
    with Profile.objects.get(user=member).photo.open() as file, Image.open(file) as image:
        red, green, blue = image.convert("RGB").getpixel((image.width // 2, image.height // 2))
        strongest = max(range(3), key=(red, green, blue).__getitem__)
        return image.size, ("red", "green", "blue")[strongest]


@pytest.mark.parametrize(
    ("upright", "part", "colour"),
    [(False, "left", "red"), (False, "", "green"), (False, "middle", "green"), (False, "right", "blue"),
     (False, "top", "green"), (True, "top", "red"), (True, "bottom", "blue"), (True, "left", "green")],
)  # fmt: skip
def test_a_word_says_which_part_of_a_photo_is_kept(upright, part, colour, signed_in, member):
    assert kept(signed_in, member, photo=three_colours(upright=upright), photo_part=part) == ((100, 100), colour)


@pytest.mark.parametrize(
    ("cut", "size", "colour"),
    [
        ("0 40 100", 100, "red"), ("100 0 50", 50, "blue"), ("50 50 1", 25, "green"), ("999 999 999", 100, "blue"),
        # What nobody can read leaves it to the word.
        ("", 100, "red"), ("50", 100, "red"), ("-1 0 50", 100, "red"), ("１ ２ ３", 100, "red"),
        ("50 50 1e9", 100, "red"),
    ],
)  # fmt: skip
def test_a_square_put_on_a_photo_is_what_is_kept(cut, size, colour, signed_in, member):
    said = {"photo": three_colours(), "photo_part": "left", "photo_cut": cut}
    assert kept(signed_in, member, **said) == ((size, size), colour)


def test_another_part_of_the_same_photo_is_another_photo(signed_in, member, facilitator):
    kept(signed_in, member, photo=three_colours(), photo_part="left")
    before = photo_in(signed_in(facilitator), member)
    assert kept(signed_in, member, photo=three_colours(), photo_part="right")[1] == "blue"
    assert photo_in(signed_in(facilitator), member) != before


def test_a_part_that_is_none_is_refused_at_its_field_and_a_damaged_photo_at_its_own(signed_in, member):
    page = hang_photo(signed_in, member, photo_part="behind")
    assert page.status_code == 422 and "photo_part" in page.context["form"].errors
    page = hang_photo(signed_in, member, photo=SimpleUploadedFile("me.jpg", b"no image"), photo_part="left")
    assert list(page.context["form"].errors) == ["photo"]


def test_a_photo_turned_by_its_camera_is_cut_as_it_is_seen(signed_in, member):
    image = Image.open(three_colours(upright=True))
    exif = Image.Exif()
    exif[0x0112] = 6  # To be turned a quarter to the right: what is below in the file is seen on the left.
    out = BytesIO()
    image.convert("RGB").save(out, "JPEG", exif=exif, quality=95)
    photo = SimpleUploadedFile("me.jpg", out.getvalue())
    assert kept(signed_in, member, photo=photo, photo_part="left") == ((100, 100), "blue")
