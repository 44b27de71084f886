// What needs care, by keyboard: j and k go from case to case, o opens, w writes words, a button's letter decides.
// Letters act on the case that has the focus alone, and can be switched off on each device (WCAG 2.1.4).

const OFF = "desk-keys-off";
const cases = () => [...document.querySelectorAll("[data-case]")];
const current = () => document.activeElement?.closest("[data-case]");
const box = document.querySelector("[data-keys-on]");
const help = document.querySelector("[data-keys]");

let areOn = true;
try {
  areOn = !localStorage.getItem(OFF);
} catch {
  // A browser that keeps nothing for this site: the switch holds for this page.
}

function show() {
  for (const key of document.querySelectorAll("[data-case] kbd")) key.hidden = !areOn;
  if (box) box.checked = areOn;
}

show();
if (help) help.hidden = false;
box?.addEventListener("change", () => {
  areOn = box.checked;
  show();
  try {
    if (areOn) localStorage.removeItem(OFF);
    else localStorage.setItem(OFF, "1");
  } catch {
    // As above.
  }
});

// After a decision the address names the case that comes next, which other hands may have settled meanwhile.
if (location.hash.startsWith("#case-")) (document.getElementById(location.hash.slice(1)) ?? cases()[0])?.focus();

function go(step) {
  const all = cases();
  const at = all.indexOf(current());
  const next = all[at < 0 ? 0 : Math.max(0, Math.min(all.length - 1, at + step))];
  next?.focus();
  next?.scrollIntoView({ block: "nearest" });
}

function write(field) {
  const words = field?.closest("details");
  if (words) words.open = true;
  field?.focus();
}

// What is missing is asked for; what is grave waits on its button for Enter.
function decide(button) {
  const wanted = (button.dataset.wants ?? "").split(" ").map((name) => button.form.elements[name]);
  const missing = wanted.find((field) => field && !field.value.trim());
  if (missing) write(missing);
  else if (button.dataset.kind === "danger") button.focus();
  else button.click();
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const found = current();
  if (event.target.matches("input, textarea, select")) {
    if (event.key === "Escape") found?.focus();
    return;
  }
  if (!areOn) return;
  const button = found?.querySelector(`button[data-key="${CSS.escape(event.key)}"]`);
  if (event.key === "j" || event.key === "k") go(event.key === "j" ? 1 : -1);
  else if (event.key === "?") help?.scrollIntoView({ block: "center" });
  else if (event.key === "o") found?.querySelector("[data-open]")?.click();
  else if (event.key === "w") write(found?.querySelector(".case-words textarea"));
  else if (button) decide(button);
  else return;
  event.preventDefault();
});
