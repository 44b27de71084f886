"""Commenting on a post."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from blogs import commenting
from blogs.forms import comment_form
from blogs.post_views import visible_post
from cop.base.errors import Refused
from cop.base.limits import within_limit
from cop.base.pages import page
from cop.files.forms import typed_with_files
from discussions.holding import Held
from members.permissions import require
from members.signing_in import SignedInRequest, signed_in_or_send_again

COMMENTS_AN_HOUR = 60


@signed_in_or_send_again
def post_comment(request: SignedInRequest, community_slug: str, blog_slug: str, post_id: int) -> HttpResponse:
    """Write a comment; what is refused is kept in the form."""
    post = visible_post(request, community_slug, blog_slug, post_id)
    require(request.user, "blogs.comment", post)
    form = comment_form(post, typed_with_files(request, community=post.blog.community, audience=post.blog.audience))
    if form.is_valid():
        try:
            if not within_limit("comment", str(request.user.pk), times=COMMENTS_AN_HOUR, seconds=3600):
                raise Refused(_("You have written very many comments. Copy your text, and go on in an hour."))
            data = form.cleaned_data
            written = commenting.comment(post, body=data["body"], by=request.user, form_key=data["form_key"])
            return redirect(f"{post.get_absolute_url()}#r{written.pk}")
        except Held as held:
            return redirect(held.row)
        except Refused as refused:
            form.add_error(None, refused)
    context = {"community": post.blog.community, "blog": post.blog, "post": post, "form": form}
    return page(request, "blogs/post_comment.html", context)
