// A topic's page: what was seen counts as read, new replies are told, a form is sent once.

const token = () => document.querySelector("input[name=csrfmiddlewaretoken]")?.value ?? "";

// What stood on the screen for a moment was read; it is told to the server in one go, also when the page is left.
const list = document.querySelector("[data-read-url]");
const seen = new Set();
let timer;

function tell() {
  clearTimeout(timer);
  if (!seen.size) return;
  const body = new URLSearchParams({ ids: [...seen].join(","), csrfmiddlewaretoken: token() });
  seen.clear();
  fetch(list.dataset.readUrl, { method: "POST", body, keepalive: true }).catch(() => {});
}

const watcher = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting } of entries) {
    if (!isIntersecting) continue;
    seen.add(target.dataset.id);
    watcher.unobserve(target);
  }
  clearTimeout(timer);
  timer = setTimeout(tell, 1500);
});

export function watch(rows) {
  if (!list) return;
  for (const row of rows) for (const reply of row.matches("[data-id]") ? [row] : row.querySelectorAll("[data-id]")) watcher.observe(reply);
}

if (list) {
  watch([list]);
  addEventListener("pagehide", tell);
}

// "2 new replies": asked for now and then while the page is looked at; nothing moves by itself.
export function listen() {
  const notice = document.querySelector("[data-new-replies]");
  if (!notice) return;
  const ask = async () => {
    if (!document.hidden) {
      const answer = await fetch(`${notice.dataset.newReplies}?after=${notice.dataset.after}`).catch(() => null);
      if (answer?.status === 200) {
        const { words, url } = await answer.json();
        const link = document.createElement("a");
        link.href = url;
        link.textContent = words;
        notice.replaceChildren(link);
        notice.hidden = false;
      }
    }
    setTimeout(ask, 20000);
  };
  setTimeout(ask, 20000);
}
listen();

for (const form of document.querySelectorAll("form[data-once]")) {
  form.addEventListener("submit", () => {
    for (const button of form.querySelectorAll("button[type=submit]")) setTimeout(() => { button.disabled = true; });
  });
}
