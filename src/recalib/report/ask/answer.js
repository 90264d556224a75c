// The answer of one curve at a score, as numbers; and the lists that a page shows.
function answer(curve, score, second) {
  const found = { curve, score, second };
  if (score < curve.low || score > curve.high) {
    const fitted = { score, low: curve.low, high: curve.high };
    return { ...found, why: fill(WORDS.outside, fitted) };
  }
  [found.value, found.low, found.high] = chance(curve.line, score);
  const later = afterDrift(curve.line, curve.drift || 0);
  [, found.nextLow, found.nextHigh] = chance(later, score);
  found.stands = standing(curve.stands, score);
  found.held = held(curve, score);
  found.marks = marks(found);
  const further = second === null ? [score + 5, score + 10] : [second];
  found.beside = further.map((to) => beside(curve, later, score, to));
  return found;
}

// The chance at another score, and what it differs by; nothing beyond the fitted scores.
function beside(curve, later, score, to) {
  if (to < curve.low || to > curve.high) return { to };
  const [value, low, high] = difference(curve.line, score, to);
  const [there] = chance(curve.line, to),
    [, nextLow, nextHigh] = chance(later, to);
  return { to, there, nextLow, nextHigh, value, low, high };
}

// The rank of the band that holds a score, or 0.
function held(curve, score) {
  const found = curve.bands.find(([, low, high]) => low <= score && score < high + 1);
  return found ? found[0] : 0;
}

function marks({ curve, held: rank }) {
  const found = [curve.status, rank ? "ok" : curve.no_band];
  if (isFew(curve)) found.push("few");
  if (curve.n === null && !curve.cohort) found.push("uncounted");
  if (curve.cohort) found.push(curve.cohort);
  return [...new Set(found)].filter((word) => word !== "ok");
}

function isFew(curve) {
  return curve.n !== null && curve.n < DATA.few;
}

// The lists of a group, by denominator, the highest first and few people last; then who is missing.
function lists(group, score, second, only) {
  const wanted = (of) => !only.length || only.includes(of);
  const every = group.curves
    .filter((curve) => wanted(curve.of))
    .map((curve) => answer(curve, score, second));
  const parts = Object.keys(group.lists).map((by) => {
    const rows = every.filter((row) => row.curve.by === by && !row.why);
    rows.sort(
      (a, b) =>
        isFew(a.curve) - isFew(b.curve) || b.value - a.value || (a.curve.of < b.curve.of ? -1 : 1),
    );
    return { by, rows };
  });
  const missing = new Map();
  for (const { of, why } of group.none) {
    if (wanted(of)) missing.set(why, [...(missing.get(why) || []), of]);
  }
  const outside = every.filter((row) => row.why);
  return { parts: parts.filter((part) => part.rows.length), missing, outside };
}
