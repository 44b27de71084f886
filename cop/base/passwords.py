"""How passwords are kept: by Argon2id, as strong as it need be and no heavier.

RFC 9106; memory, passes and lanes as OWASP advises at least. Django's own choice takes six times the processor for
each sign-in, so that many strangers who sign up at once would slow everybody's pages.
"""

import os
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from functools import cache

from django.contrib.auth.hashers import Argon2PasswordHasher

NICE = 10  # about a tenth of a processor while pages want it too, all of it otherwise


class Argon2(Argon2PasswordHasher):
    """19 MiB, two passes, one lane: about 30 ms of a processor, which whoever reads a page may have first.

    A process works out one hash at a time: a volley of sign-ups waits in line instead of taking every processor.
    """

    time_cost = 2
    memory_cost = 19_456
    parallelism = 1

    def encode(self, password: str, salt: str) -> str:
        """Give the text that is kept of `password`."""
        return _hashing(os.getpid()).submit(super().encode, password, salt).result()

    def verify(self, password: str, encoded: str) -> bool:
        """Whether `encoded` was made of `password`."""
        return _hashing(os.getpid()).submit(super().verify, password, encoded).result()


@cache
def _hashing(process: int) -> ThreadPoolExecutor:
    """Give the one thread of `process` (its number) that hashes: threads don't live on in a forked child."""
    return ThreadPoolExecutor(1, "hashing", initializer=_step_back)


def _step_back() -> None:
    """Let all other threads have the processor first. Only Linux gives each thread a niceness of its own."""
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICE)
