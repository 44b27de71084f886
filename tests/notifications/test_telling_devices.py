"""Being told in a browser: off until asked for, sealed for that browser alone, and no more than a title and a link."""

import json
import struct
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cop.notifications import catching_up, notifying, pacing
from cop.notifications.models import Subscriber
from cop.notifications.notice_models import Notification
from cop.notifications.push import devices, sealing, sending
from cop.notifications.push.models import Device, Push
from cop.notifications.push.sealing import CURVE, decoded, encoded
from discussions import moderating
from members import closing_account
from members.closing_models import Choice
from tests.discussions.conftest import as_other, forum, other, topic  # noqa: F401 - fixtures
from tests.factories import reply_to

SECRET = b"sixteen bytes, a"
FIREFOX = "Mozilla/5.0 (Android 15; Mobile; rv:145.0) Gecko/145.0 Firefox/145.0"


class Browser:
    """A browser's side of it: it makes the keys, and opens what its push service was handed."""

    def __init__(self, httpserver, path: str = "/push/1") -> None:
        self.key = ec.generate_private_key(CURVE)
        self.point = self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        self.httpserver, self.path = httpserver, path
        self.asks = {"endpoint": httpserver.url_for(path), "p256dh": encoded(self.point), "auth": encoded(SECRET)}

    def answers(self, status: int, **headers: str) -> None:
        self.httpserver.expect_oneshot_request(self.path, method="POST").respond_with_data(
            "", status=status, headers=headers
        )

    def got(self) -> list[dict[str, str]]:
        return [json.loads(self.open(request.get_data())) for request, _answer in self.httpserver.log]

    def open(self, sealed: bytes) -> bytes:
        """Open a record as RFC 8291 says."""
        salt, (size, length) = sealed[:16], struct.unpack("!IB", sealed[16:21])
        point, words = sealed[21 : 21 + length], sealed[21 + length :]
        assert len(words) <= size
        shared = self.key.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(CURVE, point))
        both = _derived(shared, SECRET, b"WebPush: info\0" + self.point + point, 32)
        key = _derived(both, salt, b"Content-Encoding: aes128gcm\0", 16)
        opened = AESGCM(key).decrypt(_derived(both, salt, b"Content-Encoding: nonce\0", 12), words, None)
        assert opened.endswith(b"\x02")
        return opened[:-1]


def _derived(material: bytes, salt: bytes, purpose: bytes, length: int) -> bytes:
    return HKDF(hashes.SHA256(), length, salt, purpose).derive(material)


@pytest.fixture(autouse=True)
def _near(settings, topic):  # noqa: F811
    """The push service of these tests is on this machine; what was said before each begins was told."""
    settings.FEED_ALLOWED_NETWORKS = ["127.0.0.0/8", "::1/128"]
    notifying.notify_due()
    Notification.objects.all().delete()


@pytest.fixture
def phone(httpserver, as_member) -> Browser:
    """A browser in which the member asked to be told."""
    found = Browser(httpserver)
    answer = as_member.post(reverse("notifications:device-add"), found.asks, headers={"User-Agent": FIREFOX})
    assert answer.json() == {"is_told": True}
    return found


def later(**given) -> int:
    return sending.send_due(timezone.now() + timedelta(**(given or {"minutes": 1})))


def test_the_seal_is_that_of_the_standard():
    """The example of RFC 8291, appendix A."""
    scalar = int.from_bytes(decoded("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"))
    sealed = sealing.seal(
        b"When I grow up, I want to be a watermelon",
        public_key="BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
        secret="BTBZMqHH6r4Tts7J_aSIgg",
        own_key=ec.derive_private_key(scalar, CURVE),
        salt=decoded("DGv6ra1nlYgDCS1FRnbzlw"),
    )
    assert encoded(sealed) == (
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3"
        "jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
    )


def test_a_push_service_can_prove_who_sends(settings):
    header = sealing.vouching("https://push.example.net:8443/x/y")
    words, _comma, key = header.removeprefix("vapid t=").partition(", k=")
    head, claims, signature = words.split(".")
    numbers = [int.from_bytes(decoded(signature)[start : start + 32]) for start in (0, 32)]
    public = ec.EllipticCurvePublicKey.from_encoded_point(CURVE, decoded(key))
    public.verify(encode_dss_signature(*numbers), f"{head}.{claims}".encode(), ec.ECDSA(hashes.SHA256()))
    said = json.loads(decoded(claims))
    assert json.loads(decoded(head)) == {"typ": "JWT", "alg": "ES256"}
    assert (said["aud"], said["sub"]) == ("https://push.example.net:8443", "mailto:noreply@localhost")
    assert 0 < said["exp"] - timezone.now().timestamp() <= 24 * 3600


