/* Explorer: the map of one minute, filled here from hours of positions that the server hands over, so that a
   slider and play answer at once. The server draws what stays; what it is told of is the minute at which the
   slider rests. */
(function () {
  "use strict";
  var HOUR = 60;
  var DAY = 1440;
  var FRAME_MS = 100;
  var CALM_FRAME_MS = 1000;
  var SETTLED_AFTER_MS = 250;
  var AGAIN_AFTER_MS = 1500;
  var LOST_AFTER_MS = 20000;
  var TOLD_EVERY = 30; // minutes of the map, while it plays
  var KEPT_HOURS = 72;
  var TURNED_PX = 6;

  var hours = new Map(); // "trace|minute of its beginning" → what the server said of it
  var asked = null; // the hours under way, and since when
  var failed = false;
  var seen = null; // what is shown: figure without what moves, choices, things
  var minute = 0; // since 1970
  var playing = false;
  var watched = null; // the map whose drawings are listened to
  var told = null; // the minute that the server knows of
  var pressed = { x: 0, y: 0 }, turned = false; // where the pointer went down, and whether it moved on from there
  var timers = {};
  var texts = {};
  var question = 0;

  function noUpdate() { return window.dash_clientside.no_update; }
  function part(name) { return document.getElementById("explorer-" + name); }
  function set(name, props) { window.dash_clientside.set_props("explorer-" + name, props); }

  function later(name, wait, task) {
    window.clearTimeout(timers[name]);
    timers[name] = window.setTimeout(task, wait);
  }

  /* ---- time ---- */

  function readTime(text) { return Math.floor(Date.parse(text.replace(" ", "T") + "Z") / 60000); }
  function timeText(at) { return new Date(at * 60000).toISOString().slice(0, 16).replace("T", " "); }
  function hourOf(at) { return Math.floor(at / HOUR) * HOUR; }

  /* ---- on the page ---- */

  function frameNow() { return window.explorerFrame.at(seen, hours, minute, plotNow()); }
  function hourNow() { return hours.get(seen.trace + "|" + hourOf(minute)); }

  function subtitle(frame) {
    var said = hourNow()
      ? frame.space + " in space, " + frame.ground + " on the ground"
      : "fetching positions …";
    return timeText(minute) + " UTC: " + said;
  }

  /* All traces, with what is in them at this minute. */
  function filled(frame) {
    return seen.base.data.map(function (trace) {
      var whole = Object.assign({}, trace);
      Object.entries(window.explorerFrame.filling(trace, frame) || {}).forEach(function (entry) {
        var path = entry[0].split(".");
        if (path.length === 1) whole[path[0]] = entry[1];
        else whole[path[0]] = Object.assign({}, whole[path[0]], { [path[1]]: entry[1] });
      });
      return whole;
    });
  }

  function figure() {
    var frame = frameNow();
    var layout = Object.assign({}, seen.base.layout);
    layout.title = Object.assign({}, layout.title, { subtitle: Object.assign({}, layout.title.subtitle, { text: subtitle(frame) }) });
    layout.meta = Object.assign({}, layout.meta, { minute: minute });
    return { data: filled(frame), layout: layout };
  }

  function plotNow() {
    var plot = document.querySelector("#explorer-map .js-plotly-plot");
    return plot && plot.layout && plot.layout.meta && seen ? plot : null;
  }

  /* Move what moves, without Dash and plotly.js: ten times a second they have no time for more. */
  function show() {
    showTime();
    var plot = plotNow();
    if (!plot) return;
    var frame = frameNow();
    if (!window.geoCanvas.draw(plot, filled(frame))) set("map", { figure: figure() });
    var said = plot.querySelector(".gtitle-subtitle");
    if (said) said.textContent = subtitle(frame);
  }

  function watch() {
    var plot = document.querySelector("#explorer-map .js-plotly-plot");
    if (!plot || !plot.on) { later("watch", SETTLED_AFTER_MS, watch); return; }
    if (watched === plot) return;
    watched = plot;
    plot.on("plotly_afterplot", rest);
    plot.on("plotly_relayout", rest);
    rest();
  }

  /* Once plotly.js has drawn the minute at which things rest, it shows them itself. */
  function rest() {
    var plot = plotNow();
    if (!plot || playing || plot.layout.meta.minute !== minute) return;
    window.geoCanvas.clear(plot);
    aim(plot);
  }

  /* Let marks point to where their spacecraft go, also after the map was turned. */
  function aim(plot) {
    var place = plot.data.findIndex(function (trace) { return trace.meta === "space"; });
    var angles = frameNow().traces.space["marker.angle"];
    var drawn = plot.data[place].marker.angle || [];
    var differs = angles.some(function (angle, n) { return Math.abs(angle - drawn[n]) > 2; });
    if (differs && drawn.length === angles.length) window.Plotly.restyle(plot, { "marker.angle": [angles] }, [place]);
  }

  function showTime() {
    var clock = part("clock"), slider = sliderOf(part("slider"));
    if (clock) clock.textContent = timeText(minute) + " UTC";
    if (slider) {
      slider.value = minute % DAY;
      slider.setAttribute("aria-valuetext", timeText(minute) + " UTC");
    }
    var map = part("map");
    if (map && seen) map.closest("figure").classList.toggle("ax-explorer-waiting", !failed && !hourNow());
  }

  /* The slider is ours alone: a control of Dash would go through all of Dash at every minute. */
  function sliderOf(place) {
    if (!place) return null;
    if (!place.firstChild) {
      var slider = document.createElement("input");
      Object.entries({ type: "range", min: 0, max: DAY - 1, step: 1, "aria-label": "Time of day (UTC)" })
        .forEach(function (entry) { slider.setAttribute(entry[0], entry[1]); });
      slider.addEventListener("input", function () {
        pause();
        move(Math.floor(minute / DAY) * DAY + Number(slider.value));
      });
      place.appendChild(slider);
    }
    return place.firstChild;
  }

  function move(to) {
    minute = to;
    failed = false;
    fetchHours();
    show();
    later("settle", SETTLED_AFTER_MS, settle);
  }

  /* Tell the server where the slider rests; tables, list and address follow. */
  function settle() {
    var plot = plotNow();
    if (!plot) return;
    var resting = !playing && told === minute;
    told = minute;
    set("time", { data: timeText(minute) });
    set("typed", { value: timeText(minute) });
    set("typed-problem", { children: "" });
    // Dash says nothing of a time that it has already: the map is then brought to it here.
    if (resting && plot.layout.meta.minute === minute) rest();
    else if (resting) set("map", { figure: figure() });
  }

  /* ---- hours ---- */

  function needed() {
    var found = [], last = hourOf(minute + HOUR) + (playing ? HOUR : 0);
    for (var start = hourOf(minute - HOUR); start <= last; start += HOUR) found.push(start);
    return found;
  }

  function fetchHours() {
    if (failed || !seen) return;
    var missing = needed().filter(function (start) { return !hours.has(seen.trace + "|" + start); });
    if (asked && performance.now() - asked.since > LOST_AFTER_MS) asked = null;
    if (!missing.length || (asked && missing.every(function (start) { return asked.hours.has(seen.trace + "|" + start); }))) return;
    later("fetch", asked ? SETTLED_AFTER_MS : 0, function () {
      if (!part("map")) return;
      question += 1;
      asked = {
        since: performance.now(),
        hours: new Set(missing.map(function (start) { return seen.trace + "|" + start; }))
      };
      set("wanted", { data: {
        trace: seen.trace,
        hours: missing.map(function (start) { return new Date(start * 60000).toISOString().replace("Z", "+00:00"); }),
        question: question
      } });
    });
  }

  function take(loaded) {
    asked = null;
    failed = !!loaded.failed;
    loaded.hours.forEach(function (hour) { hours.set(loaded.trace + "|" + hour.start, hour); });
    while (hours.size > KEPT_HOURS) hours.delete(hours.keys().next().value);
    if (loaded.pending) later("fetch", AGAIN_AFTER_MS, fetchHours);
  }

  /* ---- play ---- */

  function isCalm() { return window.matchMedia("(prefers-reduced-motion: reduce)").matches; }

  function tick() {
    if (!playing) return;
    if (!part("map")) { pause(); return; }
    var began = performance.now();
    var rate = Number((part("speed") || {}).value || 10);
    var frameMs = isCalm() ? CALM_FRAME_MS : Math.max(FRAME_MS, 1000 / rate);
    var step = Math.max(1, Math.round(rate * frameMs / 1000));
    var next = minute + step;
    fetchHours();
    if (failed) { pause(); return; }
    if (hours.has(seen.trace + "|" + hourOf(next))) {
      var tell = Math.floor(next / TOLD_EVERY) !== Math.floor(minute / TOLD_EVERY);
      minute = next;
      show();
      if (tell) settle();
    }
    window.setTimeout(tick, Math.max(0, frameMs - (performance.now() - began)));
  }

  function showPlaying() {
    var button = part("play");
    if (!button) return;
    button.textContent = playing ? "Pause" : "Play";
    button.setAttribute("aria-pressed", String(playing));
  }

  function play() {
    if (playing || !seen) return;
    playing = true;
    showPlaying();
    tick();
  }

  function pause() {
    if (!playing) return;
    playing = false;
    showPlaying();
    settle();
  }

  /* A map that was turned was not clicked, though plotly.js says so. */
  document.addEventListener("pointerdown", function (event) { pressed = { x: event.clientX, y: event.clientY }; turned = false; }, true);
  document.addEventListener("pointermove", function (event) {
    if (event.buttons && Math.hypot(event.clientX - pressed.x, event.clientY - pressed.y) > TURNED_PX) turned = true;
  }, true);

  document.addEventListener("click", function (event) {
    var closest = function (selector) { return event.target.closest && event.target.closest(selector); };
    var step = closest("[data-explorer-step]"), jump = closest("[data-explorer-jump]");
    if (closest("#explorer-play")) {
      if (playing) pause(); else play();
    } else if (step) {
      pause();
      move(minute + Number(step.getAttribute("data-explorer-step")));
    } else if (jump) {
      pause();
      set("one", { value: Number(jump.getAttribute("data-one")) });
      set("other", { value: Number(jump.getAttribute("data-other")) });
      move(readTime(jump.getAttribute("data-explorer-jump")));
    } else if (closest("[data-explorer-again]")) {
      failed = false;
      fetchHours();
    }
  });

  /* ---- what Dash calls ---- */

  /* Stores hold text, read once: Dash would walk through all that is in them at each change. */
  function parsed(name, text) {
    if (!texts[name] || texts[name].text !== text) texts[name] = { text: text, data: JSON.parse(text) };
    return texts[name].data;
  }

  function triggers() {
    return window.dash_clientside.callback_context.triggered.map(function (each) { return each.prop_id.split(".")[0]; });
  }

  window.dash_clientside = window.dash_clientside || {};
  window.dash_clientside.explorer = {
    /* Return the figure of this minute; while it plays, its own frames do. */
    compose: function (base, loaded, time, minutes, programs, one, other, things, trace) {
      if (!base || !things) return noUpdate();
      base = parsed("base", base);
      var by = triggers();
      var fresh = !seen || !by.length || seen.page !== part("slider");
      if (fresh) {
        playing = false;
        failed = false;
        asked = null;
        hours.clear();
        showPlaying();
      }
      seen = {
        base: base, meta: base.layout.meta, page: part("slider"), things: parsed("things", things), trace: trace, minutes: Number(minutes),
        programs: new Set(programs || []), one: one, other: other,
        side: base.layout.geo.projection.type === "orthographic" ? 0 : Math.sign(base.layout.geo.projection.rotation.lat)
      };
      if (loaded && (fresh || by.indexOf("explorer-hours") >= 0)) take(parsed("hours", loaded));
      if (fresh || (by.indexOf("explorer-time") >= 0 && !playing)) told = minute = readTime(time);
      if (by.indexOf("explorer-hours") < 0) failed = false;
      fetchHours();
      showTime();
      watch();
      var itself = ["explorer-time", "explorer-hours"];
      if (playing && by.every(function (name) { return itself.indexOf(name) >= 0; })) return noUpdate();
      return figure();
    },
    /* A click chooses a thing, another click on it lets it go; of three, the two last stay. */
    choose: function (click, one, other) {
      var id = click && click.points[0].customdata;
      if (id === undefined || id === null || turned) return [noUpdate(), noUpdate(), noUpdate()];
      if (id === one) return [other || null, null, null];
      if (id === other) return [one, null, null];
      if (!one) return [id, noUpdate(), null];
      return [other || one, id, null];
    },
    allPrograms: function (clicks, options) {
      return clicks ? options.map(function (option) { return option.value; }) : noUpdate();
    },
    noPrograms: function (clicks) { return clicks ? [] : noUpdate(); }
  };
})();
