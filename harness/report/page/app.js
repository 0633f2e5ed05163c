// What the address names is what is shown.
const titled = document.title;
let left = ""; // the address of what was open, on the way up to its list
let searching = false; // on the way to a list to search in it

// up goes from what is open to its list, as it was filtered.
function up() {
  const list = ({ divergence: "divergences", requirement: "requirements" }[location.hash.slice(1).split("/")[0]] || "cases");
  left = location.hash;
  location.hash = lists[list].address || "#" + list;
}

// detail finds what an address like "case/reset/rst-in-window/ipv4" names.
function detail(kind, parts) {
  for (let n = parts.length; n > 0; n--) {
    const id = parts.slice(0, n).join("/"), rest = parts.slice(n);
    const item = { case: report.cases, divergence: report.divergences, requirement: report.requirements }[kind].find(i => i.id === id);
    if (item) return [id, { case: caseView, divergence: divergenceView, requirement: requirementView }[kind](item, ...rest)];
  }
  return [parts.join("/"), [el("h1", null, "Nothing is called that"), el("p", null, "This report has no " + kind + " with the id ", el("code", null, parts.join("/")), ".")]];
}

function show() {
  const hash = location.hash.slice(1) || "overview";
  const [route, query] = hash.split(/\?(.*)/s), parts = route.split("/").map(p => { try { return decodeURIComponent(p); } catch { return p; } });
  let view = parts[0], title = parts[0];
  if (["case", "divergence", "requirement"].includes(view)) {
    const [id, nodes] = detail(view, parts.slice(1));
    $("view-detail").replaceChildren(...el("div", null, nodes).childNodes);
    [view, title] = ["detail", id];
  } else if (view === "square") view = "matrix";
  if (!$("view-" + view)) view = title = "overview";
  for (const section of document.querySelectorAll("main > section")) section.hidden = section.id !== "view-" + view;
  const tab = { case: "cases", divergence: "divergences", requirement: "requirements", square: "matrix" }[parts[0]] || view;
  for (const a of document.querySelectorAll("nav a")) {
    if (a.hash === "#" + tab) {
      a.setAttribute("aria-current", "page");
      a.scrollIntoView({ block: "nearest", inline: "nearest" });
    } else a.removeAttribute("aria-current");
  }
  if (lists[view]) set(view, query);
  if (view === "requirements" && query) $("coverage-by").open = false;
  if (view === "states") drawStates(parts[1]);
  if (view === "matrix") drawMatrix();
  $("main").dataset.shows = hash;
  document.title = titled + (title === "overview" ? "" : " · " + title);
}

// The skip link leads to the content of what is shown: its address is none of a view.
document.querySelector(".skip").addEventListener("click", event => {
  event.preventDefault();
  $("main").focus();
});

// Where each entry of the history was scrolled to.
history.scrollRestoration = "manual";
const scrolled = new Map();
let entry = 0;
function arrive() {
  show();
  if (!history.state) history.replaceState({ n: ++entry + "/" + Date.now() }, "");
  scrollTo(0, scrolled.get(history.state.n) || 0);
}
addEventListener("scroll", () => { if (history.state) scrolled.set(history.state.n, scrollY); }, { passive: true });
addEventListener("hashchange", () => {
  arrive();
  const item = left && visible().querySelector(".list a[href='" + CSS.escape(left) + "']");
  const box = searching && visible().querySelector("input[type=search]");
  left = "";
  searching = false;
  if (item) item.focus();
  else if (box) box.focus();
  else if (!document.querySelector("dialog[open]")) $("main").focus({ preventScroll: true });
});

// The theme follows the system until one is chosen. A page from a disk may have no storage.
const themes = ["system", "light", "dark"];
function setTheme(theme) {
  if (theme === "system") delete document.documentElement.dataset.theme; else document.documentElement.dataset.theme = theme;
  $("theme").textContent = "theme: " + theme;
  try { localStorage.setItem("twinstack-theme", theme); } catch { /* then it is for this visit */ }
}
function nextTheme() {
  setTheme(themes[(themes.indexOf(document.documentElement.dataset.theme || "system") + 1) % themes.length]);
}
$("theme").addEventListener("click", nextTheme);
let kept = null;
try { kept = localStorage.getItem("twinstack-theme"); } catch { /* none */ }
setTheme(themes.includes(kept) ? kept : "system");
arrive();
