"""How passwords are kept."""

import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher, identify_hasher

from cop import settings as site
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
