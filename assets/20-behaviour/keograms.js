/* Keograms: the rows of nights are made from data; their pictures are loaded when they come into sight, a few
   at a time; a line shows the time of day under the pointer, or is moved by hand and keys where it belongs to
   one night. */
(function () {
  "use strict";
  var AT_ONCE = 4; // browsers open six connections to a server: the pages need some themselves
  var AGAIN_AFTER_MS = [1500, 4000]; // the dashboard may have been busy with other pictures
  var DAY = 1440;
  var NIGHT = ".ax-night, .ax-gallery-card";
  var waiting = [];
  var loading = 0;

  /* ---- rows ---- */

  function made(tag, className, text) {
    var element = document.createElement(tag);
    element.className = className;
    if (text) element.textContent = text;
    return element;
  }

  function placed(element, part) {
    element.style.left = part.left + "%";
    element.style.width = part.width + "%";
    return element;
  }

  function partsOf(part) {
    if (part.gap) {
      var hole = placed(made("span", "ax-hole", part.gap), part);
      hole.title = part.text;
      return [hole];
    }
    var image = placed(made("img", ""), part);
    image.alt = part.text;
    image.draggable = false; // the browser would drag the picture, not the line
    image.setAttribute("data-src", part.src);
    return [image, placed(made("span", "ax-lost", "picture missing"), part)];
  }

  function linked(element, row, isName) {
    element.href = row.href;
    element.title = row.title;
    if (!isName) element.tabIndex = -1; // the name beside it leads there too
    return element;
  }

  /* Return the list's element of one of the rows that pages/keograms_rows.py describes. */
  function rowOf(row) {
    var item = made("li", "ax-night" + (row.gap ? " ax-night--gap" : ""));
    var name = made(row.href ? "a" : "span", "ax-night-name", row.name);
    var track = made("div", "ax-track" + (row.large ? " ax-track--large" : row.gap ? " ax-track--gap" : ""));
    if (row.gap) track.append(made("span", "ax-gap-text", row.gap));
    (row.parts || []).forEach(function (part) { track.append.apply(track, partsOf(part)); });
    if (!row.href) {
      item.append(name, track);
      return item;
    }
    var link = linked(made("a", "ax-night-link"), row, false);
    link.append(track);
    item.append(linked(name, row, true), link);
    return item;
  }

  function makeRows() {
    document.querySelectorAll("ol[data-rows]").forEach(function (list) {
      var rows = JSON.parse(list.getAttribute("data-rows"));
      list.replaceChildren.apply(list, rows.map(rowOf));
    });
  }

  /* ---- pictures ---- */

  function pictures(place) { return Array.from(place.querySelectorAll("img[data-src]:not([data-state])")); }

  function isOpen(image) {
    var folded = image.closest("details");
    return !folded || folded.open;
  }

  function load(image, tries) {
    function done(state) {
      image.setAttribute("data-state", state);
      loading -= 1;
      next();
    }
    image.setAttribute("data-state", "loading");
    image.onload = function () { done("shown"); };
    image.onerror = function () {
      if (tries >= AGAIN_AFTER_MS.length || !image.isConnected) { done("lost"); return; }
      loading -= 1;
      next();
      window.setTimeout(function () { loading += 1; load(image, tries + 1); }, AGAIN_AFTER_MS[tries]);
    };
    var src = image.getAttribute("data-src");
    image.src = tries ? src + "&again=" + tries : src;
  }

  function next() {
    while (loading < AT_ONCE && waiting.length) {
      var image = waiting.shift();
      if (!image.isConnected || image.hasAttribute("data-state")) continue;
      loading += 1;
      load(image, 0);
    }
  }

  var sight = new IntersectionObserver(function (entries) {
    entries.forEach(function (entry) {
      var wanted = pictures(entry.target).filter(isOpen);
      waiting = waiting.filter(function (image) { return wanted.indexOf(image) < 0; });
      if (entry.isIntersecting) waiting = waiting.concat(wanted);
    });
    next();
  }, { rootMargin: "300px 0px" });

  document.addEventListener("toggle", function (event) {
    var place = event.target.closest && event.target.closest(NIGHT);
    if (!place || !event.target.open) return;
    waiting = waiting.concat(pictures(place).filter(isOpen));
    next();
  }, true);

  /* ---- the time of day ---- */

  function clock(minute) {
    var two = function (number) { return (number < 10 ? "0" : "") + number; };
    return two(Math.floor(minute / 60)) + ":" + two(minute % 60);
  }

  function minuteAt(nights, x) {
    var field = nights.querySelector(".ax-cursor-field").getBoundingClientRect();
    var minute = Math.floor(DAY * (x - field.left) / field.width);
    return { minute: Math.min(Math.max(minute, 0), DAY - 1), inside: minute >= 0 && minute < DAY };
  }

  function point(nights, minute) {
    var cursor = nights.querySelector(".ax-cursor");
    nights.setAttribute("data-minute", minute);
    cursor.style.left = (100 * (minute + 0.5) / DAY) + "%";
    cursor.classList.toggle("ax-cursor--left", minute > 0.8 * DAY);
    cursor.firstElementChild.textContent = clock(minute) + " UTC";
  }

  /* Put the line of one night at `minute`: the address, the slider's value and the ways on follow. */
  function settle(nights, minute) {
    var time = clock(minute);
    point(nights, minute);
    nights.setAttribute("aria-valuenow", minute);
    nights.setAttribute("aria-valuetext", time + " UTC");
    var url = new URL(window.location.href);
    url.searchParams.set("t", time);
    window.history.replaceState(window.history.state, "", url.href);
    var when = new URLSearchParams({ t: nights.getAttribute("data-day") + " " + time });
    window.dash_clientside.set_props("keograms-explorer", {
      href: nights.getAttribute("data-explorer") + "?" + when,
      children: "What was where at " + time
    });
  }

  function isSlider(nights) { return nights && nights.getAttribute("role") === "slider"; }

  document.addEventListener("pointermove", function (event) {
    var nights = event.target.closest && event.target.closest(".ax-nights");
    if (!nights) return;
    var at = minuteAt(nights, event.clientX);
    if (isSlider(nights)) {
      if (nights.hasPointerCapture(event.pointerId)) settle(nights, at.minute);
    } else if (at.inside) {
      point(nights, at.minute);
    } else {
      nights.removeAttribute("data-minute");
    }
  });

  document.addEventListener("pointerout", function (event) {
    var nights = event.target.closest && event.target.closest(".ax-nights");
    if (nights && !isSlider(nights) && !nights.contains(event.relatedTarget)) nights.removeAttribute("data-minute");
  });

  document.addEventListener("pointerdown", function (event) {
    var nights = event.target.closest && event.target.closest(".ax-nights");
    if (!isSlider(nights) || event.button) return;
    nights.setPointerCapture(event.pointerId);
    settle(nights, minuteAt(nights, event.clientX).minute);
  });

  /* A night opens without a new page; one that is clicked with its line where it was clicked. */
  document.addEventListener("click", function (event) {
    var link = event.target.closest && event.target.closest(".ax-night-link, a.ax-night-name");
    if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    var url = new URL(link.href);
    if (event.clientX && link.classList.contains("ax-night-link")) {
      url.searchParams.set("t", clock(minuteAt(link.closest(".ax-nights"), event.clientX).minute));
    }
    window.dash_clientside.set_props("keograms-go", { href: url.pathname + url.search });
  });

  var STEPS = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -60, PageUp: 60 };

  document.addEventListener("keydown", function (event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    var nights = event.target.closest && event.target.closest(".ax-nights");
    if (isSlider(nights)) {
      var now = Number(nights.getAttribute("data-minute"));
      var step = (STEPS[event.key] || 0) * (event.shiftKey ? 10 : 1);
      var minute = event.key === "Home" ? 0 : event.key === "End" ? DAY - 1 : now + step;
      if (minute !== now) {
        event.preventDefault();
        settle(nights, Math.min(Math.max(minute, 0), DAY - 1));
        return;
      }
    }
    var side = { "[": ".ax-night-before", "]": ".ax-night-after" }[event.key];
    var typing = event.target.closest && event.target.closest("input, textarea, select, [contenteditable]");
    var way = side && !typing && document.querySelector("a" + side);
    if (way) way.click();
  });

  /* The ruler of hours stays below the bar, which grows a line where the window is narrow. */
  function measureBar() {
    var bar = document.querySelector(".ax-bar");
    if (bar) document.documentElement.style.setProperty("--ax-bar-height", bar.offsetHeight + "px");
  }
  window.addEventListener("resize", measureBar);

  window.dash_clientside = window.dash_clientside || {};
  window.dash_clientside.keograms = {
    /* Make the rows of what is shown now and watch its pictures, once it stands on the page. */
    prepare: function () {
      waiting = [];
      window.requestAnimationFrame(function () {
        window.requestAnimationFrame(function () {
          measureBar();
          makeRows();
          sight.disconnect();
          document.querySelectorAll(NIGHT).forEach(function (place) { sight.observe(place); });
          var nights = document.querySelector(".ax-nights[role=slider]");
          if (nights) point(nights, Number(nights.getAttribute("data-minute")));
        });
      });
      return window.dash_clientside.no_update;
    }
  };
})();
