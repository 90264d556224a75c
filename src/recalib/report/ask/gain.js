// What people with another score differ by: the formulas of calib/line.py.
function least(f, near, step) {
  const golden = 0.6180339887498949;
  let low = near - step,
    high = near + step;
  let left = high - golden * (high - low),
    right = low + golden * (high - low);
  let atLeft = f(left),
    atRight = f(right);
  while (high - low > 1e-3) {
    if (atLeft < atRight) {
      [high, right, atRight] = [right, left, atLeft];
      left = high - golden * (high - low);
      atLeft = f(left);
    } else {
      [low, left, atLeft] = [left, right, atRight];
      right = low + golden * (high - low);
      atRight = f(right);
    }
  }
  return Math.min(atLeft, atRight);
}

function difference(line, start, end) {
  const [a, b, seA, seB, r] = line;
  const u = (start - 245) * 0.1,
    v = (end - 245) * 0.1;
  const reach = seA ? (r * seA * seB) / seA : 0;
  const rest = Z * Math.sqrt(Math.max(seB * seB - reach * reach, 0));
  const sa = Z * seA,
    across = Z * reach;
  const s = a + b * u,
    sc = sa + across * u,
    ss = rest * u;
  const t = a + b * v,
    tc = sa + across * v,
    ts = rest * v;
  const at = (angle, sign) => {
    const c = Math.cos(angle),
      d = Math.sin(angle);
    return sign * (expit(t + tc * c + ts * d) - expit(s + sc * c + ss * d));
  };
  const steps = Math.max(sc * sc + ss * ss, tc * tc + ts * ts) < 4 ? 24 : 72;
  const around = Array.from({ length: steps }, (_, i) => (2 * Math.PI * i) / steps);
  const found = around.map((angle) => at(angle, 1));
  const lowest = around[found.indexOf(Math.min(...found))];
  const highest = around[found.indexOf(Math.max(...found))];
  const low = least((angle) => at(angle, 1), lowest, around[1]);
  const high = -least((angle) => at(angle, -1), highest, around[1]);
  return [expit(t) - expit(s), low, high];
}
