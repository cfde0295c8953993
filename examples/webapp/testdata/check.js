// What is wrong with the page as it is now, as a list of sentences.
(() => {
  const wrong = [];
  const visible = (el) => el.checkVisibility({ visibilityProperty: true, opacityProperty: true }) && el.getClientRects().length > 0;
  const name = (el) => el.tagName.toLowerCase() + (el.id ? "#" + el.id : "") + " " + JSON.stringify((el.textContent || el.name || "").trim().slice(0, 40));
  const all = (selector) => [...document.querySelectorAll(selector)].filter(visible);

  const { clientWidth, scrollWidth } = document.documentElement; // on phones, innerWidth grows with the page
  if (scrollWidth > clientWidth) {
    const wide = all("body *").filter((el) => el.getBoundingClientRect().right > clientWidth + 1).map(name);
    wrong.push("scrolls sideways: " + wide.join(", "));
  }
  if (document.querySelectorAll("h1").length !== 1) wrong.push("has not one h1");
  if (!document.title.endsWith(" · Lantern")) wrong.push("has no title");
  if (!document.documentElement.lang) wrong.push("has no language");
  const ids = [...document.querySelectorAll("[id]")].map((el) => el.id);
  for (const id of ids) if (ids.indexOf(id) !== ids.lastIndexOf(id)) wrong.push("two elements have the ID " + id);
  for (const img of document.images) if (!img.hasAttribute("alt")) wrong.push("no alt: " + img.src);

  for (const el of all("input:not([type=hidden]), select, textarea")) {
    if (![...(el.labels || [])].some((label) => visible(label) && label.textContent.trim())) wrong.push("no label: " + name(el) + el.name);
    for (const id of (el.getAttribute("aria-describedby") || "").split(/\s+/).filter(Boolean)) {
      if (!document.getElementById(id)) wrong.push("described by nothing: " + id);
    }
    if (el.type === "password" && el.value) wrong.push("a password was filled in: " + name(el));
  }
  for (const el of all("a, button, summary")) {
    if (!el.textContent.trim() && !el.getAttribute("aria-label")) wrong.push("no text: " + el.outerHTML);
    const box = el.getBoundingClientRect();
    if (!el.classList.contains("skip") && (box.height < 24 || box.width < 24) && getComputedStyle(el).display !== "inline") wrong.push("too small to tap: " + name(el));
  }

  // Contrast of text as WCAG 2 has it: 4.5 at least, 3 for large text.
  const rgb = (color) => (color.match(/[\d.]+/g) || []).map(Number);
  const luminance = ([r, g, b]) => {
    const part = (v) => ((v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b);
  };
  const background = (el) => {
    for (; el; el = el.parentElement) {
      const color = rgb(getComputedStyle(el).backgroundColor);
      if (color.length === 3 || color[3] === 1) return color;
    }
    return [255, 255, 255];
  };
  const texts = all("body *").filter((el) => [...el.childNodes].some((n) => n.nodeType === Node.TEXT_NODE && n.data.trim()));
  for (const el of [...texts, ...all("input:not([type=radio], [type=checkbox], [type=hidden]), select")]) {
    const style = getComputedStyle(el);
    if (!style.color.startsWith("rgb")) wrong.push("a colour that is not understood: " + style.color);
    const [a, b] = [luminance(rgb(style.color)), luminance(background(el))].sort((x, y) => y - x);
    const large = parseFloat(style.fontSize) >= 24;
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < (large ? 3 : 4.5)) wrong.push("contrast of " + ratio.toFixed(2) + ": " + name(el));
  }
  for (const el of all("input:not([type=radio], [type=checkbox], [type=hidden]), select")) {
    const [a, b] = [luminance(rgb(getComputedStyle(el).borderTopColor)), luminance(background(el.parentElement))].sort((x, y) => y - x);
    if ((a + 0.05) / (b + 0.05) < 3) wrong.push("faint border: " + name(el));
  }
  return wrong;
})()
