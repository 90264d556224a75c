// The specialty that is opened: its answer in sentences.
function detail(group, row, found, hash) {
  const { curve, score } = row;
  const people = of100(row.value);
  const say = (text, kind = "") => make("p", { class: kind, text });
  const full = fullDots(row.value);
  const dots = make("p", { class: "hundred", "aria-hidden": "true" });
  for (let line = 0; line < 100; line += 20) {
    const here = Math.max(0, Math.min(20, full - line));
    dots.append(make("b", { text: "●".repeat(here) }), `${"○".repeat(20 - here)}\n`);
  }
  const others = row.second === null ? [score + 5, score + 10] : [row.second];
  const gains = others.map((to, i) => make("li", { text: gain(row, row.beside[i], to) }));
  const whole = DATA.specialties[curve.of].link;
  return [
    say(`${fill(curve.said, { score, people, percent: percent(row.value) })}.`, "people"),
    dots,
    say(
      fill(WORDS.later, { year: DATA.next || "", range: between(row.nextLow, row.nextHigh) }),
      "later",
    ),
    picture(group, row, found, hash),
    make("h3", { text: "With other scores" }),
    make("ul", {}, ...gains),
    say(WORDS.gain, "quiet"),
    make("h3", { text: "Bands and guides" }),
    say(band(row)),
    curve.guides.length
      ? make("ul", {}, ...guideLines(curve).map((text) => make("li", { text })))
      : null,
    make("h3", { text: "How it compares, and how well it is known" }),
    row.stands
      ? say(
          fill(curve.stood, {
            matched: percent(row.stands[0]),
            not_matched: percent(row.stands[3]),
          }),
        )
      : null,
    say(fill(WORDS.own, { cycle: curve.cycle, range: between(row.low, row.high) })),
    ...(curve.note ? [say(curve.note)] : []),
    ...behind(row).map((text) => say(text, "quiet")),
    whole ? make("p", {}, make("a", { href: whole, text: `All about ${label(curve.of)}` })) : null,
  ];
}

function gain({ score }, other, to) {
  if (other.there === undefined) return fill(WORDS.points_outside, { to });
  const range = gaps(other.low, other.high);
  return fill(WORDS.points, {
    to,
    score,
    people: of100(other.there),
    gap: gap(other.value),
    range,
  });
}

function band({ curve, held: rank, nextLow, nextHigh }) {
  if (!rank) return fill(WORDS.no_band, { status: DATA.status[curve.no_band] || curve.no_band });
  const words = (at) => DATA.bands[at][0].replaceAll("_", " ");
  const [, asChance] = DATA.bands[rank - 1];
  const told = {
    guide: words(rank - 1),
    chance: asChance.replaceAll("_", " "),
    covers: WORDS.covers[rank - 1],
  };
  const ends = [nextLow, nextHigh].map((end) => DATA.edges.filter((edge) => end < edge).length);
  const names = [...new Set(ends)].map((at) => `“${words(at)}”`);
  const further =
    names.length < 2
      ? ""
      : ` ${fill(WORDS.band_later, { bands: names.join(ends[0] - ends[1] > 1 ? " to " : " or ") })}`;
  return fill(WORDS.band, told) + further;
}

function guideLines({ guides }) {
  const unread = guides.filter((told) => !told.rank).map((told) => fill(WORDS.unread_label, told));
  const lines = guides.filter((told) => told.rank).map((told) => fill(WORDS.guide, told));
  return unread.length ? [...lines, fill(WORDS.unread, { labels: unread.join(", ") })] : lines;
}

function behind({ curve, marks: found }) {
  const told = {
    cycle: curve.cycle,
    grade: curve.grade || "-",
    grade_means: DATA.grade[curve.grade] || "",
  };
  const n = curve.n === null ? "[c]" : curve.n.toLocaleString("en-US");
  const counted = curve.n === null && !curve.cohort ? WORDS.people_unknown : WORDS.people_behind;
  const meanings = { ...DATA.status, ...DATA.marks };
  const statuses = found.map((status) =>
    fill(WORDS.status, { status, means: meanings[status] || status }),
  );
  return [
    fill(counted, { ...told, n }),
    ...statuses,
    fill(WORDS.sources, { sources: curve.sources.join("; ") }),
  ];
}
