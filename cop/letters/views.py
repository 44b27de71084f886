"""Pages of letters: one's conversations, one of them, a first letter, and the switch of a community."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Exists, OuterRef
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from cop.base.errors import Refused
from cop.base.keyset import paginate
from cop.base.pages import page, posted
from cop.letters import sending
from cop.letters.forms import FirstLetterForm, LetterForm, PolicyForm
from cop.letters.models import Conversation, LetterPolicy
from members.blocking import blocked_ids
from members.models import Community, User
from members.permissions import require
from members.signing_in import SignedInRequest, signed_in_or_send_again


@require_safe
@never_cache
@login_required
def letters(request: SignedInRequest) -> HttpResponse:
    """One's conversations, the one with the newest letter first."""
    rows = Conversation.objects.visible_to(request.user).select_related("community", "first", "second")
    unread = Conversation.objects.unread_by(request.user).filter(pk=OuterRef("pk"))
    rows = rows.annotate(is_unread=Exists(unread)).with_last_words(request.user)
    found = paginate(rows, order=("last_at", "id"), at=request.GET.get("page", ""))
    lines = [(talk, talk.other_than(request.user)) for talk in found.rows]
    context = {"page": found, "lines": lines, "communities": sending.open_to(request.user)[: sending.MOST_NAMED]}
    return page(request, "letters/letters.html", context)


@never_cache
@signed_in_or_send_again
def conversation(request: SignedInRequest, conversation_id: int) -> HttpResponse:
    """Read what two write to each other, and write the next letter."""
    rows = Conversation.objects.visible_to(request.user).select_related("community", "first", "second")
    found = get_object_or_404(rows, pk=conversation_id)
    other = found.other_than(request.user)
    form = LetterForm(posted(request))
    if form.is_valid():
        data = form.cleaned_data
        try:
            letter = sending.write(
                found.community, to=other, body=data["body"], by=request.user, form_key=data["form_key"]
            )
            return redirect(letter)
        except Refused as refused:
            form.add_error(None, refused)
    shown = found.letters.visible_to(request.user).select_related("author")
    listed = paginate(shown, order=("id",), at=request.GET.get("page", ""))
    if request.method == "GET":
        sending.mark_read(found, by=request.user)
    context = {
        "talk": found,
        "community": found.community,
        "other": other,
        "page": listed,
        "rows": listed.rows[::-1],
        "form": form,
        "may_write": found.community in sending.shared_by(request.user, other),
        "is_blocked": other.pk in blocked_ids(request.user),
    }
    return page(request, "letters/conversation.html", context)


@never_cache
@signed_in_or_send_again
def letter_add(request: SignedInRequest, person_id: int) -> HttpResponse:
    """Write to somebody; a conversation that is there is gone on with."""
    person = get_object_or_404(User.objects.visible_to(request.user), pk=person_id)
    communities = sending.shared_by(request.user, person)
    if not communities:
        raise Http404
    form = FirstLetterForm(posted(request), communities=communities)
    if form.is_valid():
        data = form.cleaned_data
        try:
            letter = sending.write(
                data["community"], to=person, body=data["body"], by=request.user, form_key=data["form_key"]
            )
            return redirect(letter)
        except Refused as refused:
            form.add_error(None, refused)
    return page(request, "letters/letter_add.html", {"person": person, "form": form})


@signed_in_or_send_again
def policy(request: SignedInRequest, community_slug: str) -> HttpResponse:
    """Let the members of a community write to each other, or not."""
    community = get_object_or_404(Community.objects.visible_to(request.user), slug=community_slug)
    require(request.user, "letters.switch", community)
    kept = LetterPolicy.objects.filter(community=community).first() or LetterPolicy(community=community)
    form = PolicyForm(posted(request), instance=kept)
    if form.is_valid():
        sending.switch(community, is_on=form.cleaned_data["is_on"])
        messages.success(request, _("Saved."))
        return redirect("letters:policy", community.slug)
    return page(request, "letters/policy.html", {"community": community, "form": form})
