// A part with data-refresh is asked for again every few seconds, until it no longer asks to be.

import { html } from "./trusted.js";

async function refresh(part) {
  const answer = await fetch(part.dataset.refresh);
  if (!answer.ok) return;
  const box = document.createElement("div");
  box.innerHTML = await html(answer);
  const fresh = box.firstElementChild;
  part.replaceWith(fresh);
  watch(fresh);
}

function watch(part) {
  if (part?.dataset.refresh) setTimeout(() => refresh(part), 3000);
}

for (const part of document.querySelectorAll("[data-refresh]")) watch(part);
