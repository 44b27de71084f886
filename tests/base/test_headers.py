"""What every answer tells the browser: nothing foreign runs, nobody frames or embeds us, cookies stay here."""

import re
import subprocess
import sys

import pytest
from django.conf import settings
from django.urls import NoReverseMatch, reverse

from tests.base.processes import ROOT

ROOMS = ("cop", "members", "discussions", "blogs", "events")

WANTED = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
DIRECTIVES = (
    "default-src 'self'", "object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'", "form-action 'self'",
    "require-trusted-types-for 'script'", "trusted-types pages",
)  # fmt: skip


@pytest.mark.parametrize("path", ["/", "/accounts/login/", "/c/not-there/", "/robots.txt", "/files/1/none.webp"])
def test_every_answer_says_how_far_it_may_be_used(visitor, db, path):
    answer = visitor.get(path)
    assert {name: answer[name] for name in WANTED} == WANTED
    policy = answer["Content-Security-Policy"]
    assert [one for one in DIRECTIVES if one not in policy] == []
    assert "unsafe" not in policy
    assert "camera=()" in answer["Permissions-Policy"]


def test_the_admin_pages_do_without_trusted_types_alone(staff, signed_in):
    policy = signed_in(staff).get("/admin/")["Content-Security-Policy"]
    assert "trusted-types" not in policy
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy


def test_a_form_s_cookie_is_for_no_script(visitor, db):
    cookie = visitor.get("/accounts/login/").cookies[settings.CSRF_COOKIE_NAME]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


def test_on_a_site_with_tls_cookies_belong_to_this_host_and_browsers_insist_on_tls(tmp_path):
    code = (
        "from django.conf import settings as s; print(s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME,"
        " s.SESSION_COOKIE_SECURE, s.SESSION_COOKIE_HTTPONLY, s.SESSION_COOKIE_DOMAIN,"
        " s.SECURE_HSTS_SECONDS >= 31536000, s.LANGUAGE_COOKIE_NAME, s.LANGUAGE_COOKIE_SECURE);"
        "from cop.base.cookies import MessageStorage, name_of; print(MessageStorage.cookie_name, name_of('any'))"
    )
    env = {"SECRET_KEY": "x" * 60, "SITE_URL": "https://practice.example.org", "VAR_DIR": str(tmp_path)}
    env |= {"DJANGO_SETTINGS_MODULE": "cop.settings", "PATH": ""}
    said = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True, timeout=60)
    assert said.stdout.split() == [
        *("__Host-session", "__Host-csrf", "True", "True", "None", "True", "__Host-language", "True"),
        *("__Host-messages", "__Host-any"),
    ]


def test_every_cookie_is_named_by_the_one_rule():
    """A cookie that is set by a literal name has no prefix on a site with TLS."""
    named = [
        f"{path.relative_to(ROOT)}: {call}"
        for path in sources()
        for call in re.findall(r"(?:set_cookie|COOKIES\.get)\(\s*[\"'][^)]*", path.read_text())
    ]
    assert named == []


def sources():
    return [path for room in ROOMS for path in (ROOT / room).rglob("*.py") if "migrations" not in path.parts]


@pytest.mark.parametrize("path", ["/accounts/email/", "/accounts/2fa/", "/accounts/sessions/", "/me/close/", "/admin/"])
def test_no_browser_keeps_pages_about_accounts(staff, signed_in, path):
    answer = signed_in(staff).get(path)
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize(
    "name",
    [
        "moderation:care", "members:standing-log", "members:invitations", "members:sign-ups", "privacy:records",
        "letters:letters", "members:data", "members:blocked", "notifications:my-mail", "notifications:bell",
        "incoming:messages",
    ],
)  # fmt: skip
def test_no_browser_keeps_letters_lists_of_persons_and_the_queue(staff, signed_in, community, name):
    staff.memberships.create(community=community, role="facilitator")
    try:
        url = reverse(name)
    except NoReverseMatch:
        url = reverse(name, args=[community.slug])
    answer = signed_in(staff).get(url)
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]


def test_other_pages_are_kept_for_going_back_but_by_nobody_else(as_member, visitor, community):
    assert as_member.get(f"/c/{community.slug}/")["Cache-Control"] == "private"
    assert not visitor.get(f"/c/{community.slug}/").has_header("Cache-Control")


@pytest.mark.parametrize("method", ["put", "patch", "delete", "options", "trace"])
def test_other_methods_are_refused_before_any_page(visitor, db, method):
    answer = getattr(visitor, method)("/accounts/login/")
    assert (answer.status_code, answer["Allow"]) == (405, "GET, HEAD, POST")


def test_there_is_no_security_txt_where_nobody_was_named(visitor, db):
    assert visitor.get("/.well-known/security.txt").status_code == 404


def test_security_txt_says_whom_to_tell_and_until_when(visitor, settings, db):
    settings.SECURITY_CONTACT = ["mailto:security@example.org", "https://example.org/report"]
    settings.SECURITY_POLICY = "https://example.org/policy"
    answer = visitor.get("/.well-known/security.txt")
    lines = answer.content.decode().splitlines()
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert lines[:2] == ["Contact: mailto:security@example.org", "Contact: https://example.org/report"]
    assert [line.partition(":")[0] for line in lines[2:]] == ["Expires", "Canonical", "Preferred-Languages", "Policy"]


def over_a_line(tmp_path, asked: str) -> list[str]:
    """What a site with TLS answers to `asked`, said by a process of its own."""
    code = f"import django; django.setup(); from django.test import Client; c = Client(); {asked}"
    env = {"SECRET_KEY": "x" * 60, "SITE_URL": "https://practice.example.org", "VAR_DIR": str(tmp_path)}
    env |= {"DJANGO_SETTINGS_MODULE": "cop.settings", "PATH": "", "ALLOWED_HOSTS": "testserver"}
    (tmp_path / "static").mkdir(exist_ok=True)
    said = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True, timeout=90)
    return said.stdout.split()


def test_browsers_are_sent_on_to_tls_and_told_to_stay_there(tmp_path):
    asked = (
        "sent = c.get('/people/'); print(sent.status_code, sent['Location']);"
        "print(c.get('/health/live', secure=True)['Strict-Transport-Security'].replace(' ', ''))"
    )
    year = "max-age=31536000;includeSubDomains;preload"
    assert over_a_line(tmp_path, asked) == ["301", "https://testserver/people/", year]


def test_programs_that_send_a_secret_in_the_open_are_refused(tmp_path):
    asked = (
        "paths = ['/calendar/secret.ics', '/provider/any/inbound/', '/c/x/b/news/atom/?key=a', '/c/x/b/news/atom/'];"
        "print(*(c.get(path).status_code for path in paths), c.post('/provider/x/').status_code)"
    )
    assert over_a_line(tmp_path, asked) == ["403", "403", "403", "301", "403"]
