// The switch beside the bell: this browser asks its owner, then its push service, then says to us where to tell it.

import { script } from "./trusted.js";

const box = document.querySelector("[data-push]");
const button = box.querySelector("[data-push-ask]");
const supported = "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;
const csrf = () => document.querySelector("input[name=csrfmiddlewaretoken]").value;

function say(which) {
  for (const line of box.querySelectorAll("[data-push-says]")) line.hidden = line.dataset.pushSays !== which;
}

function bytes(text) {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
}

async function subscribe() {
  if ((await Notification.requestPermission()) !== "granted") return say("denied");
  const registration = await navigator.serviceWorker.register(script(box.dataset.push));
  const before = await registration.pushManager.getSubscription();
  await before?.unsubscribe(); // Made for a key that this site may not have any more.
  const options = { userVisibleOnly: true, applicationServerKey: bytes(box.dataset.key) };
  const { endpoint, keys } = (await registration.pushManager.subscribe(options)).toJSON();
  const body = new URLSearchParams({ endpoint, ...keys, csrfmiddlewaretoken: csrf() });
  const answer = await fetch(button.form.action, { method: "POST", body });
  if (!answer.ok) return say("failed");
  location.reload();
}

button?.form.addEventListener("submit", (event) => {
  event.preventDefault();
  delete button.form.dataset.sent;
  button.disabled = true;
  subscribe().catch(() => say("failed")).finally(() => (button.disabled = false));
});

// iPhones and iPads alone know this word; they push for nothing but what stands on their home screen.
const home = navigator.standalone === false ? "home-screen" : "unsupported";

if (button) button.hidden = !supported;
if (supported && Notification.permission === "denied") say("denied");
else if (!supported) say(home);