def test_a_browser_is_told_what_is_said_to_its_owner(topic, phone, other):  # noqa: F811
    reply_to(topic, by=other, body="A secret plan, in the text.")
    notifying.notify_due()
    assert sending.send_due() == 0
    phone.answers(201)
    assert later() == 1
    assert [list(one) for one in phone.got()] == [["title", "url"]]
    assert phone.got()[0]["title"] == topic.title
    assert phone.got()[0]["url"].startswith("http://localhost:8000/")
    headers = phone.httpserver.log[0][0].headers
    assert (headers["Content-Encoding"], headers["TTL"], headers["Urgency"]) == ("aes128gcm", "86400", "high")
    assert headers["Authorization"].endswith(f"k={sealing.site_public_key()}")
    assert later(minutes=9) == 0
    assert not Push.objects.exists()


def test_nobody_is_told_who_did_not_ask(topic, other):  # noqa: F811
    reply_to(topic, by=other)
    notifying.notify_due()
    assert Notification.objects.exists()
    assert not Push.objects.exists()


def test_what_is_read_meanwhile_is_not_pushed(topic, phone, member, other):  # noqa: F811
    reply = reply_to(topic, by=other)
    notifying.notify_due()
    catching_up.see(member, "reply", [reply.pk])
    assert later() == 0
    assert phone.got() == []
    assert not Push.objects.exists()


def test_what_may_not_be_read_any_more_is_not_pushed(topic, phone, facilitator, other):  # noqa: F811
    reply = reply_to(topic, by=other)
    notifying.notify_due()
    moderating.hide(reply, by=facilitator)
    assert later() == 0
    assert phone.got() == []


def test_a_rush_comes_in_one_push(topic, phone, other):  # noqa: F811
    for _number in range(3):
        reply_to(topic, by=other)
    notifying.notify_due()
    phone.answers(201)
    assert later() == 1
    assert phone.got()[0]["title"] == f"3 new in “{topic.title}”"
    assert not Push.objects.exists()


def test_quiet_hours_are_quiet_here_too(topic, phone, member, other):  # noqa: F811
    at = timezone.now()
    hour = at.hour
    subscriber = Subscriber.objects.get_or_create(address=member.email, defaults={"user": member})[0]
    Subscriber.objects.filter(pk=subscriber.pk).update(
        user=member, timezone="UTC", quiet_from=hour, quiet_to=(hour + 2) % 24
    )
    reply_to(topic, by=other)
    notifying.notify_due()
    assert later() == 0
    assert phone.got() == []
    phone.answers(201)
    assert later(hours=2, minutes=1) == 1


def test_a_pause_is_a_pause_here_too(topic, phone, member, other):  # noqa: F811
    subscriber = Subscriber.objects.get_or_create(address=member.email, defaults={"user": member})[0]
    Subscriber.objects.filter(pk=subscriber.pk).update(user=member)
    pacing.pause(subscriber, timezone.now() + timedelta(days=7))
    reply_to(topic, by=other)
    notifying.notify_due()
    assert later() == 0
    assert not Push.objects.exists()


def test_whoever_signs_out_is_told_nothing_there(topic, phone, as_member, other):  # noqa: F811
    reply_to(topic, by=other)
    notifying.notify_due()
    as_member.post(reverse("account_logout"))
    assert later() == 0
    assert phone.got() == []
    assert Device.objects.exists()


def test_a_browser_that_signs_in_again_is_told_again(topic, phone, member, signed_in, other):  # noqa: F811
    anew = signed_in(member)
    Device.objects.update(session_key="gone")
    assert anew.post(reverse("notifications:device-renew"), phone.asks).json() == {"is_told": True}
    reply_to(topic, by=other)
    notifying.notify_due()
    phone.answers(201)
    assert later() == 1


