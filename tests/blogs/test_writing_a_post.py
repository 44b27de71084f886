"""Writing: what is typed is kept, what is refused says why at its place, two writers see each other's words."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from blogs import publishing, saving
from blogs.models import Post, PostDraft
from tests.factories import FileFactory, MembershipFactory, PostFactory


def png() -> bytes:
    data = BytesIO()
    Image.new("RGB", (40, 20), "teal").save(data, "PNG")
    return data.getvalue()


def words(**given: object) -> dict[str, object]:
    return {"title": "Tea at three", "body": "Come *soon*.", "tags": "", "excerpt": "", **given}


def test_a_post_starts_as_a_draft(as_facilitator, blog, facilitator, at):
    answer = as_facilitator.post(at("post-add"), words(tags="Tea, open house"), follow=True)
    post = Post.objects.get()
    assert answer.redirect_chain == [(post.get_absolute_url(), 302)]
    assert (post.state, post.author, post.slug, post.version) == ("draft", facilitator, "tea-at-three", 1)
    assert post.body_html == "<p>Come <em>soon</em>.</p>"
    assert sorted(tag.name for tag in post.tags.all()) == ["Tea", "open house"]


def test_a_form_sent_twice_makes_one_post(as_facilitator, blog, at):
    first = as_facilitator.post(at("post-add"), words())
    second = as_facilitator.post(at("post-add"), words())
    assert Post.objects.count() == 1
    assert first.url == second.url


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"title": ""}, "This field is required"),
        ({"title": "\u200b\u200d\u2060"}, "Write a title that can be read"),
        ({"title": "…!?"}, "Write a title that can be read"),
        ({"title": "x" * 201}, "at most 200 characters"),
        ({"body": " \n "}, "Write something before you save"),
        ({"body": "\u200b"}, "Write something before you save"),
        ({"body": "x" * 30_010}, "10 characters too long"),
        ({"tags": ", ".join(f"tag {n}" for n in range(13))}, "at most 12 tags"),
        ({"tags": "x" * 41}, "too long for a tag"),
        ({"tags": "tea, +++"}, "needs a letter or a digit"),
        ({"title": "Tea\0"}, "Null characters are not allowed"),
        ({"excerpt": "x" * 401}, "at most 400 characters"),
    ],
)
def test_what_cannot_be_saved_is_said_at_its_field_and_kept(as_facilitator, blog, at, given, said):
    answer = as_facilitator.post(at("post-add"), words(**given))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert said in page
    assert str(given.get("body", "Come *soon*.")).strip() in page
    assert not Post.objects.exists()


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Über Köln & Bonn", "uber-koln-bonn"),
        ("Новости библиотеки", ""),
        ("مكتبة الحي", ""),
        ("公共図書館", ""),
        ("a" * 200, "a" * 80),
        ("<script>alert(1)</script>", "scriptalert1script"),
    ],
)
def test_every_title_has_an_address_that_works(as_facilitator, blog, at, title, slug):
    answer = as_facilitator.post(at("post-add"), words(title=title), follow=True)
    assert answer.status_code == 200
    assert Post.objects.get().slug == slug
    assert "<script>alert" not in answer.content.decode()


def test_a_title_s_marks_of_direction_do_not_turn_the_page_round(as_facilitator, blog, at):
    as_facilitator.post(at("post-add"), words(title="Safe\u202etxt.exe"))
    assert "\u202e" not in Post.objects.get().title


def test_an_address_with_old_words_leads_to_the_new_one(visitor, post):
    answer = visitor.get(post.get_absolute_url().replace("open-access-week", "something-else"))
    assert (answer.status_code, answer.url) == (301, post.get_absolute_url())


def test_who_saves_over_newer_words_sees_what_changed_and_loses_nothing(as_facilitator, draft, blog, at):
    url = at("post-edit", draft.pk)
    as_facilitator.post(url, words(body="First line.\nFrom Fatima.", version=1))
    answer = as_facilitator.post(url, words(body="First line.\nFrom Mina.", version=1))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "<del>From Fatima.</del>" in page
    assert "<ins>From Mina.</ins>" in page
    assert "Somebody has changed this post" in page
    draft.refresh_from_db()
    assert draft.body == "First line.\nFrom Fatima."


def test_saving_again_after_looking_keeps_one_s_own_words(as_facilitator, draft, at):
    url = at("post-edit", draft.pk)
    as_facilitator.post(url, words(body="From Fatima.", version=1))
    refused = as_facilitator.post(url, words(body="From Mina.", version=1))
    version = refused.context["form"]["version"].value()
    as_facilitator.post(url, words(body="From Mina.", version=version))
    draft.refresh_from_db()
    assert (draft.body, draft.version) == ("From Mina.", 3)
    assert draft.revisions.count() == 3


def test_saving_words_does_not_undo_a_publication_that_happened_meanwhile(draft, facilitator):
    stale = Post.objects.get(pk=draft.pk)
    publishing.publish(draft, by=facilitator)
    saving.save_post(stale, title="Newer", body="Newer words.", by=facilitator)
    assert Post.objects.get(pk=draft.pk).is_published


def test_the_history_shows_what_changed(as_facilitator, draft, at):
    as_facilitator.post(at("post-edit", draft.pk), words(body="Another line.", version=1))
    page = as_facilitator.get(at("post-history", draft.pk)).content.decode()
    assert "<del>First line.</del>" in page
    assert "<ins>Another line.</ins>" in page
    assert "Fatima" in page


def test_what_was_typed_is_there_after_a_closed_tab(as_facilitator, blog, at):
    as_facilitator.post(at("new-draft-keep"), words(body="Half a sent"))
    page = as_facilitator.get(at("post-add")).content.decode()
    assert "Half a sent" in page
    assert "what you had typed" in page


def test_binary_rubbish_is_kept_while_typing_without_harm(as_facilitator, blog, at):
    answer = as_facilitator.post(at("new-draft-keep"), words(title="\0\x01", body=b"Tea\0 \xff\xfe\xed\xa0\xbd"))
    assert answer.status_code == 200


def test_what_was_typed_can_be_thrown_away(as_facilitator, blog, at):
    as_facilitator.post(at("new-draft-keep"), words(body="Half a sent"))
    as_facilitator.post(at("new-draft-discard"))
    assert "Half a sent" not in as_facilitator.get(at("post-add")).content.decode()


def test_saving_clears_what_was_kept_while_typing(as_facilitator, draft, at):
    as_facilitator.post(at("draft-keep", draft.pk), words(body="Half a sent"))
    as_facilitator.post(at("post-edit", draft.pk), words(version=1))
    assert not PostDraft.objects.exists()


def test_kept_words_stay_with_the_version_that_they_were_typed_over(as_facilitator, draft, facilitator, at, signed_in):
    """Somebody else saved meanwhile: going on with the kept words meets the difference, not a silent overwrite."""
    as_facilitator.post(at("draft-keep", draft.pk), words(body="Half a sent", version=1))
    other = MembershipFactory(community=draft.blog.community, role="facilitator").user
    signed_in(other).post(at("post-edit", draft.pk), words(body="Newer.", version=1))
    kept = as_facilitator.get(at("post-edit", draft.pk)).context["form"]["version"].value()
    answer = as_facilitator.post(at("post-edit", draft.pk), words(body="Half a sentence", version=kept))
    assert answer.status_code == 422


def test_nobody_finds_what_somebody_else_typed(as_facilitator, blog, at, signed_in):
    as_facilitator.post(at("new-draft-keep"), words(body="Half a sent"))
    other = MembershipFactory(community=blog.community, role="facilitator").user
    assert "Half a sent" not in signed_in(other).get(at("post-add")).content.decode()


def test_an_ended_session_shows_what_was_typed_and_sends_it_again(visitor, blog, at):
    answer = visitor.post(at("post-add"), words(body="A long post."))
    page = answer.content.decode()
    assert answer.status_code == 403
    assert "A long post." in page
    assert "Send again" in page
    assert not Post.objects.exists()


def test_a_stale_form_shows_what_was_typed(facilitator, blog, at):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(facilitator)
    answer = browser.post(at("post-add"), words(body="A long post."))
    assert answer.status_code == 403
    assert "A long post." in answer.content.decode()


def test_a_cover_is_kept_and_shown(as_facilitator, blog, at):
    cover = SimpleUploadedFile("cover.png", png(), content_type="image/png")
    as_facilitator.post(at("post-add"), words(cover_image=cover))
    post = Post.objects.get()
    assert post.cover.audience == "public"
    assert post.cover.get_absolute_url() in as_facilitator.get(post.get_absolute_url()).content.decode()


def test_a_cover_that_is_no_image_is_refused_at_its_field(as_facilitator, blog, at):
    cover = SimpleUploadedFile("cover.png", b"<svg onload=alert(1)>", content_type="image/png")
    answer = as_facilitator.post(at("post-add"), words(cover_image=cover))
    assert answer.status_code == 422
    assert "Use a JPEG, PNG, GIF or WebP file" in answer.content.decode()
    assert "Come *soon*." in answer.content.decode()


def test_a_cover_stays_until_it_is_taken_away(as_facilitator, draft, at):
    Post.objects.filter(pk=draft.pk).update(cover=FileFactory(community=draft.blog.community))
    as_facilitator.post(at("post-edit", draft.pk), words(version=1))
    assert Post.objects.get().cover is not None
    as_facilitator.post(at("post-edit", draft.pk), words(version=2, is_cover_removed="on"))
    assert Post.objects.get().cover is None


@pytest.mark.parametrize("version", ["", "-1", "9" * 30, "x"])
def test_a_version_that_nobody_was_shown_overwrites_nothing(as_facilitator, draft, at, version):
    answer = as_facilitator.post(at("post-edit", draft.pk), words(version=version))
    assert answer.status_code == 422
    draft.refresh_from_db()
    assert draft.body == "First line."


def test_a_member_writes_where_the_blog_lets_members_write(as_member, member, blog, at):
    assert as_member.post(at("post-add"), words()).status_code == 403
    blog.writers = "members"
    blog.save()
    as_member.post(at("post-add"), words())
    as_member.post(at("post-publish", Post.objects.get().pk))
    assert Post.objects.published().get().author == member


def test_a_member_does_not_change_another_s_post(as_member, blog, post, at):
    blog.writers = "members"
    blog.save()
    for name in ("post-publish", "post-withdraw", "post-schedule", "post-share"):
        assert as_member.post(at(name, post.pk)).status_code == 403
    assert as_member.post(at("post-edit", post.pk), words()).status_code == 403


def test_a_draft_is_seen_by_its_author_facilitators_and_those_it_is_shown_to(
    as_facilitator, as_member, as_sponsor, as_outsider, visitor, member, draft, at
):
    url = draft.get_absolute_url()
    assert [browser.get(url).status_code for browser in (as_facilitator, as_member, visitor)] == [200, 404, 404]
    as_facilitator.post(at("post-share", draft.pk), {"user": member.pk})
    assert [browser.get(url).status_code for browser in (as_member, as_sponsor, as_outsider)] == [200, 404, 404]
    as_facilitator.post(at("post-unshare", draft.pk, draft.shares.get().pk))
    assert as_member.get(url).status_code == 404


def test_somebody_who_left_no_longer_sees_a_draft_shown_to_them(as_facilitator, as_member, member, draft, at):
    as_facilitator.post(at("post-share", draft.pk), {"user": member.pk})
    member.memberships.update(state="left")
    assert as_member.get(draft.get_absolute_url()).status_code == 404


def test_a_draft_is_shown_to_members_alone(as_facilitator, outsider, draft, at):
    as_facilitator.post(at("post-share", draft.pk), {"user": outsider.pk})
    assert not draft.shares.exists()


def test_tags_that_differ_in_case_alone_are_one(blog):
    PostFactory(blog=blog, tags=["Open Access"])
    second = PostFactory(blog=blog, tags=["open access"])
    assert [tag.name for tag in second.tags.all()] == ["Open Access"]
