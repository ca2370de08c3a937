/* The UTC clock: writes "12:34:56 UTC" into #utc-clock at each full second, whenever it is on the page. */
(function () {
  "use strict";

  function tick() {
    var now = new Date();
    var clock = document.getElementById("utc-clock");
    if (clock) {
      var text = now.toISOString().slice(11, 19) + " UTC";
      if (clock.textContent !== text) clock.textContent = text;
      clock.title = now.toISOString().slice(0, 10);
    }
    window.setTimeout(tick, 1000 - now.getMilliseconds());
  }

  tick();
})();
