"""A worker process for tests: `python -m tests.mail.draining LEASE_SECONDS` drains until it is ended."""
# ruff: noqa: E402

import sys
import time
from datetime import timedelta

import django

django.setup()

from cop.mail import claiming, sending

claiming.LEASE = timedelta(seconds=float(sys.argv[1]))
sending.ring = lambda **_: None
while True:
    sending.drain(connections=2)
    time.sleep(0.02)
