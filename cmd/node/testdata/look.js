// Looks a page over as somebody with a small phone, and as somebody who cannot see it. Says what is wrong, what the page says,
// and where its forms lead.
(() => {
  const wrong = [];
  const all = (selector) => [...document.querySelectorAll(selector)];
  const seen = (e) => e.checkVisibility({ visibilityProperty: true });
  const name = (e) => `<${e.localName} ${e.id || e.name || e.className}> ${e.textContent.trim().slice(0, 40)}`;
  const say = (condition, words) => condition || wrong.push(words);

  const root = document.documentElement;
  if (root.scrollWidth > root.clientWidth) {
    const widest = all("body *").filter(seen).find((e) => e.getBoundingClientRect().right > root.clientWidth + 1);
    wrong.push(`scrolls sideways, ${root.scrollWidth} of ${root.clientWidth}: ${widest ? name(widest) : "nothing seen"}`);
  }

  say(root.lang && root.dir, "no language or direction");
  say(document.title, "no title");
  for (const landmark of ["body > header", "body > main", "body > footer", "h1"]) {
    say(all(landmark).length === 1, `${all(landmark).length} of ${landmark}`);
  }
  if (document.body.classList.contains("n-Page--member")) {
    say(all("body > nav[aria-label]").length === 1, "no navigation");
  }
  say(all("a, button, input, summary")[0]?.getAttribute("href") === "#main", "the skip link is not first");
  let level = 1;
  for (const h of all("main :is(h1, h2, h3, h4)")) {
    const here = Number(h.localName[1]);
    say(here <= level + 1, `a heading leaves one out: ${name(h)}`);
    level = here;
  }

  const ids = new Set();
  for (const e of all("[id]")) {
    say(!ids.has(e.id), `two with the id ${e.id}`);
    ids.add(e.id);
  }
  for (const attribute of ["aria-describedby", "aria-labelledby", "for", "list"]) {
    for (const e of all(`[${attribute}]`)) {
      for (const id of e.getAttribute(attribute).split(" ")) say(ids.has(id), `${attribute}="${id}" leads nowhere`);
    }
  }
  for (const e of all("input:not([type=hidden], [hidden]), select, textarea")) {
    say(e.labels.length || e.ariaLabel, `without a label: ${name(e)}`);
  }
  for (const e of all("a, button, summary, legend, label")) {
    say(e.textContent.trim() || e.ariaLabel, `without words: ${name(e)}`);
  }
  for (const e of all("img")) {
    say(e.alt || e.hasAttribute("alt"), `a picture without words: ${e.src}`);
    say(!e.complete || e.naturalWidth, `a picture does not show: ${e.src}`);
  }
  for (const e of all("button, summary, select, textarea, input, nav a, .n-Button").filter(seen)) {
    if (e.type === "hidden") continue;
    const box = e.getBoundingClientRect();
    say(box.width >= 24 && box.height >= 24, `too small to tap, ${box.width} by ${box.height}: ${name(e)}`);
  }

  return {
    wrong,
    text: document.body.innerText,
    forms: all("form[method=post]").map((f) => new URL(f.action).pathname),
  };
})();
