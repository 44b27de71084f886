// While "@na…" is typed, people are offered below the text; arrow keys, Enter and Escape as in every such list.

import { put } from "./typing.js";

const PAUSE = 150;
let lists = 0;

function word(area) {
  return area.selectionStart === area.selectionEnd
    ? area.value.slice(0, area.selectionStart).match(/(?:^|[\s(>*_])@([\p{L}\p{M}\p{N}][\p{L}\p{M}\p{N}._-]{0,40}|)$/u)
    : null;
}

function complete(editor, area) {
  const list = document.createElement("ul");
  list.id = `completions-${++lists}`;
  list.className = "completions";
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", editor.dataset.completionsLabel);
  const status = document.createElement("p");
  status.className = "visually-hidden";
  status.setAttribute("role", "status");
  const box = document.createElement("div");
  box.className = "completions-box";
  box.append(list, status);
  area.after(box);
  area.setAttribute("aria-autocomplete", "list");
  area.setAttribute("aria-controls", list.id);
  let timer, asked, chosen = -1;

  function close() {
    list.hidden = true;
    list.replaceChildren();
    status.textContent = "";
    area.removeAttribute("aria-activedescendant");
    chosen = -1;
  }

  function choose(number) {
    list.children[chosen]?.setAttribute("aria-selected", "false");
    chosen = (number + list.children.length) % list.children.length;
    const option = list.children[chosen];
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    area.setAttribute("aria-activedescendant", option.id);
  }

  function take(option) {
    const typed = word(area);
    if (typed) {
      const from = area.selectionStart - typed[1].length - 1;
      const text = `${option.dataset.text} `;
      area.setSelectionRange(from, area.selectionStart);
      put(area, text, from + text.length, from + text.length);
    }
    close();
  }

  function show(found) {
    close();
    found.forEach(({ text, label, note }, number) => {
      const option = document.createElement("li");
      option.id = `${list.id}-${number}`;
      option.dataset.text = text;
      option.setAttribute("role", "option");
      option.setAttribute("aria-selected", "false");
      const name = Object.assign(document.createElement("bdi"), { textContent: label });
      const beside = Object.assign(document.createElement("span"), { className: "meta", textContent: note });
      option.append(name, " ", beside);
      list.append(option);
    });
    if (!found.length) return;
    list.hidden = false;
    choose(0);
    status.textContent = editor.dataset.completionsStatus.replace("%s", found.length);
  }

  async function ask() {
    const typed = word(area);
    if (!typed) return close();
    asked?.abort();
    asked = new AbortController();
    const answer = await fetch(`${area.dataset.peopleUrl}?q=${encodeURIComponent(typed[1])}`, { signal: asked.signal }).catch(() => null);
    if (answer?.ok && word(area)?.[1] === typed[1]) show((await answer.json()).found);
  }

  area.addEventListener("input", () => {
    clearTimeout(timer);
    if (word(area)) timer = setTimeout(ask, PAUSE);
    else close();
  });
  area.addEventListener("keydown", (event) => {
    if (list.hidden || event.ctrlKey || event.metaKey || event.isComposing) return;
    if (event.key === "ArrowDown") choose(chosen + 1);
    else if (event.key === "ArrowUp") choose(chosen - 1);
    else if (event.key === "Enter" || event.key === "Tab") take(list.children[chosen]);
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
  });
  list.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    const option = event.target.closest("[role=option]");
    if (option) take(option);
  });
  area.addEventListener("blur", close);
}

for (const editor of document.querySelectorAll("[data-editor]")) {
  const area = editor.querySelector("textarea[data-people-url]");
  if (area) complete(editor, area);
}
