// Small pictures by name: ":seed…" offers them, and so does a button of the toolbar.

let known;

async function load(url) {
  const answer = await fetch(url).catch(() => null);
  if (answer?.ok) known = (await answer.json()).emoji;
  return known ?? [];
}

export const emoji = {
  pattern: /(?:^|[\s(>])(:([a-z0-9_+-]{2,30}))$/,
  // After the button was pressed, nothing needs to be typed.
  patternAfterButton: /(:([a-z0-9_+-]{0,30}))$/,
  async ask(area, typed) {
    const all = known ?? (await load(area.dataset.emojiUrl));
    const begins = all.filter(([name]) => name.startsWith(typed));
    const holds = typed ? all.filter(([name]) => name.includes(typed) && !name.startsWith(typed)) : [];
    return [...begins, ...holds].slice(0, typed ? 8 : 16).map(([name, sign]) => ({ text: sign, label: sign, note: `:${name}:` }));
  },
};
