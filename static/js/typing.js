// Putting text into a text area as if it were typed, and elements into a page.

export function put(area, text, selectFrom, selectTo) {
  area.focus();
  // execCommand keeps the browser's undo; where it is gone, the text is put in all the same.
  if (!document.execCommand("insertText", false, text)) area.setRangeText(text, area.selectionStart, area.selectionEnd, "end");
  area.setSelectionRange(selectFrom, selectTo);
  area.dispatchEvent(new Event("input", { bubbles: true }));
}

export function make(name, values, ...children) {
  const element = Object.assign(document.createElement(name), values);
  element.append(...children);
  return element;
}
