/* What is in each trace of the Explorer's map at one minute: tracks, marks, fields of view, night and oval, from
   hours of positions that the server handed over. */
(function () {
  "use strict";
  var HOUR = 60;
  var CIRCLE_POINTS = 36;
  var MOST_LABELS = 60;
  var SITE_DEG = 0.3;
  var RAD = Math.PI / 180;

  var circles = new Map();
  // Of the frame that is being made:
  var seen, hours, minute, plot;

  /* ---- the sphere: the same formulas as figures/sphere.py ---- */

  function destination(lat, lon, bearing, distance) {
    var inward = Math.cos(distance * RAD), outward = Math.sin(distance * RAD);
    var ahead = outward * Math.cos(bearing * RAD), aside = outward * Math.sin(bearing * RAD);
    var sine = Math.sin(lat * RAD), cosine = Math.cos(lat * RAD);
    var level = inward * cosine - ahead * sine;
    var east = Math.sin(lon * RAD), prime = Math.cos(lon * RAD);
    var z = Math.max(-1, Math.min(1, inward * sine + ahead * cosine));
    return [Math.asin(z) / RAD, Math.atan2(level * east + aside * prime, level * prime - aside * east) / RAD];
  }

  function bearing(one, other) {
    var east = (other[1] - one[1]) * RAD;
    var north = Math.cos(one[0] * RAD) * Math.sin(other[0] * RAD)
      - Math.sin(one[0] * RAD) * Math.cos(other[0] * RAD) * Math.cos(east);
    return Math.atan2(Math.sin(east) * Math.cos(other[0] * RAD), north) / RAD;
  }

  function angle(one, other) {
    var up = Math.sin((other[0] - one[0]) * RAD / 2), along = Math.sin((other[1] - one[1]) * RAD / 2);
    return 2 * Math.asin(Math.sqrt(up * up + Math.cos(one[0] * RAD) * Math.cos(other[0] * RAD) * along * along)) / RAD;
  }

  /* Clockwise as seen from above: that tells the map which side is inside. */
  function circle(lat, lon, radius, points) {
    var key = [lat, lon, radius, points].join();
    if (!circles.has(key)) {
      if (circles.size > 1000) circles.clear();
      var line = emptyLine();
      for (var n = 0; n <= points; n += 1) add(line, destination(lat, lon, 360 * n / points, radius));
      circles.set(key, line);
    }
    return circles.get(key);
  }

  function emptyLine() { return { lat: [], lon: [] }; }
  function add(line, place) { line.lat.push(place[0]); line.lon.push(place[1]); }
  function lift(line) { if (line.lat.length && line.lat[line.lat.length - 1] !== null) add(line, [null, null]); }
  function join(line, other) {
    line.lat = line.lat.concat(other.lat, null);
    line.lon = line.lon.concat(other.lon, null);
  }

  /* ---- where things are ---- */

  function hourAt(at) { return hours.get(seen.trace + "|" + Math.floor(at / HOUR) * HOUR); }

  function placeAt(id, at) {
    var hour = hourAt(at);
    var track = hour && hour.space[id];
    var lat = track && track[0][at - hour.start];
    return lat === null || lat === undefined ? null : [lat, track[1][at - hour.start]];
  }

  function isShown(id) { return seen.things[id] && seen.programs.has(seen.things[id].program); }

  /* A view over a pole shows one hemisphere: nothing of the other is drawn. */
  function isOver(place) { return !seen.side || place[0] * seen.side > 0; }

  /* ---- one frame: what is in each of the traces that move, by their meta ---- */

  function space(frame) {
    var marks = { lat: [], lon: [], text: [], hovertext: [], customdata: [], color: [], angle: [], size: [] };
    var tracks = {};
    var hour = hourAt(minute);
    Object.keys(hour ? hour.space : {}).filter(isShown).forEach(function (id) {
      var thing = seen.things[id];
      var colour = seen.meta.colours[thing.program];
      var here = placeAt(id, minute);
      tracks[colour] = tracks[colour] || emptyLine();
      for (var at = minute - seen.minutes; at <= minute + seen.minutes && seen.minutes; at += 1) {
        var place = placeAt(id, at);
        if (place && isOver(place)) add(tracks[colour], place); else lift(tracks[colour]);
      }
      lift(tracks[colour]);
      if (!here) return;
      frame.space += 1;
      if (!isOver(here)) return;
      var next = placeAt(id, minute + 1), before = placeAt(id, minute - 1);
      add(marks, here);
      marks.angle.push(next ? bearing(here, next) : before ? bearing(before, here) : 0);
      marks.text.push(escaped(thing.name));
      marks.hovertext.push(hover(thing, here));
      marks.customdata.push(Number(id));
      marks.color.push(colour);
      marks.size.push(isChosen(id) ? 17 : 11);
    });
    if (!seen.meta.names || marks.text.length > MOST_LABELS) marks.text = marks.text.map(function () { return ""; });
    // plotly.js can count angles from north for the first trace of a map only.
    if (plot) marks.angle = window.geoCanvas.angles(plot, marks.lat, marks.lon, marks.angle);
    frame.traces.space = marked(marks);
    frame.tracks = tracks;
  }

  function ground(frame) {
    var marks = { lat: [], lon: [], text: [], hovertext: [], customdata: [], color: [], angle: [], size: [] };
    var on = emptyLine(), off = emptyLine();
    var hour = hourAt(minute);
    var works = function (id) {
      var at = minute - hour.start;
      return hour.ground[id][3].some(function (stretch) { return stretch[0] <= at && at <= stretch[1]; });
    };
    // Of several at one site the last is seen, and clicked: imagers that work before all others.
    var rank = function (id) { return works(id) * 2 + hour.ground[id][2]; };
    var ids = Object.keys(hour ? hour.ground : {}).filter(isShown);
    ids.sort(function (one, other) { return rank(one) - rank(other); });
    var working = ids.filter(works).map(function (id) { return hour.ground[id]; });
    ids.forEach(function (id) {
      var one = hour.ground[id], thing = seen.things[id], now = works(id);
      // plotly.js takes the smallest mark for the one that is meant: what rests beside what works has none.
      var beside = !now && !isChosen(id) && working.some(function (other) { return angle(one, other) < SITE_DEG; });
      var place = [one[0], one[1]];
      if (now) frame.ground += 1;
      if (!isOver(place)) return;
      if (one[2]) join(now ? on : off, circle(one[0], one[1], seen.meta.radius_deg, CIRCLE_POINTS));
      if (beside) return;
      add(marks, place);
      marks.text.push(isChosen(id) ? escaped(thing.name) : "");
      marks.hovertext.push(hover(thing, place) + (now ? "<br>has records now" : "<br>no record in this minute"));
      marks.customdata.push(Number(id));
      marks.color.push(now ? seen.meta.imaging : seen.meta.muted);
      marks.angle.push(0);
      marks.size.push(isChosen(id) ? 13 : now ? 8 : 5);
    });
    frame.traces["views-on"] = on;
    frame.traces["views-off"] = off;
    frame.traces.ground = marked(marks);
  }

  function marked(marks) {
    return {
      lat: marks.lat, lon: marks.lon, text: marks.text, hovertext: marks.hovertext, customdata: marks.customdata,
      "marker.color": marks.color, "marker.angle": marks.angle, "marker.size": marks.size
    };
  }

  function hover(thing, place) {
    return "<b>" + escaped(thing.name) + "</b><br>" + escaped(thing.about) + "<br>"
      + Math.abs(place[0]).toFixed(1) + "° " + (place[0] < 0 ? "S" : "N") + " "
      + Math.abs(place[1]).toFixed(1) + "° " + (place[1] < 0 ? "W" : "E");
  }

  function escaped(text) { return String(text).replace(/&/g, "&amp;").replace(/</g, "&lt;"); }
  function isChosen(id) { return Number(id) === seen.one || Number(id) === seen.other; }

  function standing(id) {
    var hour = hourAt(minute);
    var one = hour && hour.ground[id];
    return one ? [one[0], one[1]] : placeAt(id, minute);
  }

  /* The great-circle arc between the two chosen things. */
  function pair(frame) {
    var one = standing(seen.one), other = standing(seen.other), line = emptyLine();
    if (one && other && isOver(one) && isOver(other)) {
      var whole = angle(one, other), towards = bearing(one, other);
      for (var n = 0; n <= 24; n += 1) add(line, destination(one[0], one[1], towards, whole * n / 24));
    }
    frame.traces.pair = line;
  }

  /* The Sun's place at the beginning of the hour, a quarter of a degree further west each minute. */
  function sunAt(at) {
    var hour = hourAt(at);
    return hour ? [hour.sun[0], hour.sun[1] - (at - hour.start) / 4] : null;
  }

  function sky(frame) {
    var sun = sunAt(minute);
    frame.traces.night = sun ? circle(-sun[0], sun[1] + 180, 90, 120) : emptyLine();
    var line = emptyLine();
    if (sun && seen.meta.oval.length) {
      [1, -1].forEach(function (side) {
        var pole = side > 0 ? seen.meta.pole : [-seen.meta.pole[0], seen.meta.pole[1] + 180];
        if (seen.side && seen.side !== side) return;
        var noon = bearing(pole, sun);
        seen.meta.oval.forEach(function (edge) {
          edge.forEach(function (colatitude, n) {
            // Magnetic local time grows eastward, which at the north pole is anticlockwise.
            add(line, destination(pole[0], pole[1], noon - side * 360 * n / (edge.length - 1), colatitude));
          });
          lift(line);
        });
      });
    }
    frame.traces.oval = line;
  }

  function filling(trace, frame) {
    if (trace.meta === "tracks") return frame.tracks[trace.line.color] || emptyLine();
    return frame.traces[trace.meta];
  }

  window.explorerFrame = {
    /* Return what is in the traces at a minute, by their meta (tracks by their colour), and how many things there are.
       `shown` is what page and choices ask for, `known` the hours by trace and first minute, `map` the plot or null. */
    at: function (shown, known, at, map) {
      seen = shown;
      hours = known;
      minute = at;
      plot = map;
      var frame = { traces: {}, tracks: {}, space: 0, ground: 0 };
      space(frame);
      ground(frame);
      pair(frame);
      sky(frame);
      return frame;
    },
    /* Return the changes of one trace, by paths of its properties; nothing for one that stays. */
    filling: filling
  };
})();
