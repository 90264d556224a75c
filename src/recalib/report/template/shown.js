// How numbers are printed for people: as words.py prints them.
function fill(template, values) {
  return template.replace(/\{(\w+)\}/g, (place, name) => (name in values ? values[name] : place));
}

// Python prints the even one of two equally near numbers, toFixed the larger.
function fixed(value, digits = 0) {
  const size = Math.abs(value),
    down = Math.floor(size * 10 ** digits);
  const tie = (size * (digits ? 4 : 2)) % 2 === 1;
  return tie && down % 2 === 0
    ? ((Math.sign(value) * down) / 10 ** digits).toFixed(digits)
    : value.toFixed(digits);
}

function of100(share) {
  const told = fixed(100 * share);
  return { 0: "under 1", 100: "over 99" }[told] || told;
}

function between(low, high) {
  const ends = [of100(low), of100(high)];
  return ends[0] === ends[1] ? ends[0] : ends.join(" to ");
}

function signed(value) {
  const told = fixed(value).replace("-", "");
  if (told === "0") return "0";
  return (value < 0 ? "\u2212" : "+") + told;
}

function gap(difference) {
  return signed(100 * difference);
}

function gaps(low, high) {
  return `${gap(low)} to ${gap(high)}`;
}

function percent(share) {
  const digits = share < 0.095 || share > 0.945 ? 1 : 0;
  return `${fixed(100 * share, digits)}\u00a0%`;
}

// Dots that are full: never all of a hundred and never none, as in words.
function fullDots(share) {
  return Math.max(1, Math.min(99, Number(fixed(100 * share))));
}
