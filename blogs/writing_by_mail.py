"""Posts that come by mail: written or forwarded to an address that a writer has for a blog, they become drafts."""

import re

from django.urls import reverse
from django.utils.translation import gettext as _

from blogs import naming
from blogs.exchanging import Person, exchange_in
from blogs.models import Blog, Post
from blogs.saving import save_post
from cop.base.errors import Refused
from cop.files.taking_from_mail import Kept, below_text, keep
from cop.mail import own_addresses, trimming_words
from cop.mail.arriving import Arrived
from cop.mail.routes import Taken
from cop.markup.from_html import markdown_of
from cop.notifications import knowing_senders
from cop.notifications.owning import proven_addresses
from members.models import User
from members.permissions import require

PURPOSE = "post"
TITLE_LENGTH = 200
ADDRESS = re.compile(r"\s*[<(\[]*(?:mailto:)?[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+[>)\]]*")
MAIL_LINK = re.compile(r"\[([^\]]*)\]\(mailto:[^)]*\)")
SIGNATURE = re.compile(r"(?m)^--\s*$")


def address_of(blog: Blog, user: User) -> str:
    """Give the address that `user` alone has for a blog; empty where this site takes no mail in."""
    return own_addresses.make(PURPOSE, own_addresses.sign(PURPOSE, user.pk, blog.pk))


def take(arrived: Arrived) -> Taken:
    """Make a draft of a mail; nothing is published by mail. Raises Refused, or Doubt where another wrote."""
    numbers = own_addresses.opened(PURPOSE, arrived.own.code)
    if len(numbers) != 2 or not own_addresses.is_signed(PURPOSE, arrived.own.code):
        raise Refused(_("The address that you wrote to is not complete. Copy it again from the page for a new post."))
    holder = User.objects.filter(pk=numbers[0], is_active=True).first()
    named = Blog.objects.select_related("community").filter(pk=numbers[1]).first()
    place = knowing_senders.place_of(named.community) if named else ""
    writer = knowing_senders.writer_of(arrived, holder, place=place)
    blog = Blog.objects.visible_to(writer).select_related("community").filter(pk=numbers[1]).first()
    if blog is None:
        raise Refused(_("This blog does not exist any more, or is not for you to read any more."))
    require(writer, "blogs.add_post", blog)
    kept = keep(arrived.parts, community=blog.community, by=writer, audience=blog.audience)
    body, people = _body(arrived, kept, writer)
    if not body:
        raise Refused(_("There were no words in your mail."))
    title = (arrived.title or _("Without a title"))[:TITLE_LENGTH]
    # Run a second time it finds what the first time made.
    post = Post.objects.filter(blog=blog, author=writer, body=body).first()
    post = post or save_post(Post(blog=blog, author=writer), title=title, body=body, by=writer)
    naming.note(post, people)
    url = reverse("blogs:post-edit", args=[blog.community.slug, blog.slug, post.pk])
    said = _("“%(title)s” is a draft now. Look at it, and publish it there.") % {"title": post.title}
    return Taken(url, "\n".join(filter(None, [said, kept.told])), made=f"post:{post.pk}")


def _body(arrived: Arrived, kept: Kept, writer: User) -> tuple[str, list[Person]]:
    """Give the text of a draft, and who is in it without being named."""
    shown = {part.content_id: file.get_absolute_url() for part, file in kept.images if part.content_id}
    text = markdown_of(arrived.html, images=shown) if arrived.html else arrived.letter.text
    own = {*proven_addresses(writer), writer.email.lower()}
    exchange = exchange_in(text, own_addresses=own, own_name=writer.display_name)
    text = without_addresses(exchange.body) if exchange else tidied(text)
    return below_text(text, kept), exchange.people if exchange else []


def tidied(text: str) -> str:
    """Take forwarding's own lines, a signature and people's addresses out of a text."""
    text = SIGNATURE.split(text)[0]
    lines = text.split("\n")
    kept = [line for number, line in enumerate(lines) if not _is_of_forwarding(lines, number)]
    return without_addresses(re.sub(r"\n{3,}", "\n\n", "\n".join(kept))).strip()


def without_addresses(text: str) -> str:
    """Take people's addresses out of a text, those behind links too."""
    return ADDRESS.sub("", MAIL_LINK.sub(r"\1", text))


def _is_of_forwarding(lines: list[str], number: int) -> bool:
    """Whether a line was put there by forwarding: the line that says so, and headers close to others of their kind."""
    line = lines[number].replace("*", "").replace("\\", "")
    if trimming_words.ORIGINAL.match(line) or re.fullmatch(r"\s*_{10,}\s*", line):
        return True
    near = [one.replace("*", "") for one in lines[max(number - 5, 0) : number + 6] if one.strip()]
    headers = sum(1 for one in near if trimming_words.HEADER.match(one))
    return headers >= 3 and len(line) < 300 and bool(trimming_words.HEADER.match(line))
