// People by name: "@an…" offers those who may read this.

export const people = {
  pattern: /(?:^|[\s(>*_])(@([\p{L}\p{M}\p{N}][\p{L}\p{M}\p{N}._-]{0,40}|))$/u,
  async ask(area, typed, signal) {
    const answer = await fetch(`${area.dataset.peopleUrl}?q=${encodeURIComponent(typed)}`, { signal }).catch(() => null);
    return answer?.ok ? (await answer.json()).found : [];
  },
};
