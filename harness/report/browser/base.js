"use strict";
const $ = id => document.getElementById(id);
const dataOf = id => JSON.parse($(id).textContent);

// All text enters the page as text nodes and attributes, never as markup.
function el(tag, attributes, ...children) {
  const e = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (typeof value === "function") e.addEventListener(name, value);
    else if (value !== undefined && value !== false) e.setAttribute(name, value === true ? "" : value);
  }
  e.append(...children.flat(Infinity).filter(c => c !== undefined && c !== null && c !== false));
  return e;
}
const plural = (n, one) => n + " " + (n === 1 ? one : one + "s");

// quoted is a word as a shell takes it.
const quoted = word => /^[\w./:,+=@%-]+$/.test(word) ? word : "'" + word.replaceAll("'", "'\\''") + "'";

// cited cuts a text into its clauses ("RFC 9293 §3.10.7.4", "RFC 9293 §A.2"), which link to the RFC editor's pages, and what
// stands between them.
function cited(text) {
  const parts = [];
  let from = 0;
  for (const m of text.matchAll(/RFC (\d+) §([0-9A-Z]+(?:\.[0-9]+)*)/g)) {
    const anchor = (m[2] >= "A" ? "appendix-" : "section-") + m[2];
    parts.push(text.slice(from, m.index), el("a", { href: "https://www.rfc-editor.org/rfc/rfc" + m[1] + "#" + anchor, rel: "noreferrer" }, m[0]));
    from = m.index + m[0].length;
  }
  return [...parts, text.slice(from)].filter(part => part !== "");
}
