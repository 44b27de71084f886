// The bell in the head of each page: what is read here counts as read there, and its number is asked for now and then.

const link = document.querySelector("[data-bell]");
const token = () => document.querySelector("input[name=csrfmiddlewaretoken]")?.value ?? "";

function show({ count, words, pages = {} }) {
  for (const [name, waiting] of Object.entries(pages)) {
    const mark = document.querySelector(`[data-waits="${CSS.escape(name)}"]`);
    if (!mark) continue;
    mark.hidden = !waiting;
    mark.querySelector("[data-waits-count]").textContent = waiting;
  }
  const shown = link.querySelector("[data-bell-count]");
  const text = count > 99 ? "99+" : String(count || "");
  if (shown.textContent === text) return;
  shown.textContent = text;
  if (words) {
    link.setAttribute("aria-label", words);
    link.title = words;
  }
  document.dispatchEvent(new CustomEvent("bell:changed"));
}

async function ask() {
  if (!document.hidden) {
    const answer = await fetch(link.dataset.bell).catch(() => null);
    // Signed out meanwhile: the answer is a page, and there is nothing to ask for any more.
    if (answer?.redirected) return;
    if (answer?.ok) show(await answer.json());
  }
  setTimeout(ask, 60000);
}

// A browser that is told while the site is closed says after each signing in that it is here, and learns whether it
// still is to be told.
async function renew() {
  const registration = await navigator.serviceWorker.getRegistration(link.href);
  const subscription = await registration?.pushManager.getSubscription();
  if (subscription) {
    const body = new URLSearchParams({ endpoint: subscription.endpoint, csrfmiddlewaretoken: token() });
    const answer = await fetch(link.dataset.bell.replace("count/", "devices/renew/"), { method: "POST", body });
    if (!answer.ok || answer.redirected) return;
    if (!(await answer.json()).is_told) await subscription.unsubscribe();
  }
  localStorage.setItem("told-since", link.dataset.signedIn);
}

if (link) {
  setTimeout(ask, 60000);
  const isAllowed = "serviceWorker" in navigator && globalThis.Notification?.permission === "granted";
  if (isAllowed && localStorage.getItem("told-since") !== link.dataset.signedIn) renew().catch(() => {});
  // What is shown on this page, as "post-12": read after a moment of looking at it.
  const seen = document.querySelector("[data-seen]")?.dataset.seen;
  if (seen) {
    const [kind, ids] = seen.split("-");
    setTimeout(() => {
      const body = new URLSearchParams({ kind, ids, csrfmiddlewaretoken: token() });
      fetch(link.dataset.bell.replace("count/", "seen/"), { method: "POST", body, keepalive: true })
        .then(() => fetch(link.dataset.bell)).then((answer) => answer.json()).then(show).catch(() => {});
    }, 1500);
  }
}
