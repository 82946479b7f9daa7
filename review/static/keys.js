// One key, one act: a key presses the button or follows the link that names it in data-key. Without this file the page
// works by its buttons. Keys rest inside text fields, with Ctrl, Alt or Meta, while something is being saved, and where
// a reader has switched them off.
"use strict";
(() => {
  const OFF = "verbatim-keys-off";
  let busy = false;

  const isOff = () => { try { return localStorage.getItem(OFF) === "yes"; } catch { return false; } };
  const typesText = (place) =>
    place.isContentEditable ||
    ["TEXTAREA", "SELECT"].includes(place.tagName) ||
    (place.tagName === "INPUT" && !["button", "submit", "checkbox", "radio"].includes(place.type));
  const named = (key) =>
    [...document.querySelectorAll("[data-key]")].find((one) => one.dataset.key === key && !one.closest("[hidden]"));
  const say = (words) => {
    let line = document.getElementById("connection");
    if (!line) {
      line = document.createElement("p");
      line.id = "connection";
      line.setAttribute("role", "alert");
      document.getElementById("main").prepend(line);
    }
    line.textContent = words;
  };
  const setBusy = (value) => {
    busy = value;
    document.documentElement.classList.toggle("saving", value);
  };

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    if (event.key === "Escape" && typesText(event.target)) { event.target.blur(); return; }
    if (typesText(event.target) || document.querySelector("dialog[open]")) return;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    if (isOff() && key !== "?") return;
    if (key === "Enter" && event.target.closest("a, button, summary")) return;
    const place = named(key);
    if (!place) return;
    event.preventDefault();
    if (event.repeat || busy) return;
    if (typesText(place)) place.focus();
    else place.click();
  });

  document.addEventListener("click", (event) => {
    const opens = event.target.closest("[data-opens]");
    if (!opens) return;
    document.getElementById("keys-off").checked = isOff();
    document.getElementById(opens.dataset.opens).showModal();
  });
  document.addEventListener("change", (event) => {
    if (event.target.id !== "keys-off") return;
    try { localStorage.setItem(OFF, event.target.checked ? "yes" : "no"); } catch { /* a browser that keeps nothing */ }
  });

  const boosted = (event) => event.detail.boosted ?? event.detail.requestConfig?.boosted;
  document.addEventListener("htmx:beforeRequest", (event) => { if (boosted(event)) setBusy(true); });
  document.addEventListener("htmx:afterSettle", () => {
    if (!busy) return;
    setBusy(false);
    document.querySelector("main h1")?.focus({ preventScroll: true });
  });
  for (const name of ["htmx:sendError", "htmx:timeout"]) {
    document.addEventListener(name, (event) => {
      if (!busy) return;
      setBusy(false);
      say("Not saved: the connection failed. What you typed is still here; try again.");
    });
  }
  window.addEventListener("pageshow", () => setBusy(false));
  document.documentElement.classList.add("has-script");
})();
