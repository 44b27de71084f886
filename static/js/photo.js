// The square of one's photo: shown as it will be kept, and put where one wants it, by sliders or by dragging.

const chosen = document.querySelector("[name=photo]");
const words = document.querySelector("[name=photo_part]")?.closest(".field");
const cut = document.querySelector("[name=photo_cut]");
const template = document.querySelector("template[data-photo-cutter]");

if (chosen && words && cut && template) {
  const cutter = document.importNode(template.content.firstElementChild, true);
  const image = cutter.querySelector("img");
  const view = image.parentElement;
  const slider = (name) => cutter.querySelector(`[data-cut=${name}]`);
  const [across, down, closer] = ["across", "down", "closer"].map(slider);
  words.hidden = true;

  const show = () => {
    const share = 1 - closer.valueAsNumber / 100;
    const shorter = Math.min(image.naturalWidth, image.naturalHeight) * share;
    // Where there is no room to move the square in, its slider would do nothing.
    across.disabled = image.naturalWidth - shorter < 1;
    down.disabled = image.naturalHeight - shorter < 1;
    const place = `${across.value}% ${down.value}%`;
    image.style.objectPosition = place;
    image.style.transformOrigin = place;
    image.style.transform = `scale(${1 / share})`;
    cut.value = `${across.value} ${down.value} ${Math.round(share * 100)}`;
  };

  const forget = () => {
    URL.revokeObjectURL(image.src);
    cutter.remove();
    cut.value = "";
  };

  chosen.addEventListener("change", () => {
    forget();
    words.hidden = true;
    if (!chosen.files.length) return;
    [across.value, down.value, closer.value] = [50, 40, 0];
    image.src = URL.createObjectURL(chosen.files[0]);
  });
  image.addEventListener("load", () => {
    words.after(cutter);
    show();
  });
  // A photo that this browser cannot show: a word still says which part.
  image.addEventListener("error", () => {
    forget();
    words.hidden = !chosen.files.length;
  });
  cutter.addEventListener("input", show);

  let from = null;
  view.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    view.setPointerCapture(event.pointerId);
    from = { x: event.clientX, y: event.clientY, across: across.valueAsNumber, down: down.valueAsNumber };
  });
  view.addEventListener("pointermove", (event) => {
    if (!view.hasPointerCapture(event.pointerId)) return;
    // How far the photo reaches beyond its window, on the screen.
    const shorter = Math.min(image.naturalWidth, image.naturalHeight) * (1 - closer.valueAsNumber / 100);
    const beyond = (length) => (length / shorter - 1) * view.clientWidth;
    const put = (one, before, moved, room) => {
      if (!one.disabled) one.valueAsNumber = before - (moved / room) * 100;
    };
    put(across, from.across, event.clientX - from.x, beyond(image.naturalWidth));
    put(down, from.down, event.clientY - from.y, beyond(image.naturalHeight));
    show();
  });

  cut.value = "";
  if (chosen.files.length) chosen.dispatchEvent(new Event("change"));
}
