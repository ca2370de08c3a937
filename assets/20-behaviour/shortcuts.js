/* Keys: each presses what is on the page. Nothing happens while somebody writes. */
(function () {
  "use strict";
  var PAGES = { s: "Search", r: "Results", a: "Availability", x: "Explorer", k: "Keograms", e: "Ephemeris", o: "Sources" };
  var GO_MS = 1500;
  var goAt = 0;

  function writing(target) {
    return target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
  }

  function press(id) {
    var button = document.getElementById(id);
    if (button && !button.disabled) button.click();
    return !!button;
  }

  function goTo(name) {
    var links = Array.from(document.querySelectorAll(".ax-nav a"));
    var link = links.find(function (each) { return each.textContent.trim() === name; });
    if (link) link.click();
  }

  document.addEventListener("keydown", function (event) {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !document.querySelector(".modal.show")) {
      press("search-submit"); // from any field: what is being written is meant
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || writing(event.target)) return;
    if (event.key !== "?" && document.querySelector(".modal.show")) return;
    var going = Date.now() - goAt < GO_MS;
    goAt = 0;
    if (going && PAGES[event.key]) {
      event.stopImmediatePropagation(); // the second key is not one of the page's own
      goTo(PAGES[event.key]);
    }
    else if (event.key === "g") goAt = Date.now();
    else if (event.key === "?") press("shortcuts-open");
    else if (event.key === "t") press("theme-switch");
    else if (event.key === "j" || event.key === "]") press("result-next");
    else if (event.key === "k" || event.key === "[") press("result-previous");
    else if (event.key === "s") press("judging-star");
  }, true);
})();
