// What is asked, and the link that keeps it: only what differs from the default, in the hash.
function fresh() {
  return {
    group: DATA.groups[0] && DATA.groups[0].name,
    score: "",
    second: "",
    only: [],
    open: "",
  };
}

function toHash(asked) {
  const first = fresh(),
    words = [];
  const add = (name, value) => words.push(`${name}=${encodeURIComponent(value)}`);
  if (asked.group !== first.group) add("g", asked.group);
  if (asked.score !== "") add("s", asked.score);
  if (asked.second !== "") add("t", asked.second);
  if (asked.only.length) add("p", asked.only.join(","));
  if (asked.open) add("o", asked.open);
  if (words.length) add("e", DATA.edition);
  return words.join("&");
}

// Returns what a link asks for, and what is to be said of it.
function fromHash(hash) {
  const asked = fresh(),
    notes = [];
  let unknown = false;
  const known = (name) => Object.hasOwn(DATA.specialties, name) || ((unknown = true), false);
  for (const word of hash.replace(/^#/, "").split("&").filter(Boolean)) {
    const at = word.indexOf("=");
    if (document.getElementById(word)) continue; // a place of the page, not a question
    const name = word.slice(0, at);
    let value = word.slice(at + 1);
    try {
      value = decodeURIComponent(value);
    } catch {
      unknown = true;
      continue;
    }
    if (name === "g" && DATA.groups.some((group) => group.name === value)) asked.group = value;
    else if (name === "s" && isScore(value)) asked.score = value;
    else if (name === "t" && isScore(value)) asked.second = value;
    else if (name === "p") asked.only = value.split(",").filter(known);
    else if (name === "o" && known(value)) asked.open = value;
    else if (name === "e") {
      if (value !== DATA.edition)
        notes.push(fill(WORDS.link_edition, { edition: value, now: DATA.edition }));
    } else unknown = true;
  }
  if (unknown) notes.push(fill(WORDS.link_unknown, { now: DATA.edition }));
  return [asked, notes];
}

function isScore(text) {
  return /^\d{1,3}(\.\d+)?$/.test(text) && Number(text) >= 1 && Number(text) <= 300;
}
