"""The switch beside the bell, in a real browser whose push service is played by this test."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from cop.notifications import notifying
from cop.notifications.push import sending
from cop.notifications.push.models import Device
from tests.factories import ForumFactory, reply_to, topic_of
from tests.notifications.test_telling_devices import Browser

pytestmark = pytest.mark.django_db(transaction=True)

# Debian's browser has no push service that a test could reach: what it would answer, and nothing else, is put in.
PLAYED = """(asks) => {
    PushManager.prototype.subscribe = async () => ({
        toJSON: () => ({ endpoint: asks.endpoint, keys: { p256dh: asks.p256dh, auth: asks.auth } }),
    });
}"""
SHOWN = """async () => {
    const registration = await navigator.serviceWorker.getRegistration("/bell/");
    return (await registration.getNotifications())[0]?.title;
}"""


def test_a_browser_asks_to_be_told_shows_what_comes_and_asks_no_more(
    live_server, page, context, sign_in, httpserver, settings, community, facilitator, member, console_errors
):
    settings.FEED_ALLOWED_NETWORKS = ["127.0.0.0/8", "::1/128"]
    topic = topic_of(ForumFactory(community=community), by=member, title="Who weeds?")
    played = Browser(httpserver)
    context.grant_permissions(["notifications"], origin=live_server.url)
    sign_in(member)
    page.goto(f"{live_server.url}/bell/")
    page.evaluate(PLAYED, played.asks)
    page.get_by_role("button", name="Tell me in this browser").click()
    expect(page.get_by_text("This browser tells you from now on.")).to_be_visible()
    expect(page.get_by_text("You are here")).to_be_visible()
    expect(page.get_by_role("button", name="Tell me in this browser")).to_have_count(0)

    reply_to(topic, by=facilitator)
    notifying.notify_due()
    played.answers(201)
    assert sending.send_due(timezone.now() + timedelta(minutes=1)) == 1
    told = played.got()[0]
    assert told["title"] == "Who weeds?"
    registrations: list[dict[str, str]] = []
    devtools = context.new_cdp_session(page)
    devtools.on("ServiceWorker.workerRegistrationUpdated", lambda seen: registrations.extend(seen["registrations"]))
    devtools.send("ServiceWorker.enable")
    page.wait_for_timeout(200)
    pushed = {"origin": live_server.url, "registrationId": registrations[0]["registrationId"], "data": json.dumps(told)}
    devtools.send("ServiceWorker.deliverPushMessage", pushed)
    page.wait_for_function(SHOWN)
    assert page.evaluate(SHOWN) == "Who weeds?"

    page.get_by_role("button", name="Tell Chrome on Linux nothing any more").click()
    expect(page.get_by_text("Chrome on Linux is told nothing any more.")).to_be_visible()
    assert not Device.objects.exists()
    assert console_errors == []
