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

# An iPhone's browser, as far as this page looks at one: it pushes for nothing but what is on the home screen.
IPHONE = """delete window.PushManager; Object.defineProperty(navigator, "standalone", { value: %s });"""


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


def test_an_iphone_is_told_of_the_home_screen(live_server, page, context, sign_in, member, console_errors):
    context.add_init_script(IPHONE % "false")
    sign_in(member)
    page.goto(f"{live_server.url}/bell/")
    expect(page.get_by_text("Add to Home Screen")).to_be_visible()
    expect(page.get_by_text("This browser cannot do that.")).to_be_hidden()
    expect(page.get_by_role("button", name="Tell me in this browser")).to_be_hidden()
    assert console_errors == []


def test_what_is_on_the_home_screen_of_an_old_iphone_says_that_it_cannot(live_server, page, context, sign_in, member):
    context.add_init_script(IPHONE % "true")
    sign_in(member)
    page.goto(f"{live_server.url}/bell/")
    expect(page.get_by_text("This browser cannot do that.")).to_be_visible()
    expect(page.get_by_text("Add to Home Screen")).to_be_hidden()


def test_a_browser_finds_nothing_wrong_with_putting_the_site_on_the_home_screen(live_server, page, context):
    page.goto(live_server.url)
    devtools = context.new_cdp_session(page)
    read = devtools.send("Page.getAppManifest")
    assert (read["url"], read["errors"]) == (f"{live_server.url}/manifest.webmanifest", [])
    # A window that leaves no traces, as those of tests, installs nothing; that is all there is to say against it.
    wrong = [one["errorId"] for one in devtools.send("Page.getInstallabilityErrors")["installabilityErrors"]]
    assert [one for one in wrong if one != "in-incognito"] == []
