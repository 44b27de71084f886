// Tags are completed from those in use, as in every combobox: arrow keys choose, Enter takes, Escape closes.

import { make } from "./typing.js";

const PAUSE = 150;
let lists = 0;

function complete(box, input) {
  const list = make("ul", { id: `tags-${++lists}`, className: "completions", hidden: true, role: "listbox", ariaLabel: box.dataset.label });
  const status = make("p", { className: "visually-hidden", role: "status" });
  input.after(make("div", { className: "completions-box" }, list, status));
  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-controls", list.id);
  input.setAttribute("aria-expanded", "false");
  let timer, asked, chosen = -1;

  // The tag that the cursor stands in: from the comma before it to the one behind it.
  function typing() {
    const at = input.selectionStart, before = input.value.slice(0, at), rest = input.value.slice(at);
    const from = Math.max(before.lastIndexOf(","), before.lastIndexOf(";")) + 1;
    const to = at + (rest.search(/[,;]/) < 0 ? rest.length : rest.search(/[,;]/));
    return { from, to, word: input.value.slice(from, at).trim() };
  }

  function close() {
    list.hidden = true;
    list.replaceChildren();
    status.textContent = "";
    input.removeAttribute("aria-activedescendant");
    input.setAttribute("aria-expanded", "false");
    chosen = -1;
  }

  function choose(number) {
    if (list.children[chosen]) list.children[chosen].ariaSelected = "false";
    chosen = (number + list.children.length) % list.children.length;
    const option = list.children[chosen];
    option.ariaSelected = "true";
    option.scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", option.id);
  }

  function take(option) {
    const { from, to } = typing(), after = input.value.slice(to).replace(/^[\s,;]+/, "");
    const put = `${from ? " " : ""}${option.dataset.text}, `;
    input.setRangeText(put + after, from, input.value.length, "end");
    input.setSelectionRange(from + put.length, from + put.length);
    input.dispatchEvent(new Event("change", { bubbles: true }));
    close();
  }

  async function ask(atOnce = false) {
    const { word } = typing();
    asked?.abort();
    asked = new AbortController();
    if (!word && !atOnce) return close();
    const answer = await fetch(`${input.dataset.tagsUrl}?q=${encodeURIComponent(word)}`, { signal: asked.signal }).catch(() => null);
    const found = answer?.ok ? (await answer.json()).found : [];
    if (typing().word !== word || document.activeElement !== input) return;
    close();
    const there = new Set(input.value.split(/[,;]/).map((tag) => tag.trim().toLowerCase()));
    const left = found.filter(({ text }) => text.toLowerCase() === word.toLowerCase() || !there.has(text.toLowerCase()));
    list.append(...left.map(({ text, note }, number) => {
      const option = make("li", { id: `${list.id}-${number}`, role: "option", ariaSelected: "false" }, make("bdi", { textContent: text }), " ", make("span", { className: "meta", textContent: note }));
      option.dataset.text = text;
      return option;
    }));
    if (!left.length) return;
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
    status.textContent = box.dataset.status.replace("%s", left.length);
    if (atOnce) choose(0);
  }

  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE);
  });
  input.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.isComposing) return;
    if (list.hidden) {
      if (event.key !== "ArrowDown") return;
      ask(true);
    } else if (event.key === "ArrowDown") choose(chosen + 1);
    else if (event.key === "ArrowUp") choose(chosen < 0 ? -1 : chosen - 1);
    else if (event.key === "Enter" && chosen >= 0) take(list.children[chosen]);
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
  });
  list.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    const option = event.target.closest("[role=option]");
    if (option) take(option);
  });
  input.addEventListener("blur", close);
}

for (const box of document.querySelectorAll(".tags-input")) {
  const input = box.querySelector("input[data-tags-url]");
  if (input) complete(box, input);
}
