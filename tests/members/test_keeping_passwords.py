"""How passwords are kept."""

import multiprocessing
import os
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher, identify_hasher

from cop import settings as site
from cop.base.passwords import Argon2
from members.models import User
from tests.factories import UserFactory


@pytest.fixture(autouse=True)
def _as_in_real_life(settings):
    settings.PASSWORD_HASHERS = site.PASSWORD_HASHERS


def sign_in(visitor, user) -> bool:
    answer = visitor.post("/accounts/login/", {"login": user.email, "password": "a good long one"})
    return answer.status_code == 302


def test_a_new_password_is_kept_by_argon2(visitor, db):
    user = UserFactory()
    user.set_password("a good long one")
    user.save()
    assert user.password.startswith("argon2$argon2id$v=19$m=19456,t=2,p=1$")
    assert sign_in(visitor, user)


def test_a_password_of_before_works_and_is_kept_better_from_then_on(visitor, db):
    user = UserFactory(password=PBKDF2PasswordHasher().encode("a good long one", "salt", iterations=1000))
    assert sign_in(visitor, user)
    assert identify_hasher(User.objects.get(pk=user.pk).password).algorithm == "argon2"


def test_passwords_are_worked_out_one_at_a_time_while_pages_come_first(monkeypatch):
    seen = []

    def hashed(password, salt, **_):
        seen.append((threading.get_native_id(), os.getpriority(os.PRIO_PROCESS, threading.get_native_id())))
        return b"$argon2id$"

    monkeypatch.setattr("argon2.low_level.hash_secret", hashed)
    with ThreadPoolExecutor(4) as people:
        list(people.map(lambda number: Argon2().encode(f"a good long {number}", "salt of sixteen."), range(8)))
    (one,) = set(seen)
    assert len(seen) == 8
    assert one[1] > os.getpriority(os.PRIO_PROCESS, 0)


def test_a_process_that_was_forked_works_out_passwords_too():
    encoded = Argon2().encode("a good long one", "salt of sixteen.")
    child = multiprocessing.get_context("fork").Process(target=_verified, args=[encoded])
    child.start()
    child.join(20)
    assert child.exitcode == 0


def _verified(encoded):
    assert Argon2().verify("a good long one", encoded)
    assert not Argon2().verify("another one", encoded)
