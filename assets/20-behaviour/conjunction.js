/* One conjunction: the minute shown moves through map and time series without asking the server, and
   keys lead to the conjunctions before and after. */
(function () {
  "use strict";
  var MINUTE_MS = 60000;
  var DEGREES_A_MINUTE = 0.25; // the night goes once around the Earth in a day
  var look = null; // how the conjunction is looked at, and its neighbours as they look that way
  var ahead = null;
  var none = function () { return window.dash_clientside.no_update; };

  function copy(figure, changes) { return Object.assign({}, figure, changes); }

  function mapAt(map, frames, place, drawn) {
    var now = { lat: frames.lat, lon: frames.lon };
    var column = function (lists) { return lists.map(function (list) { return list[place]; }); };
    var ends = frames.ends[place];
    return copy(map, {
      data: map.data.map(function (trace) {
        if (trace.name === "now") return copy(trace, { lat: column(now.lat), lon: column(now.lon) });
        if (trace.name === "apart") {
          return copy(trace, {
            lat: ends ? [ends[0], ends[2]] : [],
            lon: ends ? [ends[1], ends[3]] : [],
            text: ["", ends ? "\u2002\u2002<b>" + frames.km[place] + "</b>\u2002\u2002" : ""]
          });
        }
        if (trace.name === "night") {
          var base = trace.meta || { lon: Array.from(values(trace.lon)), place: drawn };
          var turned = DEGREES_A_MINUTE * (place - base.place);
          return copy(trace, { meta: base, lon: base.lon.map(function (lon) { return lon - turned; }) });
        }
        return trace;
      })
    });
  }

  /* Plotly sends large arrays packed: {dtype, bdata}. */
  function values(list) {
    if (!list || !list.bdata) return list || [];
    var bytes = Uint8Array.from(window.atob(list.bdata), function (letter) { return letter.charCodeAt(0); });
    return list.dtype === "f4" ? new Float32Array(bytes.buffer) : new Float64Array(bytes.buffer);
  }

  function instant(time) { return Date.parse(time.replace(" ", "T") + ":00Z"); }

  function seriesAt(series, time) {
    var shapes = (series.layout.shapes || []).map(function (shape) {
      return shape.name === "cursor" ? copy(shape, { x0: time, x1: time }) : shape;
    });
    return copy(series, { layout: copy(series.layout, { shapes: shapes }) });
  }

  function clickedMinute(click, frames) {
    var x = click && click.points && click.points.length ? click.points[0].x : null;
    if (x === null || !frames) return null;
    var ms = typeof x === "number" ? x : Date.parse(String(x).replace(" ", "T").replace(/(T\d\d:\d\d)$/, "$1:00") + "Z");
    var minute = frames.first + Math.round((ms - instant(frames.times[0])) / MINUTE_MS);
    return isNaN(minute) ? null : minute;
  }

  var PLAY = "▶ Play", PAUSE = "❚❚ Pause";

  window.dash_clientside = window.dash_clientside || {};
  window.dash_clientside.conjunction = {
    /* Go on by a minute, begin or stop to play, or go to the minute that was clicked. */
    move: function (_clicks, _ticks, click, minute, first, last, stopped, frames) {
      var by = window.dash_clientside.callback_context.triggered.map(function (each) { return each.prop_id; }).join();
      if (by.indexOf("clickData") >= 0) {
        var clicked = clickedMinute(click, frames);
        return [clicked === null ? none() : Math.min(Math.max(clicked, first), last), true, PLAY];
      }
      if (by.indexOf("n_clicks") >= 0) {
        if (!stopped) {
          keepTime(minute && frames ? frames.times[minute - frames.first] : null);
          return [none(), true, PLAY];
        }
        var next = minute >= last ? first : minute + 1;
        if (window.matchMedia("(prefers-reduced-motion: reduce)").matches) return [next, true, PLAY];
        return [next, false, PAUSE];
      }
      if (stopped) return [none(), none(), none()];
      if (minute >= last) return [none(), true, PLAY];
      return [minute + 1, false, PAUSE];
    },
    /* Keep what was drawn of the neighbours, and have the browser fetch their pictures. */
    keepAhead: function (found) {
      ahead = found;
      ((found && found.pictures) || []).forEach(function (address) { new Image().src = address; });
    },
    show: function (minute, frames, map, series, explorer, stopped) {
      look = frames ? JSON.stringify(frames.look) : null;
      if (!frames || minute === null || minute === undefined) return [none(), none(), none(), none()];
      var place = minute - frames.first;
      if (place < 0 || place >= frames.times.length) return [none(), none(), none(), none()];
      var time = frames.times[place];
      var anew = window.dash_clientside.callback_context.triggered.some(function (each) {
        return each.prop_id.indexOf("conjunction-frames") === 0;
      });
      var there = anew && frames.drawn === minute;
      var url = new URL(explorer, window.location.href);
      url.searchParams.set("t", time);
      if (stopped !== false) keepTime(minute ? time : null);
      nameSlider(frames.said[place]);
      return [
        there ? none() : mapAt(map, frames, place, frames.drawn - frames.first),
        there ? none() : seriesAt(series, time),
        frames.said[place],
        url.pathname + url.search
      ];
    }
  };

  /* Dash's slider has no name of its own, and says its minutes as bare numbers. It may come after the
     figures: its script is fetched when the first slider is needed. */
  var naming = 0;
  function nameSlider(said, tries) {
    var thumb = document.querySelector(".ax-event-slider [role=slider]");
    window.clearTimeout(naming);
    if (thumb) {
      thumb.setAttribute("aria-label", "Minute shown");
      thumb.setAttribute("aria-valuetext", said);
    } else if (tries !== 0) {
      naming = window.setTimeout(function () { nameSlider(said, (tries || 100) - 1); }, 100);
    }
  }

  function keepTime(time) {
    window.dash_clientside.address.show({ t: time });
  }

  /* Arrows belong to whatever has the focus and uses them itself. */
  var OWN_KEYS = "input, textarea, select, [contenteditable], [role=slider], [role=radiogroup], [role=listbox], [role=menu], .ag-root";
  var BEFORE = "a.ax-event-before", AFTER = "a.ax-event-after";
  var WAYS = { ArrowLeft: BEFORE, k: BEFORE, "[": BEFORE, ArrowRight: AFTER, j: AFTER, "]": AFTER };

  /* Turn to another conjunction without leaving the page: only what differs is drawn anew, or was drawn
     ahead. The address is replaced, so that Back leads to where one came from, not through all that was
     looked at. */
  function turn(link) {
    var set = window.dash_clientside.set_props;
    var n = Number(link.getAttribute("data-n"));
    var drawn = ahead && JSON.stringify(ahead.look) === look ? ahead.drawn[n] : null;
    ahead = null;
    window.history.replaceState(window.history.state, "", link.href);
    set("conjunction-play-clock", { disabled: true });
    set("conjunction-shown", { data: { request_id: link.getAttribute("data-request"), n: n } });
    set("conjunction-minute", { value: 0 });
    if (drawn) drawn.forEach(function (part) { var props = {}; props[part[1]] = part[2]; set(part[0], props); });
    // Asked in any case: a question about the conjunction before may be under way, and is dropped for this one.
    set("conjunction-draw", { data: { n: n, look: drawn ? JSON.parse(look) : null } });
    set("judging-event", { data: n });
  }

  document.addEventListener("click", function (event) {
    var link = event.target.closest && event.target.closest(".ax-event-nav a[data-n]");
    if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    turn(link);
  });

  document.addEventListener("keydown", function (event) {
    var way = WAYS[event.key];
    if (!way || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey || event.defaultPrevented) return;
    if (event.target.closest && event.target.closest(OWN_KEYS)) return;
    var link = document.querySelector(way);
    if (!link) return;
    event.preventDefault();
    turn(link);
  });
})();
