"""What every answer tells the browser: nothing foreign runs, nobody frames or embeds us, cookies stay here."""

import subprocess
import sys

import pytest
from django.conf import settings

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
        " s.SECURE_HSTS_SECONDS >= 31536000)"
    )
    env = {"SECRET_KEY": "x" * 60, "SITE_URL": "https://practice.example.org", "VAR_DIR": str(tmp_path)}
    env |= {"DJANGO_SETTINGS_MODULE": "cop.settings", "PATH": ""}
    said = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True, timeout=60)
    assert said.stdout.split() == ["__Host-session", "__Host-csrf", "True", "True", "None", "True"]


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