def test_another_person_in_the_same_browser_is_told_nothing_of_the_first(phone, as_other, member):  # noqa: F811
    assert as_other.post(reverse("notifications:device-renew"), phone.asks).json() == {"is_told": False}
    as_other.post(reverse("notifications:device-add"), phone.asks)
    assert not devices.devices_of(member).exists()


@pytest.mark.parametrize("status", [404, 410])
def test_a_browser_that_is_gone_is_dropped(topic, phone, other, status):  # noqa: F811
    reply_to(topic, by=other)
    notifying.notify_due()
    phone.answers(status)
    assert later() == 0
    assert not Device.objects.exists()


def test_a_push_service_that_is_busy_is_asked_again_when_it_wants(topic, phone, other):  # noqa: F811
    reply_to(topic, by=other)
    notifying.notify_due()
    phone.answers(429, **{"Retry-After": "300"})
    assert later() == 0
    assert later(minutes=4) == 0
    assert len(phone.httpserver.log) == 1
    phone.answers(201)
    assert later(minutes=6) == 1


def test_a_push_service_that_knows_us_no_more_is_left_alone_in_the_end(topic, phone, other):  # noqa: F811
    for _number in range(sending.MOST_FAILURES):
        assert Device.objects.exists()
        reply_to(topic, by=other)
        notifying.notify_due()
        phone.answers(403)
        later()
    assert not Device.objects.exists()


def test_no_address_inside_is_asked(topic, phone, settings, other):  # noqa: F811
    settings.FEED_ALLOWED_NETWORKS = []
    reply_to(topic, by=other)
    notifying.notify_due()
    assert later() == 0
    assert phone.httpserver.log == []
    assert not Device.objects.exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"endpoint": "ftp://push.example.net/1"},
        {"endpoint": "https://push.example.net/" + "x" * 1000},
        {"p256dh": "short"},
        {"auth": "short"},
        {"p256dh": encoded(b"\x04" + bytes(64))},
    ],
)
def test_what_is_no_push_service_is_refused_in_words(httpserver, as_member, wrong):
    answer = as_member.post(reverse("notifications:device-add"), Browser(httpserver).asks | wrong)
    assert answer.status_code == 422
    assert answer.json()["said"] == "This browser gave no address at which it can be told."
    assert not Device.objects.exists()


def test_a_safe_site_tells_by_safe_connections_alone(httpserver, as_member, settings):
    settings.SITE_IS_SECURE = True
    answer = as_member.post(reverse("notifications:device-add"), Browser(httpserver).asks, secure=True)
    assert answer.status_code == 422


def test_each_browser_is_listed_by_name_and_removed(phone, as_member, as_other):  # noqa: F811
    device = Device.objects.get()
    assert "Firefox on Android" in as_member.get("/bell/").content.decode()
    remove = reverse("notifications:device-remove", args=[device.pk])
    assert as_other.post(remove).status_code == 404
    answer = as_member.post(remove, follow=True).content.decode()
    assert "Firefox on Android is told nothing any more." in answer
    assert not Device.objects.exists()


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        (
            "Mozilla/5.0 (Windows NT 10.0; x64) Chrome/140.0 Safari/537.36 Edg/140.0",
            "Edge on Windows",
        ),
        (
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15) Version/18.0 Safari/605.1.15",
            "Safari on Mac",
        ),
        ("Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36", "Chrome on Android"),
        ("lynx", "A browser"),
    ],
)
def test_a_browser_is_called_what_its_owner_would_call_it(user_agent, name):
    assert devices.name_of(user_agent) == name


def test_closing_the_account_ends_it(phone, member):
    closing_account.close(member, choice=Choice.KEEP)
    assert not Device.objects.exists()


def test_all_devices_are_queued_by_one_statement(topic, phone, httpserver, member, other):  # noqa: F811
    session = Device.objects.get().session_key
    for number in range(12):
        asks = Browser(httpserver, f"/push/{number + 2}").asks
        devices.add(
            member,
            endpoint=asks["endpoint"],
            public_key=asks["p256dh"],
            secret=asks["auth"],
            session_key=session,
            user_agent="",
        )
    reply_to(topic, by=other)
    with CaptureQueriesContext(connection) as queries:
        notifying.notify_due()
    assert len([one for one in queries if "INSERT INTO" in one["sql"] and "_push" in one["sql"]]) == 1
    assert Push.objects.count() == 13
