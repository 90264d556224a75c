// Chance and standing of one published curve: the formulas of calib/line.py and calib/lookup.py.
const Z = 1.959963984540054;

function expit(logit) {
  return logit > -700 ? 1 / (1 + Math.exp(-logit)) : 0;
}

// A line is [intercept, slope, their standard errors, correlation].
function afterDrift(line, drift) {
  const [a, b, sa, sb, r] = line;
  const wider = Math.sqrt(sa * sa + drift * drift);
  return [a, b, wider, sb, wider ? (r * sa) / wider : 0];
}

function chance(line, score) {
  const [a, b, sa, sb, r] = line;
  const u = (score - 245) * 0.1;
  const half = Z * Math.sqrt(Math.abs(sa * sa + u * (2 * r * sa * sb + u * sb * sb)));
  const logit = a + b * u;
  return [expit(logit), expit(logit - half), expit(logit + half)];
}

// Rows of standing.csv: score, then six shares; linear between them, nothing outside.
function standing(rows, score) {
  if (!rows.length || score < rows[0][0] || score > rows[rows.length - 1][0]) return null;
  const at = Math.max(
    rows.findIndex((row) => row[0] >= score),
    1,
  );
  const below = rows[at - 1],
    above = rows[at];
  const part = (score - below[0]) / (above[0] - below[0]);
  return below.slice(1).map((low, i) => low + part * (above[i + 1] - low));
}
