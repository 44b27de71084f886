"""How passwords are kept: by Argon2id, as strong as it need be and no heavier.

RFC 9106; memory, passes and lanes as OWASP advises at least. Django's own choice takes six times the processor for
each sign-in, so that many strangers who sign up at once would slow everybody's pages.
"""

from django.contrib.auth.hashers import Argon2PasswordHasher


class Argon2(Argon2PasswordHasher):
    """19 MiB, two passes, one lane: about 30 ms of a processor."""

    time_cost = 2
    memory_cost = 19_456
    parallelism = 1
