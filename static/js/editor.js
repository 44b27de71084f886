// The Markdown editor: a toolbar, a preview, and images and files by button, drop and paste, around a plain text area.

import { html } from "./trusted.js";
import { put } from "./typing.js";

const wrap = { bold: ["**", "**"], italic: ["_", "_"], link: ["[", "](https://)"] };
const prefix = { heading: "## ", quote: "> ", list: "- " };
const keys = { b: "bold", i: "italic", k: "link" };

const token = () => document.querySelector("input[name=csrfmiddlewaretoken]").value;

function format(area, what) {
  const { selectionStart: start, selectionEnd: end, value } = area;
  const chosen = value.slice(start, end);
  if (wrap[what]) {
    const [before, after] = wrap[what];
    put(area, before + chosen + after, start + before.length, start + before.length + chosen.length);
  } else {
    const from = value.lastIndexOf("\n", start - 1) + 1;
    area.setSelectionRange(from, end);
    const lines = value.slice(from, end).split("\n").map((line) => prefix[what] + line).join("\n");
    put(area, lines, from + lines.length, from + lines.length);
  }
}

async function preview(editor, area, button) {
  const box = editor.querySelector("[data-preview]");
  const show = box.hidden;
  if (show) {
    const body = new URLSearchParams({ source: area.value, csrfmiddlewaretoken: token() });
    const answer = await fetch(area.dataset.previewUrl, { method: "POST", body });
    box.innerHTML = await html(answer);
  }
  box.hidden = !show;
  area.hidden = show;
  button.setAttribute("aria-pressed", String(show));
}

const isImage = (file) => file.type.startsWith("image/");

function take(editor, area, files) {
  const taken = [...files].filter((file) => (isImage(file) ? area.dataset.uploadUrl : area.dataset.attachUrl));
  for (const file of taken) upload(editor, area, file);
  return taken.length > 0;
}

async function upload(editor, area, file) {
  const status = editor.querySelector("[data-status]");
  status.textContent = `${file.name} …`;
  const body = new FormData();
  body.set("file", file);
  body.set("audience", area.dataset.audience);
  body.set("csrfmiddlewaretoken", token());
  try {
    const answer = await fetch(isImage(file) ? area.dataset.uploadUrl : area.dataset.attachUrl, { method: "POST", body });
    const said = await answer.json();
    status.textContent = said.error ?? "";
    if (said.markdown) put(area, `${said.markdown}\n`, area.selectionStart + said.markdown.length + 1, area.selectionStart + said.markdown.length + 1);
  } catch {
    status.textContent = editor.dataset.notSent;
  }
}

for (const editor of document.querySelectorAll("[data-editor]")) {
  const area = editor.querySelector("textarea");
  const bar = editor.querySelector("[role=toolbar]");
  bar.hidden = false;
  bar.addEventListener("click", ({ target }) => {
    const button = target.closest("[data-md]");
    if (button?.dataset.md === "preview") preview(editor, area, button);
    else if (button) format(area, button.dataset.md);
  });
  area.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && "sentByKeys" in area.form.dataset) {
      event.preventDefault();
      area.form.requestSubmit();
    }
    const what = (event.ctrlKey || event.metaKey) && !event.shiftKey && keys[event.key];
    if (!what) return;
    event.preventDefault();
    format(area, what);
  });
  for (const kind of ["drop", "paste"]) {
    area.addEventListener(kind, (event) => {
      if (take(editor, area, (event.dataTransfer ?? event.clipboardData)?.files ?? [])) event.preventDefault();
    });
  }
  const plain = area.form?.querySelector("[data-plain-files]");
  if (plain) plain.disabled = plain.closest(".field").hidden = true;
  const chooser = editor.querySelector("input[type=file]");
  const button = editor.querySelector("[data-attach]");
  button.hidden = !area.dataset.uploadUrl;
  button.addEventListener("click", () => chooser.click());
  chooser.addEventListener("change", () => {
    take(editor, area, chooser.files);
    chooser.value = "";
  });
}
