// What is being typed could become a name or a small picture: that is offered below the text, as in every such list.

import { emoji } from "./emoji.js";
import { people } from "./people.js";
import { make, put } from "./typing.js";

const PAUSE = 150;
let lists = 0;

function complete(editor, area) {
  const list = make("ul", { id: `completions-${++lists}`, className: "completions", hidden: true, role: "listbox", ariaLabel: editor.dataset.completionsLabel });
  const status = make("p", { className: "visually-hidden", role: "status" });
  area.after(make("div", { className: "completions-box" }, list, status));
  area.setAttribute("aria-autocomplete", "list");
  area.setAttribute("aria-controls", list.id);
  const sources = [...(area.dataset.peopleUrl ? [people] : []), ...(area.dataset.emojiUrl ? [emoji] : [])];
  let timer, asked, chosen = -1, forced = null;

  function typing() {
    if (area.selectionStart !== area.selectionEnd) return null;
    const before = area.value.slice(0, area.selectionStart);
    for (const source of forced ? [forced] : sources) {
      const found = before.match(forced ? source.patternAfterButton : source.pattern);
      if (found) return { source, whole: found[1], word: found[2] };
    }
    return null;
  }

  function close() {
    list.hidden = true;
    list.replaceChildren();
    status.textContent = "";
    area.removeAttribute("aria-activedescendant");
    chosen = -1;
  }

  function choose(number) {
    if (list.children[chosen]) list.children[chosen].ariaSelected = "false";
    chosen = (number + list.children.length) % list.children.length;
    const option = list.children[chosen];
    option.ariaSelected = "true";
    option.scrollIntoView({ block: "nearest" });
    area.setAttribute("aria-activedescendant", option.id);
  }

  function take(option) {
    const typed = typing();
    const from = area.selectionStart - (typed?.whole.length ?? 0), text = `${option.dataset.text} `;
    area.setSelectionRange(from, area.selectionStart);
    put(area, text, from + text.length, from + text.length);
    forced = null;
    close();
  }

  async function ask() {
    const typed = typing();
    asked?.abort();
    asked = new AbortController();
    const found = typed ? await typed.source.ask(area, typed.word, asked.signal) : [];
    if (typed?.whole !== typing()?.whole) return;
    close();
    list.append(...found.map(({ text, label, note }, number) => {
      const option = make("li", { id: `${list.id}-${number}`, role: "option", ariaSelected: "false" }, make("bdi", { textContent: label }), " ", make("span", { className: "meta", textContent: note }));
      option.dataset.text = text;
      return option;
    }));
    if (!found.length) return;
    list.hidden = false;
    choose(0);
    status.textContent = editor.dataset.completionsStatus.replace("%s", found.length);
  }

  area.addEventListener("input", () => {
    clearTimeout(timer);
    if (typing()) timer = setTimeout(ask, PAUSE);
    else { forced = null; close(); }
  });
  area.addEventListener("keydown", (event) => {
    if (list.hidden || event.ctrlKey || event.metaKey || event.isComposing) return;
    if (event.key === "ArrowDown") choose(chosen + 1);
    else if (event.key === "ArrowUp") choose(chosen - 1);
    else if (event.key === "Enter" || event.key === "Tab") take(list.children[chosen]);
    else if (event.key === "Escape") { forced = null; close(); }
    else return;
    event.preventDefault();
  });
  list.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    const option = event.target.closest("[role=option]");
    if (option) take(option);
  });
  area.addEventListener("blur", close);
  const button = editor.querySelector("[data-emoji]");
  if (button) {
    button.hidden = !sources.includes(emoji);
    button.addEventListener("click", () => {
      forced = emoji;
      const at = area.selectionEnd + 1;
      area.setSelectionRange(at - 1, at - 1);
      put(area, ":", at, at);
    });
  }
}

for (const editor of document.querySelectorAll("[data-editor]")) complete(editor, editor.querySelector("textarea"));
