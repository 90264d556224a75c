// The curve, drawn by Vega from what answer.js computes; on pages without Vega a link to one that has it.
const MOST = 4;
let view = null;
let started = null;
let figure = null;

function picture(group, row, found, hash) {
  if (!window.calibDraw) {
    return make(
      "p",
      { class: "draw" },
      make("a", {
        href: `explore.html#${hash}`,
        text: "See its curve, and compare it with others",
      }),
    );
  }
  const mine = found.parts
    .flatMap((part) => part.rows)
    .filter((other) => other.curve !== row.curve && ASKED.only.includes(other.curve.of));
  const together = [row, ...mine.filter((other) => other.curve.by === row.curve.by)].slice(0, MOST);
  const apart = mine.filter((other) => other.curve.by !== row.curve.by);
  figure = figure || frame();
  const told = together.map((one) =>
    fill(WORDS.series, {
      specialty: label(one.curve.of),
      people: of100(one.value),
      score: one.score,
      range: between(one.nextLow, one.nextHigh),
    }),
  );
  const alternative = fill(WORDS.picture, { group: group.within, series: told.join("; ") });
  figure.firstChild.setAttribute("aria-label", alternative);
  const strips =
    together.length === 1 && stripsOf(row.curve).length ? ` ${WORDS.caption_strips}` : "";
  const split = apart.length
    ? ` ${fill(WORDS.apart, { specialty: label(row.curve.of), others: apart.map((one) => label(one.curve.of)).join(", ") })}`
    : "";
  figure.querySelector("figcaption").textContent = WORDS.caption + strips + split;
  requestAnimationFrame(() => draw(group, together));
  return figure;
}

function frame() {
  const button = (kind) =>
    make("button", {
      type: "button",
      class: "export",
      "data-kind": kind,
      text: `Picture as ${kind.toUpperCase()}`,
    });
  const made = make(
    "figure",
    {},
    make("div", { class: "plot", role: "img" }, make("div", { "aria-hidden": "true" })),
    make("figcaption"),
    make("p", { class: "buttons" }, button("svg"), button("png")),
  );
  made.addEventListener(
    "click",
    (event) => event.target.dataset.kind && keep(event.target.dataset.kind),
  );
  return made;
}

const keep = (kind) => saved(view, `${ASKED.open}-${ASKED.group}`, kind);

async function saved(shown, name, kind) {
  if (kind === "png") save(`${name}.png`, await shown.toImageURL("png", 2));
  else save(`${name}.svg`, new Blob([await shown.toSVG()], { type: "image/svg+xml" }));
}

// The first list as a picture: one of two denominators, never both.
async function keepList(kind) {
  const [part] = FOUND.parts;
  if (!part) return;
  const group = groupOf(ASKED);
  const rows = part.rows.map((row) => ({
    name: label(row.curve.of),
    value: 100 * row.value,
    lo: 100 * row.nextLow,
    hi: 100 * row.nextHigh,
    told: `${of100(row.value)} (${between(row.nextLow, row.nextHigh)}) ${row.marks.join(", ")}`,
  }));
  const score = part.rows[0].score;
  const counted = fill(group.lists[part.by], { score });
  const said = fill(WORDS.list, { counted, later: nextCycle() });
  const heading = [...wrapped(said, 95), fill(WORDS.edition, { edition: DATA.edition })];
  const options = { mode: "vega", renderer: "svg", actions: false, tooltip: false };
  const chart = filled(LIST, { heading }, { rows });
  const made = await window.calibDraw(document.createElement("div"), chart, options);
  await saved(made.view, `chances-${ASKED.group}-${score}`, kind);
  made.finalize();
}

