// A topic's page: what was seen counts as read, new replies are told, branches fold, a form is sent once.

const token = () => document.querySelector("input[name=csrfmiddlewaretoken]")?.value ?? "";

// What stood on the screen for a moment was read; it is told to the server in one go, also when the page is left.
const list = document.querySelector("[data-read-url]");
if (list) {
  const seen = new Set();
  let timer;
  const tell = () => {
    clearTimeout(timer);
    if (!seen.size) return;
    const body = new URLSearchParams({ ids: [...seen].join(","), csrfmiddlewaretoken: token() });
    seen.clear();
    fetch(list.dataset.readUrl, { method: "POST", body, keepalive: true }).catch(() => {});
  };
  const watcher = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      if (!isIntersecting) continue;
      seen.add(target.dataset.id);
      watcher.unobserve(target);
    }
    clearTimeout(timer);
    timer = setTimeout(tell, 1500);
  });
  for (const reply of list.querySelectorAll("[data-id]")) watcher.observe(reply);
  addEventListener("pagehide", tell);
}

// "2 new replies": asked for now and then while the page is looked at; nothing moves by itself.
const notice = document.querySelector("[data-new-replies]");
if (notice) {
  const ask = async () => {
    if (!document.hidden) {
      const answer = await fetch(`${notice.dataset.newReplies}?after=${notice.dataset.after}`).catch(() => null);
      if (answer?.status === 200) {
        const { words, url } = await answer.json();
        const link = document.createElement("a");
        link.href = url;
        link.textContent = words;
        notice.replaceChildren(link);
        notice.hidden = false;
      }
    }
    setTimeout(ask, 20000);
  };
  setTimeout(ask, 20000);
}

// A branch of the tree folds away below the reply that it hangs on.
for (const reply of document.querySelectorAll('.replies[data-order="tree"] .reply')) {
  const depth = Number(reply.dataset.depth);
  const branch = [];
  for (let next = reply.nextElementSibling; next && Number(next.dataset.depth) > depth; next = next.nextElementSibling) branch.push(next);
  const foot = reply.querySelector(".reply-foot");
  if (!branch.length || !foot || depth === 0) continue;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "fold";
  const name = () => { button.textContent = branch[0].hidden ? `+ ${branch.length}` : `− ${branch.length}`; };
  button.setAttribute("aria-label", `${reply.closest(".replies").dataset.foldLabel} (${branch.length})`);
  button.setAttribute("aria-expanded", "true");
  button.addEventListener("click", () => {
    const hide = !branch[0].hidden;
    for (const row of branch) row.hidden = hide;
    button.setAttribute("aria-expanded", String(!hide));
    name();
  });
  name();
  foot.append(button);
}

for (const form of document.querySelectorAll("form[data-once]")) {
  form.addEventListener("submit", () => {
    for (const button of form.querySelectorAll("button[type=submit]")) setTimeout(() => { button.disabled = true; });
  });
}
