"use strict";
// Filters, folds and colours; the page says all it has to say without it.
(() => {
  const one = (selector) => document.querySelector(selector);
  const all = (selector) => [...document.querySelectorAll(selector)];
  const steps = all(".step");
  const names = steps.map((step) => step.dataset.address.toLowerCase());
  const causes = steps.map((step) => step.dataset.causes.split("|"));
  const toolbar = one(".toolbar");
  const root = document.documentElement;

  const ticked = (name) =>
    new Set(all(`input[name="${name}"]:checked`).map((box) => box.value));
  const allows = (chosen, values) => !chosen.size || values.some((value) => chosen.has(value));

  function filter() {
    const words = one("#find").value.toLowerCase().split(/\s+/).filter(Boolean);
    const [actions, kinds, blamed] = ["action", "kind", "cause"].map(ticked);
    let shown = 0;
    steps.forEach((step, at) => {
      const fits =
        allows(actions, [step.dataset.action]) &&
        allows(kinds, [step.dataset.kind]) &&
        allows(blamed, causes[at]) &&
        words.every((word) => names[at].includes(word));
      step.hidden = !fits;
      shown += fits;
    });
    const total = steps.length.toLocaleString("en");
    const noun = steps.length === 1 ? "step" : "steps";
    one("#status").textContent =
      shown === steps.length ? `${total} ${noun}` : `${shown.toLocaleString("en")} of ${total} ${noun}`;
    one("#clear").hidden = shown === steps.length;
    one("#none").hidden = shown > 0;
  }

  const visible = () => steps.filter((step) => !step.hidden);
  const fold = (open) => visible().forEach((step) => (step.open = open));

  function clear() {
    toolbar.reset();
    filter();
  }

  function walk(by) {
    const heads = visible().map((step) => step.firstElementChild);
    const at = heads.indexOf(document.activeElement);
    const next = at < 0 ? (by > 0 ? 0 : heads.length - 1) : at + by;
    if (heads[next]) {
      heads[next].focus();
      heads[next].scrollIntoView({ block: "nearest" });
    }
  }

  const keys = {
    "/": () => one("#find").focus(),
    j: () => walk(1),
    k: () => walk(-1),
    e: () => fold(!visible().every((step) => step.open)),
    Escape: clear,
  };

  function press(event) {
    const writes = event.target instanceof HTMLInputElement && event.target.type === "search";
    const isFree = !event.ctrlKey && !event.metaKey && !event.altKey;
    if (isFree && keys[event.key] && (!writes || event.key === "Escape")) {
      event.preventDefault();
      if (writes) event.target.blur();
      keys[event.key]();
    }
  }

  const isDark = () =>
    root.dataset.theme
      ? root.dataset.theme === "dark"
      : matchMedia("(prefers-color-scheme: dark)").matches;

  function paint(theme) {
    if (theme) root.dataset.theme = theme;
    one("#theme").textContent = isDark() ? "Light" : "Dark";
  }

  function remembered(theme) {
    try {
      if (theme) localStorage.setItem("deploy-theme", theme);
      return localStorage.getItem("deploy-theme");
    } catch {
      return theme; // a page from a file may not remember
    }
  }

  function unfoldForPrint() {
    const folded = visible().filter((step) => !step.open);
    folded.forEach((step) => (step.open = true));
    addEventListener("afterprint", () => folded.forEach((step) => (step.open = false)), {
      once: true,
    });
  }

  paint(remembered());
  one("#theme").hidden = false;
  one("#theme").addEventListener("click", () => paint(remembered(isDark() ? "light" : "dark")));
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => paint());
  if (!toolbar) return;
  toolbar.hidden = false;
  one(".keys").hidden = false;
  toolbar.addEventListener("input", filter);
  toolbar.addEventListener("submit", (event) => event.preventDefault());
  one("#clear").addEventListener("click", clear);
  one("#unfold").addEventListener("click", () => fold(true));
  one("#fold").addEventListener("click", () => fold(false));
  addEventListener("keydown", press);
  addEventListener("beforeprint", unfoldForPrint);
  filter();
})();
