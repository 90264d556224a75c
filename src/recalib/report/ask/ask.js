// The form: reads it, shows the answer at once, and keeps the link when a change has ended.
const by = (id) => document.getElementById(id);
let ASKED = fresh();
let FOUND = null;
let said = 0;

function groupOf(asked) {
  return DATA.groups.find((group) => group.name === asked.group);
}

function render(focus) {
  const group = groupOf(ASKED);
  const typed = by("score").value.trim(),
    other = by("second").value.trim();
  const wrong =
    [typed, other].some((text) => text !== "" && !isScore(text)) ||
    !by("score").validity.valid ||
    !by("second").validity.valid;
  by("wrong").textContent = wrong ? WORDS.not_a_score : "";
  by("answers").replaceChildren();
  by("nothing").replaceChildren();
  by("further").hidden = by("why").hidden = true;
  FOUND = null;
  if (wrong || !group) return announce("");
  const score = ASKED.score === "" ? DATA.example : Number(ASKED.score);
  const second = ASKED.second === "" ? null : Number(ASKED.second);
  by("example").textContent = ASKED.score === "" ? fill(WORDS.example, { score }) : "";
  by("used").textContent = ASKED.only.length ? WORDS.used : "";
  FOUND = lists(group, score, second, ASKED.only);
  by("answers").append(
    ...FOUND.parts.map((part, i) => folded(part, i, table(group, part, score, second))),
  );
  const without = nothing(FOUND);
  by("nothing").append(...without);
  by("further").hidden = by("why").hidden = without.length === 0;
  open(group, focus);
  announce(summary(group, score));
}

// Other people's list is folded, unless it is the only one or holds what is opened.
const UNFOLDED = new Set();
function folded(part, i, shown) {
  if (i === 0) return shown;
  const told = `${DATA.counted[part.by]} (${part.rows.length})`;
  const box = make("details", { class: "other" }, make("summary", { text: told }), shown);
  box.open = UNFOLDED.has(part.by) || part.rows.some(({ curve }) => curve.of === ASKED.open);
  box.addEventListener("toggle", () =>
    box.open ? UNFOLDED.add(part.by) : UNFOLDED.delete(part.by),
  );
  return box;
}

function summary(group, score) {
  const rows = FOUND.parts.length ? FOUND.parts[0].rows : [];
  const told = (row) => `${label(row.curve.of)} ${of100(row.value)} of 100`;
  if (!rows.length) return fill(WORDS.nobody, { score, group: group.within });
  const sorted = [...rows].sort((a, b) => b.value - a.value);
  const answered = String(rows.length),
    counted = DATA.counted[FOUND.parts[0].by];
  return fill(WORDS.summary, {
    answered,
    counted,
    score,
    group: group.within,
    best: told(sorted[0]),
    least: told(sorted[sorted.length - 1]),
  });
}

// A screen reader is told when typing or dragging has ended.
function announce(text) {
  clearTimeout(said);
  said = setTimeout(() => {
    by("said").textContent = text;
  }, 250);
}

function open(group, focus) {
  const row = FOUND.parts.flatMap((part) => part.rows).find(({ curve }) => curve.of === ASKED.open);
  const line =
    row &&
    [...document.querySelectorAll("tr[data-of]")].find((one) => one.dataset.of === ASKED.open);
  if (line) {
    line.querySelector("button").setAttribute("aria-expanded", "true");
    const cell = make("td", { colspan: line.children.length, role: "cell" });
    line.after(make("tr", { class: "detail", role: "row" }, cell));
    cell.append(
      make("h2", { text: label(ASKED.open) }),
      ...detail(group, row, FOUND, toHash(ASKED)).filter(Boolean),
    );
  }
  if (focus)
    [...document.querySelectorAll("tr[data-of]")]
      .find((one) => one.dataset.of === focus)
      ?.querySelector("button")
      .focus();
}

function read() {
  const typed = by("score").value.trim(),
    other = by("second").value.trim();
  ASKED.group = by("group").value;
  ASKED.score = isScore(typed) ? typed : "";
  ASKED.second = isScore(other) ? other : "";
  ASKED.only = [...document.querySelectorAll("#only input:checked")].map((box) => box.value);
  by("slider").value = ASKED.score || DATA.example;
  by("one").value = alone();
  render();
}

// The one specialty that is asked for, or "".
function alone() {
  return ASKED.only.length === 1 ? ASKED.only[0] : "";
}

// One specialty alone is opened at once.
function choose(name) {
  for (const box of document.querySelectorAll("#only input")) box.checked = box.value === name;
  ASKED.open = name;
}

function store() {
  const hash = toHash(ASKED);
  history.replaceState(null, "", hash ? `#${hash}` : location.pathname + location.search);
}

function load() {
  let notes;
  [ASKED, notes] = fromHash(location.hash);
  by("group").value = ASKED.group;
  by("score").value = ASKED.score;
  by("second").value = ASKED.second;
  by("slider").value = ASKED.score || DATA.example;
  for (const box of document.querySelectorAll("#only input"))
    box.checked = ASKED.only.includes(box.value);
  by("one").value = alone();
  by("notes").textContent = notes.join(" ");
  render();
}

async function copy() {
  store();
  let told = WORDS.copied;
  try {
    await navigator.clipboard.writeText(location.href);
  } catch {
    told = WORDS.not_copied;
  }
  by("notes").textContent = told;
}

function start() {
  if (!DATA.groups.length) return;
  by("ask").hidden = false;
  for (const plain of document.querySelectorAll(".plain")) plain.hidden = true;
  by("form").addEventListener("submit", (event) => event.preventDefault());
  by("form").addEventListener("input", (event) => {
    if (event.target.id === "slider") by("score").value = event.target.value;
    if (event.target.id === "one") choose(event.target.value);
    read();
  });
  by("form").addEventListener("change", store);
  by("form").addEventListener("reset", () => {
    history.replaceState(null, "", location.pathname + location.search);
    setTimeout(load);
  });
  by("answers").addEventListener("click", (event) => {
    const of = event.target.closest("button.open")?.closest("tr").dataset.of;
    if (!of) return;
    ASKED.open = ASKED.open === of ? "" : of;
    store();
    render(of);
  });
  by("csv").addEventListener("click", () => {
    if (!FOUND) return;
    const text = csv(groupOf(ASKED), FOUND, Number(ASKED.score) || DATA.example);
    save(`chances-${ASKED.group}.csv`, new Blob(["\ufeff", text], { type: "text/csv" }));
  });
  for (const button of document.querySelectorAll("button.list")) {
    button.addEventListener("click", () => FOUND && keepList(button.dataset.kind));
  }
  by("link").addEventListener("click", copy);
  window.addEventListener("hashchange", () => {
    if (!document.getElementById(location.hash.slice(1))) load();
  });
  let wide = innerWidth;
  window.addEventListener("resize", () => {
    // A phone's keyboard changes the height alone.
    if (innerWidth !== wide) render();
    wide = innerWidth;
  });
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => render());
  load();
}

start();
