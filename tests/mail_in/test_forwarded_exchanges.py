"""A forwarded exchange: who wrote what is told apart, and nobody is named who has not agreed."""

import pytest
from django.urls import reverse

from blogs import naming
from blogs.models import Blog, Post
from blogs.quoted_models import QuotedPerson
from blogs.writing_by_mail import address_of
from cop.base.errors import Refused
from cop.mail import exchanges
from cop.mail.models import Mailing
from cop.notifications import leaving
from cop.notifications.models import Subscriber
from tests.mail_in.conftest import arrive, mail, mail_to, proven

GMAIL = """This is worth keeping.

---------- Forwarded message ---------
From: Berta Klein <berta@example.net>
Date: Tue, May 5, 2026 at 12:00 PM
Subject: Re: Weeding the offprints
To: Anna Berg <anna@example.net>
Cc: desk@example.net

Hello Anna,

we keep one of each and give the rest away, as Anna Berg once proposed.
Ask at berta@example.net if you want the list.

Kind regards
Berta

--
Berta Klein · Library of Somewhere · +49 30 1234567

On Mon, May 4, 2026 at 9:12 AM Anna Berg <anna@example.net> wrote:

> Dear all,
>
> how do you weed offprints?
>
> Anna
"""
OUTLOOK = """

From: Berta Klein <berta@example.net>
Sent: Tuesday, May 5, 2026 12:00 PM
To: Anna Berg <anna@example.net>
Subject: RE: Weeding

One of each is enough.

________________________________
From: Anna Berg <anna@example.net>
Sent: Monday, May 4, 2026 9:12 AM
To: Berta Klein <berta@example.net>
Subject: Weeding

How do you weed offprints?
"""


@pytest.fixture
def author(facilitator):
    return proven(facilitator)


@pytest.fixture
def blog(community) -> Blog:
    return Blog.objects.create(community=community, name="News", slug="news")


@pytest.fixture
def post(blog, author) -> Post:
    arrive(mail(author.email, address_of(blog, author), GMAIL, "Fwd: Re: Weeding the offprints"))
    return Post.objects.get()


def berta() -> QuotedPerson:
    return QuotedPerson.objects.get(name="Berta Klein")


def said(text: str) -> list[tuple[str, str]]:
    return [(one.name, one.text) for one in exchanges.split(text)]


def test_it_is_told_apart_from_the_oldest_on():
    assert [name for name, _text in said(GMAIL)] == ["Anna Berg", "Berta Klein", ""]
    assert said(OUTLOOK) == [("Anna Berg", "How do you weed offprints?"), ("Berta Klein", "One of each is enough.")]


def test_answers_between_quotations_keep_what_they_answer():
    text = (
        "From: Berta <b@example.net>\nDate: 5 May 2026\nSubject: x\n\nSee below.\n\n"
        "On 4 May 2026 at 9:12, Anna <a@example.net> wrote:\n> How many?\n\nTwo.\n"
    )
    assert said(text) == [("Berta", "See below.\n\n> How many?\n\nTwo.")]


def test_what_is_written_below_a_quotation_is_the_newer():
    text = (
        "From: Berta <b@example.net>\nDate: 5 May 2026\nSubject: x\n\n"
        "Am 4.5.2026 um 9:12 schrieb Anna Berg <a@example.net>:\n> Wie viele?\n\nZwei.\n"
    )
    assert said(text) == [("Anna Berg", "Wie viele?"), ("Berta", "Zwei.")]


@pytest.mark.parametrize(
    "text", ["> " * 5000, "From: a\nDate: b\nTo: c\n" * 900, "On 5 May 2026, A <a@b.cd> wrote:\n" * 900]
)
def test_a_hostile_exchange_takes_no_time(text):
    import time

    began = time.process_time()
    exchanges.split(text)
    assert time.process_time() - began < 5


def test_the_draft_names_nobody(post):
    assert post.body == (
        "This is worth keeping.\n\n"
        "**A colleague:**\n\nhow do you weed offprints?\n\n"
        "**A second colleague:**\n\nwe keep one of each and give the rest away, as a colleague once proposed.\n"
        "Ask at if you want the list."
    )
    for word in ("Anna", "Berta", "example.net", "1234567"):
        assert word not in post.body


def test_a_single_mail_that_is_forwarded_is_a_text_like_any_other(blog, author):
    arrive(mail(author.email, address_of(blog, author), GMAIL.partition("On Mon")[0], "Fwd: Weeding"))
    assert "colleague:" not in Post.objects.get().body
    assert not QuotedPerson.objects.exists()


