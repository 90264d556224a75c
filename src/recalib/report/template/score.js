// Moves the cards of a specialty's page to another score: the formulas of calib.line, on the
// parameters as published. What it writes is what cards.py would have written for that score.
"use strict";
(() => {
  const Z = 1.959963984540054, ROW = 20;
  const form = document.querySelector("form.ask"), box = form.querySelector("#score");
  const slider = form.querySelector("#slider"), told = document.querySelector("#told");
  const lowest = Number(box.min), highest = Number(box.max), first = Number(box.value);
  const cards = [...document.querySelectorAll(".card")].map((node) => ({
    node, ...JSON.parse(node.dataset.curve),
  }));
  const sentence = document.querySelector("[data-standing]").dataset.standing;

  const expit = (logit) => (logit > -700 ? 1 / (1 + Math.exp(-logit)) : 0);

  // The chance at a score with the next cycle's interval: level and drift vary, the slope does not.
  function chance(card, score) {
    const [a, b, sa, sb, correlation] = card.line, u = (score - card.scale[0]) / card.scale[1];
    const covariance = correlation * sa * sb, va = sa * sa + card.drift * card.drift;
    const half = Z * Math.sqrt(Math.abs(va + u * (2 * covariance + u * sb * sb)));
    const logit = a + b * u;
    return [expit(logit), expit(logit - half), expit(logit + half)];
  }

  // Between two rows of the published table it is linear, outside them unknown.
  function standing(card, score) {
    const rows = card.standing;
    if (!rows.length || score < rows[0][0] || score > rows[rows.length - 1][0]) return null;
    const at = Math.max(rows.findIndex((row) => row[0] >= score), 1);
    const below = rows[at - 1], above = rows[at], part = (score - below[0]) / (above[0] - below[0]);
    return below.slice(1).map((low, i) => low + part * (above[i + 1] - low));
  }

  // A half goes upwards, as in Python's words.whole_people.
  const wholePeople = (share) => Math.floor(100 * share + 0.5);

  function of100(share) {
    const people = String(wholePeople(share));
    return { 0: "fewer than 1", 100: "more than 99" }[people] || people;
  }

  function range(low, high) {
    const ends = [of100(low), of100(high)];
    return ends[0] === ends[1] ? ends[0] : ends.join(" to ");
  }

  const percent = (share) =>
    `${(100 * share).toFixed(share < 0.095 || share > 0.945 ? 1 : 0)}\u00a0%`;

  function dots(people) {
    let path = "";
    for (let row = 0; row * ROW < people; row++) {
      const count = Math.min(people - row * ROW, ROW);
      path += `M5 ${10 * row + 5}H${(10 * count - 4.9).toFixed(1)}`;
    }
    return path;
  }

  function fill(template, values) {
    return template.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  }

  function show(card, score) {
    const node = card.node, inside = card.fitted[0] <= score && score <= card.fitted[1];
    const [value, low, high] = chance(card, score);
    const texts = {
      of_100: of100(value), percent: percent(value), range: range(low, high), score: String(score),
    };
    for (const each of node.querySelectorAll("[data-of]")) each.textContent = texts[each.dataset.of];
    node.querySelector(".told").hidden = !inside;
    node.querySelector(".outside").hidden = inside;
    node.querySelector(".some").setAttribute("d", dots(wholePeople(value)));
    const track = node.querySelector(".track i");
    track.style.left = `${(100 * low).toFixed(1)}%`;
    track.style.width = `${(100 * (high - low)).toFixed(1)}%`;
    for (const bar of node.querySelectorAll(".bar")) {
      const held = [...bar.querySelectorAll("[data-from]")].filter(
        ({ dataset }) => Number(dataset.from) <= score && score <= Number(dataset.to));
      const word = bar.querySelector("[data-none]");
      word.textContent = held.map(({ dataset }) => dataset.word).join(" or ") || word.dataset.none;
    }
    const found = standing(card, score), line = node.querySelector(".standing");
    line.hidden = !found;
    if (found) {
      line.textContent = fill(sentence, {
        matched: of100(found[0]), matched_range: range(found[1], found[2]),
        others: of100(found[3]), others_range: range(found[4], found[5]),
      });
    }
    const group = node.querySelector("h3").textContent;
    return inside ? `${group}: ${texts.of_100} of 100, next cycle likely ${texts.range}` : "";
  }

  let later = 0;
  function move(score) {
    const said = cards.map((card) => show(card, score)).filter(Boolean);
    const place = (100 * (score - lowest)) / (highest - lowest);
    for (const mark of document.querySelectorAll(".mine")) mark.style.left = `${place.toFixed(2)}%`;
    for (const mark of document.querySelectorAll("[data-unit]")) {
      const shift = (score - first) * Number(mark.dataset.unit);
      for (const line of mark.querySelectorAll("[id$=mine]")) {
        line.setAttribute("transform", `translate(${shift.toFixed(2)} 0)`);
      }
    }
    form.querySelector("#example").hidden = true;
    clearTimeout(later);
    // After a pause: a reader of the screen hears the end of a move, the address is written once.
    later = setTimeout(() => {
      told.textContent = `At ${score}: ${said.join("; ") || "no chance is told"}.`;
      history.replaceState(null, "", `#score=${score}`);
    }, 400);
  }

  function ask(text, from) {
    const score = Math.round(Number(text)), fits = text !== "" && score >= lowest && score <= highest;
    box.setAttribute("aria-invalid", String(!fits));
    if (!fits) return;
    if (from !== box) box.value = String(score);
    slider.value = String(score);
    move(score);
  }

  form.hidden = false;
  form.addEventListener("submit", (event) => event.preventDefault());
  box.addEventListener("input", () => ask(box.value, box));
  slider.addEventListener("input", () => ask(slider.value, slider));
  const asked = /(?:^#|&)score=(\d{3})(?:&|$)/.exec(location.hash);
  if (asked) ask(asked[1], null);
  addEventListener("beforeprint", () => {
    for (const each of document.querySelectorAll("details")) each.open = true;
  });
})();
