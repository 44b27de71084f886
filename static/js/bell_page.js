// The page of the bell: keys go from thing to thing, marking one leaves one's place alone, what is new comes by itself.

import { html } from "./trusted.js";

const rows = () => [...document.querySelectorAll("[data-told]")];
const current = () => document.activeElement?.closest("[data-told]");

document.querySelector("[data-keys]").hidden = false;

async function refresh() {
  const answer = await fetch(location.href, { headers: { "HX-Request": "true" } }).catch(() => null);
  const list = document.querySelector("[data-bell-list]");
  if (!answer?.ok || answer.redirected || !list || list.contains(document.activeElement)) return;
  const box = document.createElement("div");
  box.innerHTML = await html(answer);
  list.replaceWith(box.firstElementChild);
}
document.addEventListener("bell:changed", refresh);

function go(step) {
  const all = rows();
  const at = all.indexOf(current());
  all[Math.max(0, Math.min(all.length - 1, at + step))]?.querySelector("a")?.focus();
}

async function mark(form) {
  const row = form.closest("[data-told]");
  const answer = await fetch(form.action, { method: "POST", body: new FormData(form), headers: { "HX-Request": "true" } });
  if (!answer.ok) return form.submit();
  const around = rows();
  const next = around[around.indexOf(row) + 1] ?? around[around.indexOf(row) - 1];
  row.remove();
  next?.querySelector("a")?.focus();
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches("input, textarea, select")) return;
  if (event.key === "j" || event.key === "k") go(event.key === "j" ? 1 : -1);
  const form = current()?.querySelector(`form[data-key="${CSS.escape(event.key)}"]`);
  if (form) mark(form);
});

document.addEventListener("submit", (event) => {
  if (event.target.dataset.key !== "e" || new URLSearchParams(location.search).has("show")) return;
  event.preventDefault();
  delete event.target.dataset.sent;
  mark(event.target);
});
