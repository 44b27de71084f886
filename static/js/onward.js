// "Earlier" and "Later" bring the replies into the page that is read; what stands on the screen stays where it is.

import { listen, watch } from "./topic.js";
import { html } from "./trusted.js";

const list = document.querySelector(".replies");

async function bring(link) {
  const answer = await fetch(link.href);
  if (!answer.ok) throw new Error(String(answer.status));
  const part = new DOMParser().parseFromString(await html(answer), "text/html");
  const rows = [...part.querySelector(".replies").children].map((row) => document.adoptNode(row));
  if (link.rel === "next") {
    list.append(...rows);
    document.getElementById("end").replaceWith(document.adoptNode(part.getElementById("end")));
    listen();
  } else {
    const first = list.firstElementChild, stood = first.getBoundingClientRect().top;
    list.prepend(...rows);
    const earlier = part.querySelector(".pager:has([rel=prev])");
    link.closest(".pager").replaceWith(...(earlier ? [document.adoptNode(earlier)] : []));
    scrollBy({ top: first.getBoundingClientRect().top - stood, behavior: "instant" });
  }
  watch(rows);
  rows[0]?.querySelector(".reply-head a")?.focus({ preventScroll: true });
}

document.addEventListener("click", (event) => {
  const link = event.target.closest(".pager a[rel]");
  if (!list || !link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  if (link.ariaBusy) return;
  link.ariaBusy = "true";
  // A line that breaks leaves the page as it was: then the link does what it does without this.
  bring(link).catch(() => { location.href = link.href; });
});
