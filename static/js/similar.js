// Topics like the one whose title is being typed, shown below the field a moment after each change.

import { html } from "./trusted.js";

const WAIT = 500;

async function show(field, box, signal) {
  const url = new URL(field.dataset.similar, location.href);
  url.searchParams.set(field.name, field.value);
  const answer = await fetch(url, { signal }).catch(() => null);
  if (!answer?.ok) return;
  const found = new DOMParser().parseFromString(await html(answer), "text/html");
  if (!signal.aborted) box.replaceChildren(...found.body.childNodes);
}

for (const field of document.querySelectorAll("[data-similar]")) {
  const box = document.getElementById("similar");
  let timer, asking;
  field.addEventListener("input", () => {
    clearTimeout(timer);
    asking?.abort();
    asking = new AbortController();
    timer = setTimeout(() => show(field, box, asking.signal), WAIT);
  });
}
