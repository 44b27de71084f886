"""Sealing what a push service carries, so that only the browser reads it (RFC 8291), and saying who sends it.

Who sends it is said as RFC 8292 has it; the codes of these standards are base64 without padding.
"""

import base64
import json
import os
import struct
import time
from functools import cache
from urllib.parse import urlsplit

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings

from cop.mail.composing import address_of

CURVE = ec.SECP256R1()
# The number of points on the curve: a private key is a number below it.
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
POINT_LENGTH, SECRET_LENGTH, SALT_LENGTH = 65, 16, 16
RECORD_SIZE = 4096
VOUCHED_FOR = 12 * 3600  # seconds; the standard allows 24 hours


def encoded(data: bytes) -> str:
    """Give bytes as the standards write them."""
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def decoded(text: str) -> bytes:
    """Read what `encoded` wrote; raise ValueError for anything else."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def is_sound(public_key: str, secret: str) -> bool:
    """Whether a browser's two keys can be used at all."""
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(CURVE, decoded(public_key))
        return len(decoded(public_key)) == POINT_LENGTH and len(decoded(secret)) == SECRET_LENGTH
    except ValueError:
        return False


def seal(
    words: bytes,
    *,
    public_key: str,
    secret: str,
    own_key: ec.EllipticCurvePrivateKey | None = None,
    salt: bytes = b"",
) -> bytes:
    """Give `words` as the one record that a browser with these keys opens; own key and salt are new for each."""
    own_key, salt = own_key or ec.generate_private_key(CURVE), salt or os.urandom(SALT_LENGTH)
    theirs, ours = decoded(public_key), _point(own_key.public_key())
    shared = own_key.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(CURVE, theirs))
    both = _derived(shared, salt=decoded(secret), purpose=b"WebPush: info\0" + theirs + ours, length=32)
    key = _derived(both, salt=salt, purpose=b"Content-Encoding: aes128gcm\0", length=16)
    nonce = _derived(both, salt=salt, purpose=b"Content-Encoding: nonce\0", length=12)
    head = salt + struct.pack("!IB", RECORD_SIZE, len(ours)) + ours
    # 2 says that no further record follows.
    return head + AESGCM(key).encrypt(nonce, words + b"\x02", None)


def _derived(material: bytes, *, salt: bytes, purpose: bytes, length: int) -> bytes:
    return HKDF(hashes.SHA256(), length, salt, purpose).derive(material)


def _point(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


@cache
def _site_key(text: str) -> ec.EllipticCurvePrivateKey:
    return ec.derive_private_key(int.from_bytes(decoded(text)) % ORDER or 1, CURVE)


def site_public_key() -> str:
    """Give the key by which browsers and push services know this site."""
    return encoded(_point(_site_key(settings.VAPID_PRIVATE_KEY).public_key()))


def vouching(endpoint: str) -> str:
    """Give the Authorization header by which the push service at `endpoint` knows us, and whom to write to."""
    parts = urlsplit(endpoint)
    claims = {
        "aud": f"{parts.scheme}://{parts.netloc}",
        "exp": int(time.time()) + VOUCHED_FOR,
        "sub": f"mailto:{address_of(settings.DEFAULT_FROM_EMAIL)}",
    }
    pieces = [encoded(json.dumps(one).encode()) for one in ({"typ": "JWT", "alg": "ES256"}, claims)]
    signature = _site_key(settings.VAPID_PRIVATE_KEY).sign(".".join(pieces).encode(), ec.ECDSA(hashes.SHA256()))
    numbers = b"".join(number.to_bytes(32) for number in decode_dss_signature(signature))
    return f"vapid t={'.'.join([*pieces, encoded(numbers)])}, k={site_public_key()}"
