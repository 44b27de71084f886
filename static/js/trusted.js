// HTML and scripts that come from this site itself, told apart from text (Trusted Types): the one place that vouches.

const ours = (url) => {
  if (new URL(url, location.href).origin !== location.origin) throw new TypeError(`Not from here: ${url}`);
  return url;
};

const policy = globalThis.trustedTypes?.createPolicy("pages", { createHTML: (text) => text, createScriptURL: ours });

// What the server answered, as HTML: only where the answer came from this site, whatever redirects stood in between.
export async function html(answer) {
  ours(answer.url);
  const text = await answer.text();
  return policy?.createHTML(text) ?? text;
}

export const script = (url) => policy?.createScriptURL(url) ?? ours(url);
