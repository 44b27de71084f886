// What needs care, by keyboard: j and k go from case to case, o opens, w writes words, a button's letter decides.

const cases = () => [...document.querySelectorAll("[data-case]")];
const current = () => document.activeElement?.closest("[data-case]") ?? (cases().length === 1 ? cases()[0] : null);

for (const key of document.querySelectorAll("[data-case] kbd[hidden]")) key.hidden = false;
const help = document.querySelector("[data-keys]");
if (help) help.hidden = false;

function go(step) {
  const all = cases();
  const at = all.indexOf(current());
  const next = all[at < 0 ? 0 : Math.max(0, Math.min(all.length - 1, at + step))];
  next?.focus();
  next?.scrollIntoView({ block: "nearest" });
}

function write(found) {
  const words = found?.querySelector("details.case-words");
  if (!words) return;
  words.open = true;
  words.querySelector("textarea")?.focus();
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.matches("input, textarea, select")) {
    if (event.key === "Escape") event.target.closest("[data-case]")?.focus();
    return;
  }
  const found = current();
  if (event.key === "j" || event.key === "k") go(event.key === "j" ? 1 : -1);
  else if (event.key === "?") help?.scrollIntoView({ block: "center" });
  else if (event.key === "o") found?.querySelector("[data-open]")?.click();
  else if (event.key === "w") {
    event.preventDefault();
    write(found);
  } else found?.querySelector(`button[data-key="${CSS.escape(event.key)}"]`)?.click();
});
