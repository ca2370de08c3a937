/* The light or dark theme: remembered by this browser, else as the system prefers.
   Pages change it through clientside callbacks: ClientsideFunction("theme", "toggle" | "current"). */
(function () {
  "use strict";
  if (window.auroraxTheme) return;

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

  function apply() {
    return show(current());
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

  window.auroraxTheme = { current: current, set: set, toggle: toggle };
  window.dash_clientside = window.dash_clientside || {};
  window.dash_clientside.theme = { current: function () { return current(); }, toggle: toggle };
  system.addEventListener("change", apply);
  window.addEventListener("storage", function (event) { if (event.key === KEY) apply(); });
  apply();
})();
