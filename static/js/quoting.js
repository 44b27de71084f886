// Words marked in a reply are quoted into the form below, with whose they are: by a button beside them, or by the
// reply's own "Quote". What is quoted into an empty form is answered where it stands in the tree.

import { make, put } from "./typing.js";

const composer = document.querySelector(".composer[data-quote]");
const area = composer?.querySelector("textarea");

function marked() {
  const selection = getSelection();
  if (!selection.rangeCount || selection.isCollapsed) return null;
  const range = selection.getRangeAt(0);
  const inside = (node) => (node.nodeType === Node.ELEMENT_NODE ? node : node.parentElement)?.closest(".reply-body");
  const body = inside(range.startContainer);
  const words = selection.toString().trim();
  return body && words && body === inside(range.endContainer) ? { words, range, reply: body.closest(".reply") } : null;
}

function quote({ words, reply }) {
  const name = reply.querySelector(".reply-author").textContent, link = reply.querySelector(".reply-head a").getAttribute("href");
  const lines = words.split("\n").map((line) => `> ${line}`.trimEnd()).join("\n");
  const form = area.form, below = reply.querySelector(".reply-foot a")?.getAttribute("href");
  if (!area.value.trim() && below) {
    form.action = below;
    const note = form.querySelector("[data-answering-note]");
    note.textContent = composer.dataset.answering.replace("%s", name);
    note.hidden = false;
  }
  const before = area.value.trim() ? `${area.value.trimEnd()}\n\n` : "";
  const text = `${before}> **${name}** [${composer.dataset.wrote}](${link}):\n>\n${lines}\n\n`;
  area.focus();
  area.setSelectionRange(0, area.value.length);
  put(area, text, text.length, text.length);
  area.scrollIntoView({ block: "center" });
}

if (area) {
  const whole = area.form.action;
  const button = make("button", { type: "button", className: "button quote-marked", textContent: composer.dataset.quote, hidden: true });
  composer.append(button);
  document.addEventListener("selectionchange", () => {
    const found = marked();
    button.hidden = !found;
    if (!found) return;
    const place = found.range.getBoundingClientRect();
    button.style.insetBlockStart = `${place.bottom + scrollY + 8}px`;
    button.style.insetInlineStart = `${Math.max(8, Math.min(place.left + scrollX, innerWidth - 160))}px`;
  });
  button.addEventListener("pointerdown", (event) => event.preventDefault());
  button.addEventListener("click", () => {
    const found = marked();
    if (found) quote(found);
    button.hidden = true;
  });
  document.querySelector(".replies")?.addEventListener("click", (event) => {
    const found = event.target.closest("a[href$='?quote=1']") && marked();
    if (!found || found.reply !== event.target.closest(".reply")) return;
    event.preventDefault();
    quote(found);
  });
  area.addEventListener("input", () => {
    if (area.value.trim()) return;
    area.form.action = whole;
    area.form.querySelector("[data-answering-note]").hidden = true;
  });
}
