// What the page does without asking anybody: filters, counts, tells the time, says what changed.
"use strict";

(() => {
  const $ = (selector) => document.querySelector(selector);
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const groups = new Map();
  const UNITS = [["d", 86400], ["h", 3600], ["min", 60], ["s", 1]];

  function far(moment) {
    const ahead = Date.parse(moment) - Date.now();
    const seconds = Math.floor(Math.abs(ahead) / 1000);
    if (seconds < 1) return "now";
    const [unit, size] = UNITS.find(([, size]) => seconds >= size);
    const text = `${Math.floor(seconds / size)} ${unit}`;
    return ahead > 0 ? `in ${text}` : `${text} ago`;
  }

  function tick() {
    for (const each of all("time[data-far]")) {
      const text = far(each.dateTime);
      if (each.textContent !== text) each.textContent = text;
    }
  }

  // The overview

  function chosen() {
    return all("#filter input[name=state]:checked").map((each) => each.value);
  }

  function show() {
    const find = $("#find");
    if (!find) return;
    const sought = find.value.trim().toLowerCase();
    const states = chosen();
    const rows = all("#rows > tr");
    let seen = 0;
    for (const row of rows) {
      const fits = row.dataset.sought.includes(sought)
        && (!states.length || states.includes(row.dataset.group));
      row.hidden = !fits;
      seen += fits;
    }
    $("#empty").hidden = seen > 0;
  }

  function count() {
    const rows = all("#rows > tr");
    if (!rows.length) return;
    const of = (group) => rows.filter((row) => row.dataset.group === group).length;
    for (const each of all("[data-count]")) each.textContent = of(each.dataset.count);
    const whole = rows.length === 1 ? "1 stack" : `${rows.length.toLocaleString("en")} stacks`;
    const lead = $("#lead");
    if (of("failed")) lead.textContent = `${of("failed")} of ${whole} failed`;
    else if (of("drifted")) lead.textContent = `${of("drifted")} of ${whole} drifted`;
    else if (of("synced") === rows.length) lead.textContent = "All is as Git says";
    else lead.textContent = `${of("synced")} of ${whole} in sync`;
  }

  function remember() {
    const words = new URLSearchParams();
    if ($("#find").value) words.set("find", $("#find").value);
    for (const each of chosen()) words.append("state", each);
    history.replaceState(null, "", words.size ? `?${words}` : location.pathname);
  }

  const filter = $("#filter");
  if (filter) {
    filter.addEventListener("input", () => { show(); remember(); });
    filter.addEventListener("submit", (event) => event.preventDefault());
    show();
  }

  document.addEventListener("keydown", (event) => {
    const writes = event.target.closest("input, textarea, select");
    if (event.key === "/" && !writes && !event.ctrlKey && !event.metaKey && $("#find")) {
      event.preventDefault();
      $("#find").focus();
    }
    if (event.key === "Escape" && event.target.id === "find") {
      event.target.value = "";
      show();
      remember();
    }
  });

  // What changed, in words: once for each change, and only for what is another state.

  const said = [];
  let saying = 0;

  function hear(element) {
    const { name, group } = element.dataset;
    const before = groups.get(name);
    groups.set(name, group);
    if (before === undefined || before === group) return false;
    said.push(`${name}: ${group}`);
    clearTimeout(saying);
    saying = setTimeout(() => { $("#news").textContent = said.splice(0).slice(-5).join(", "); }, 300);
    return true;
  }

  for (const each of all("[data-name][data-group]")) hear(each);

  // What was open stays open, and where somebody was, they still are.

  let open = new Map();
  let focus = null;

  document.body.addEventListener("htmx:beforeSwap", (event) => {
    open = new Map(all("details[id]", event.detail.target).map((each) => [each.id, each.open]));
    focus = event.detail.target.contains(document.activeElement) ? document.activeElement : null;
  });

  document.body.addEventListener("htmx:afterSwap", (event) => {
    for (const each of all("details[id]", event.detail.target)) {
      if (open.has(each.id)) each.open = open.get(each.id);
    }
    const there = focus && !focus.isConnected && sameAs(focus);
    if (there) there.focus({ preventScroll: true });
    focus = null;
    for (const each of all("[data-name][data-group]", event.detail.target)) hear(each);
    tick();
  });

  function sameAs(element) {
    if (element.id) return document.getElementById(element.id);
    const around = element.closest("details[id]");
    const now = around && document.getElementById(around.id);
    return now && now.querySelector("summary");
  }

  document.body.addEventListener("htmx:sseMessage", (event) => {
    const type = event.detail && event.detail.type;
    if (!type || !type.startsWith("row-")) return;
    const row = document.getElementById(type);
    if (!row) return;
    if (hear(row)) row.classList.add("fresh");
    count();
    show();
    tick();
  });

  // A browser has few connections to one host: tabs that nobody sees give theirs back.

  const sources = new Set();
  let unseen = 0;

  htmx.createEventSource = (url) => {
    const source = new EventSource(url);
    sources.add(source);
    return source;
  };

  document.addEventListener("visibilitychange", () => {
    clearTimeout(unseen);
    if (document.hidden) {
      unseen = setTimeout(() => { for (const each of sources) each.close(); live(false); }, 60000);
    } else if ([...sources].some((each) => each.readyState === EventSource.CLOSED)) {
      location.reload();
    }
  });

  // Whether it is live.

  function live(is) {
    const mark = $("#live");
    mark.dataset.state = is ? "on" : "off";
    mark.lastElementChild.textContent = is ? "live" : "not live";
  }

  document.body.addEventListener("htmx:sseOpen", () => live(true));
  document.body.addEventListener("htmx:sseError", () => live(false));

  $("#live").hidden = !$("[sse-connect]");
  tick();
  setInterval(tick, 1000);
})();
