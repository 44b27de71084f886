// What is typed into a form with data-autosave is kept on the server a moment after the last key, and shown when it was.

const PAUSE = 1500;

for (const form of document.querySelectorAll("form[data-autosave]")) {
  const status = form.querySelector("[data-autosave-status]");
  const copy = `draft:${form.dataset.autosave}`;
  let timer;

  async function keep() {
    const body = new FormData(form);
    for (const input of form.querySelectorAll("input[type=file]")) body.delete(input.name);
    try {
      const answer = await fetch(form.dataset.autosave, { method: "POST", body, redirect: "error" });
      if (!answer.ok) throw new Error(String(answer.status));
      status.textContent = (await answer.json()).saved;
      localStorage.removeItem(copy);
    } catch {
      localStorage.setItem(copy, form.elements.body?.value ?? "");
      status.textContent = form.dataset.offline ?? "Not kept on the server yet; this browser keeps a copy.";
      timer = setTimeout(keep, 10 * PAUSE);
    }
  }

  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(keep, PAUSE);
  });
  form.addEventListener("submit", () => clearTimeout(timer));

  const lost = localStorage.getItem(copy);
  if (lost && form.elements.body && !form.elements.body.value.trim()) form.elements.body.value = lost;
}
