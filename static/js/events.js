/* Events: the visitor's own time beside the event's, arrow keys in calendars, and only the fields that a series needs. */

for (const time of document.querySelectorAll("time[data-local]")) {
  const starts = new Date(time.dateTime), ends = new Date(time.dataset.local);
  const day = new Intl.DateTimeFormat(document.documentElement.lang, { weekday: "long", day: "numeric", month: "long", hour: "numeric", minute: "2-digit", timeZoneName: "short" });
  const note = document.createElement("span");
  note.className = "event-yours";
  note.textContent = " " + day.formatRange(starts, ends);
  time.parentElement.after(note);
}

for (const field of document.querySelectorAll("input[data-zone]")) {
  field.value = Intl.DateTimeFormat().resolvedOptions().timeZone || "";
}

for (const table of document.querySelectorAll("[data-calendar]")) {
  const days = [...table.querySelectorAll(".day")];
  const steps = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 };
  table.addEventListener("keydown", (event) => {
    const at = days.indexOf(event.target.closest(".day"));
    const day = days[at + steps[event.key]];
    if (at >= 0 && day) {
      event.preventDefault();
      (day.querySelector("a") || day).focus();
    }
  });
  document.addEventListener("keydown", (event) => {
    const name = { PageUp: "previous", PageDown: "next" }[event.key];
    if (name && event.altKey) document.querySelector(`[data-page="${name}"]`)?.click();
  });
}

for (const form of document.querySelectorAll("form[data-repeats]")) {
  const row = (name) => form.querySelector(`[name="${name}"]`)?.closest(".field");
  const show = (name, shown) => { const field = row(name); if (field) field.hidden = !shown; };
  const update = () => {
    const repeats = form.elements.repeats?.value, ends = form.elements.ends?.value;
    const allDay = form.elements.is_all_day?.checked;
    for (const name of ["every", "ends", "left_out_days", "extra_days"]) show(name, repeats && !(name === "every" && repeats === "kept"));
    show("on_days", repeats === "weekly");
    show("ends_on", repeats && ends === "on");
    show("ends_after", repeats && ends === "after");
    for (const name of ["first_time", "last_time"]) show(name, !allDay);
  };
  form.addEventListener("change", update);
  update();
}
