/* The light or dark theme: remembered by this browser, else as the system prefers.
   The store "theme" holds the one shown; ClientsideFunction("theme", "toggle") fills it. */
(function () {
  "use strict";
  if (window.auroraxTheme) return; // loaded a second time, with the other scripts

  var KEY = "aurorax-theme";
  var system = window.matchMedia("(prefers-color-scheme: dark)");

  function remembered() {
    try {
      var theme = window.localStorage.getItem(KEY);
      return theme === "dark" || theme === "light" ? theme : null;
    } catch (error) {
      return null; // storage is switched off: the system's preference stands
    }
  }

  function current() {
    return remembered() || (system.matches ? "dark" : "light");
  }

  function show(theme) {
    document.documentElement.setAttribute("data-bs-theme", theme);
    document.documentElement.setAttribute("data-ag-theme-mode", theme);
    return theme;
  }

  function set(theme) {
    try {
      window.localStorage.setItem(KEY, theme);
    } catch (error) {
      // Shown now, forgotten with the page.
    }
    return show(theme);
  }

  function toggle(clicks) {
    var shown = document.documentElement.getAttribute("data-bs-theme") || current();
    return clicks ? set(shown === "dark" ? "light" : "dark") : shown;
  }

  /* The system or another tab has changed it: the page follows, and the figures through the store. */
  function follow() {
    var theme = show(current());
    if (window.dash_clientside.set_props) window.dash_clientside.set_props("theme", { data: theme });
  }

  window.auroraxTheme = true;
  window.dash_clientside = window.dash_clientside || {};
  window.dash_clientside.theme = { toggle: toggle };
  system.addEventListener("change", follow);
  window.addEventListener("storage", function (event) { if (event.key === KEY) follow(); });
  show(current());
})();
