// The lists as tables.
function make(tag, options = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(options)) {
    if (name === "text") element.textContent = value;
    else element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

function label(of) {
  return DATA.specialties[of].label;
}

function columns(score, second) {
  const beside = second === null ? [score + 5, score + 10] : [second];
  return [
    ["name", "Specialty"],
    ["chance", `With ${score}, of 100`],
    ["next", DATA.next ? `Next cycle (${DATA.next})` : "Next cycle"],
    ["stand", "Standing among the matched"],
    ...beside.map((to, i) => [
      i < beside.length - 1 ? "beside lesser" : "beside",
      `People with ${to}`,
    ]),
    ["evidence", "Evidence"],
  ];
}

function nextCycle() {
  return DATA.next ? `next cycle (${DATA.next})` : "next cycle";
}

function table(group, { by, rows }, score, second) {
  const head = columns(score, second).map(([kind, text]) =>
    make("th", { scope: "col", class: kind, role: "columnheader", text }),
  );
  const body = make("tbody", { role: "rowgroup" });
  for (const row of rows) body.append(line(row, columns(score, second)));
  const counted = fill(group.lists[by], { score });
  const later = nextCycle();
  // On a telephone, other scores stand in the list where they were asked for or there is room.
  const kind = second !== null ? "compared" : rows.length === 1 ? "alone" : "";
  return make(
    "table",
    { class: `answers ${kind}`, role: "table", "data-by": by },
    make(
      "caption",
      {},
      make("strong", { text: DATA.counted[by] }),
      make("span", { text: fill(WORDS.list, { counted, later }) }),
    ),
    make("thead", { role: "rowgroup" }, make("tr", { role: "row" }, ...head)),
    body,
  );
}

function line(row, titles) {
  const { curve } = row;
  const button = make("button", {
    type: "button",
    class: "open",
    "aria-expanded": "false",
    text: label(curve.of),
  });
  const cell = (kind, ...children) => make("td", { class: kind, role: "cell" }, ...children);
  const beside = row.beside.map((other, i) => {
    const [kind, text] = titles[4 + i];
    const title = make("span", { class: "title", text: `${text}: ` });
    if (other.there === undefined)
      return cell(kind, title, make("span", { class: "quiet", text: WORDS.beyond }));
    const more = `${gap(other.value)} (${gaps(other.low, other.high)})`;
    const range =
      row.second === null
        ? []
        : [" ", make("small", { text: `next ${between(other.nextLow, other.nextHigh)}` })];
    return cell(
      kind,
      title,
      make("b", { text: of100(other.there) }),
      ...range,
      " ",
      make("small", { class: "gap", text: more }),
    );
  });
  const stand = row.stands ? percent(row.stands[0]) : WORDS.not_told;
  return make(
    "tr",
    { role: "row", "data-of": curve.of, "data-by": curve.by },
    make("th", { scope: "row", role: "rowheader", class: "name" }, button),
    cell(
      "chance",
      make(
        "span",
        { class: "pair" },
        make(
          "span",
          { class: "number" },
          make("b", { text: of100(row.value) }),
          make("span", { class: "title", text: " of 100" }),
        ),
        bar(row),
      ),
    ),
    cell(
      "next",
      make("span", { class: "title", text: "next cycle " }),
      make("span", { text: between(row.nextLow, row.nextHigh) }),
    ),
    cell(
      row.stands ? "stand" : "stand lesser",
      make("span", { class: "title", text: "standing " }),
      make("span", { class: row.stands ? "" : "quiet", text: stand }),
    ),
    ...beside,
    cell("evidence", ...evidence(row)),
  );
}

function evidence({ curve, marks: found }) {
  const [word, full] = WORDS.grades[curve.grade] || ["", 0];
  const dots = make("span", {
    class: "dots",
    "aria-hidden": "true",
    text: "●".repeat(full) + "○".repeat(4 - full),
  });
  const told = found.map((mark) => `, ${mark}`).join("");
  const words = make("small", {}, make("span", { class: "grade", text: ` ${word}` }), told);
  return [dots, " ", make("b", { text: curve.grade || "-" }), words];
}

// One axis from 0 to 100 in every row; what it shows stands in figures beside it.
function bar(row) {
  const whole = make("span", { class: "bar", "aria-hidden": "true" });
  const range = make("i", { class: "range" }),
    point = make("i", { class: "point" });
  range.style.left = `${100 * row.nextLow}%`;
  range.style.width = `${100 * (row.nextHigh - row.nextLow)}%`;
  point.style.left = `${100 * row.value}%`;
  whole.append(range, point);
  return whole;
}

function nothing({ missing, outside }) {
  const found = [...outside.map((row) => [label(row.curve.of), row.why])];
  for (const [why, names] of missing) found.push([names.map(label).join(", "), why]);
  return found.map(([who, why]) => make("li", {}, make("b", { text: who }), `: ${why}`));
}