def test_an_exchange_in_html_is_told_apart_too(blog, author):
    from email.message import EmailMessage

    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = author.email, address_of(blog, author), "Fwd: Weeding"
    message.set_content("plain")
    message.add_alternative(
        "<div>---------- Forwarded message ---------<br>From: <strong>Berta Klein</strong> &lt;<a "
        'href="mailto:berta@example.net">berta@example.net</a>&gt;<br>Date: May 5, 2026 at 12:00 PM<br>Subject: Re: x'
        '<br>To: Anna Berg &lt;<a href="mailto:anna@example.net">anna@example.net</a>&gt;<br></div>'
        "<p>One is <b>enough</b>.</p>"
        '<div>On May 4, 2026 at 9:12 AM Anna Berg &lt;<a href="mailto:anna@example.net">anna@example.net</a>&gt; '
        "wrote:<br></div><blockquote><p>How do you weed?</p></blockquote>",
        subtype="html",
    )
    arrive(message.as_bytes())
    assert Post.objects.get().body == (
        "**A colleague:**\n\nHow do you weed?\n\n**A second colleague:**\n\nOne is **enough**."
    )
    assert set(QuotedPerson.objects.values_list("name", "address")) == {
        ("Anna Berg", "anna@example.net"),
        ("Berta Klein", "berta@example.net"),
    }


def test_ones_own_words_stand_under_ones_own_name(blog, author):
    text = GMAIL.replace("Anna Berg <anna@example.net> wrote", f"Fatima <{author.email}> wrote")
    arrive(mail(author.email, address_of(blog, author), text, "Fwd: x"))
    assert "**Fatima:**\n\nhow do you weed" in Post.objects.get().body
    assert QuotedPerson.objects.count() == 1


@pytest.mark.parametrize(
    "address", ["fatima1985@example.org", "2012@example.org", "f.1985.k@example.org", "9.30@example.org"]
)
def test_a_year_or_an_hour_in_an_address_is_no_date(address):
    text = GMAIL.replace("Anna Berg <anna@example.net> wrote", f"Fatima <{address}> wrote")
    assert (exchanges.split(text)[0].name, exchanges.split(text)[0].address) == ("Fatima", address)


def test_nobody_is_mailed_before_the_writer_asks(post):
    assert not Mailing.objects.filter(name="naming_asked").exists()
    assert QuotedPerson.objects.count() == 2


def test_one_button_names_and_one_takes_it_back(post, author, signed_in, visitor):
    writing = signed_in(author)
    where = [post.blog.community.slug, post.blog.slug, post.pk]
    assert "Ask whether they may be named" in writing.get(reverse("blogs:post-edit", args=where)).content.decode()
    for _twice in range(2):
        writing.post(reverse("blogs:naming-ask", args=[*where, berta().pk]))
    assert Mailing.objects.filter(name="naming_asked").count() == 1
    told = mail_to("berta@example.net").get_body(("plain",)).get_content()
    assert "we keep one of each" in told and "how do you weed" not in told
    link = f"/mail/named/{berta().token}/"
    assert link in told
    assert "Berta Klein" in visitor.get(link).content.decode()
    assert berta().agrees is None

    visitor.post(link, {"answer": "yes", "name": "Berta **K.**"})
    post.refresh_from_db()
    assert "**Berta K.:**\n\nwe keep one" in post.body and "**A colleague:**" in post.body
    assert "Berta K.:" in post.body_html
    visitor.post(link, {"answer": "no"})
    post.refresh_from_db()
    assert "Berta" not in post.body
    assert "without your name" in visitor.get(link).content.decode()


def test_a_link_that_was_not_mailed_leads_nowhere(post, visitor):
    assert visitor.get(f"/mail/named/{berta().token}/").status_code == 404
    assert visitor.post("/mail/named/é/", {"answer": "yes"}).status_code == 404


def test_who_wants_no_mail_is_not_asked(post, author):
    leaving.suppress(Subscriber.objects.create(address="berta@example.net"))
    with pytest.raises(Refused, match="asked never to be mailed"):
        naming.ask(berta(), by=author)


def test_what_the_writer_took_out_stays_out(post, author):
    naming.ask(berta(), by=author)
    Post.objects.update(body="All new words.")
    assert naming.agree(berta())
    post.refresh_from_db()
    assert post.body == "All new words."