async function draw(group, together) {
  const plot = figure.firstChild;
  if (!plot.isConnected) return;
  delete plot.dataset.drawn;
  const low = 5 * Math.floor(Math.min(...together.map(({ curve }) => curve.low)) / 5);
  const high = 5 * Math.ceil(Math.max(...together.map(({ curve }) => curve.high)) / 5);
  const width = plot.clientWidth;
  const strips = together.length === 1 ? stripsOf(together[0].curve) : [];
  const bottom = strips.length ? -0.12 * (strips.length + 0.6) : 0;
  const ticks = [0, 0.25, 0.5, 0.75, 1, ...strips.map((_, i) => -0.12 * (i + 1))];
  const style = getComputedStyle(document.documentElement);
  const heading = [
    together.map(({ curve }) => label(curve.of)).join(", "),
    fill(WORDS.heading, { group: group.label, edition: DATA.edition }),
  ];
  const signals = {
    ink: style.getPropertyValue("--ink"),
    paper: style.getPropertyValue("--paper"),
    grid: style.getPropertyValue("--line"),
    x_low: low,
    x_high: high,
    bottom,
    ticks,
    rows: strips.map((strip) => strip.name),
    heading: heading.flatMap((text) => wrapped(text, width / 9)),
  };
  const tables = {
    lines: together.flatMap(lineOf),
    points: together.flatMap(pointsOf),
    bars: strips.flatMap((strip, i) => barsOf(strip, i, low, high, (width - 60) / (high - low))),
  };
  started =
    started ||
    window.calibDraw(plot.firstChild, filled(CHART, signals, tables), {
      mode: "vega",
      renderer: "svg",
      actions: false,
      tooltip: false,
    });
  ({ view } = await started);
  for (const [name, value] of Object.entries(signals)) view.signal(name, value);
  for (const [name, rows] of Object.entries(tables)) view.data(name, rows);
  await view.width(width).runAsync();
  plot.dataset.drawn = together.map(({ curve }) => curve.of).join(" ");
}

// The chart with what it shows first, since it cannot be drawn of nothing.
function filled(of, signals, tables) {
  const chart = structuredClone(of);
  for (const signal of chart.signals)
    if (signal.name in signals) signal.value = signals[signal.name];
  for (const table of chart.data) if (table.name in tables) table.values = tables[table.name];
  return chart;
}

function wrapped(text, most) {
  const lines = [""];
  for (const word of text.split(" ")) {
    const at = lines.length - 1;
    if (lines[at] && lines[at].length + word.length >= most) lines.push(word);
    else lines[at] = lines[at] ? `${lines[at]} ${word}` : word;
  }
  return lines;
}

function lineOf({ curve }) {
  const later = afterDrift(curve.line, curve.drift || 0);
  const scores = [curve.low];
  for (let x = Math.ceil(curve.low + 0.01); x < curve.high; x += 1) scores.push(x);
  scores.push(curve.high);
  return scores.map((x) => {
    const [y, olo, ohi] = chance(curve.line, x),
      [, lo, hi] = chance(later, x);
    return { s: label(curve.of), x, y, lo, hi, olo, ohi };
  });
}

function pointsOf({ curve, score, second, value, nextLow, nextHigh, beside: [other] }) {
  const s = label(curve.of);
  const points = [{ s, x: score, y: value, lo: nextLow, hi: nextHigh, told: of100(value) }];
  if (second !== null && other.there !== undefined) {
    points.push({
      s,
      x: second,
      y: other.there,
      lo: other.nextLow,
      hi: other.nextHigh,
      told: of100(other.there),
    });
  }
  return points;
}

// A strip of bands: those of the data, and those of each guide as it prints them.
function stripsOf(curve) {
  const own = curve.bands.map(([rank, low, high]) => ({
    low,
    high,
    rank,
    told: DATA.bands[rank - 1][0].replaceAll("_", " "),
  }));
  const strips = own.length ? [{ name: "data", bars: own }] : [];
  const guides = new Map();
  // A guide that prints a second row of labels, for lists of programs, has its first one drawn.
  const read = new Set(curve.guides.filter((told) => told.rank).map((told) => told.guide));
  for (const told of curve.guides.filter((one) => one.rank || !read.has(one.guide))) {
    const bar = { low: told.low ?? 1, high: told.high ?? 300, rank: told.rank, told: told.label };
    guides.set(told.guide, [...(guides.get(told.guide) || []), bar]);
  }
  const every = [...guides.values()];
  return [
    ...strips,
    ...every.map((bars, i) => ({ name: every.length > 1 ? `guide ${i + 1}` : "guide", bars })),
  ];
}

function barsOf({ bars }, at, low, high, perPoint) {
  const line = -0.12 * (at + 1);
  return bars
    .map((bar) => {
      const x = Math.max(bar.low, low),
        x2 = Math.min(bar.high + 1, high);
      const room = (x2 - x) * perPoint;
      const told = bar.told.length * 6.2 < room ? bar.told : "";
      return {
        x,
        x2,
        y: line - 0.045,
        y2: line + 0.045,
        line,
        middle: (x + x2) / 2,
        rank: bar.rank,
        told,
      };
    })
    .filter((bar) => bar.x2 > bar.x);
}
