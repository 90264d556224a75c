// Moves the cards of a specialty's page to another score. What it writes is what cards.py would have
// written for that score.
const ROW = 20;
const form = document.querySelector("form.ask"), box = form.querySelector("#score");
const slider = form.querySelector("#slider"), told = document.querySelector("#told");
const lowest = Number(box.min), highest = Number(box.max), first = Number(box.value);
const cards = [...document.querySelectorAll(".card")].map((node) => ({
  node, ...JSON.parse(node.dataset.curve),
}));
const sentence = document.querySelector("[data-standing]").dataset.standing;

function dots(people) {
  let path = "";
  for (let row = 0; row * ROW < people; row++) {
    const count = Math.min(people - row * ROW, ROW);
    path += `M5 ${10 * row + 5}H${(10 * count - 4.9).toFixed(1)}`;
  }
  return path;
}

function show(card, score) {
  const node = card.node, inside = card.fitted[0] <= score && score <= card.fitted[1];
  const [value] = chance(card.line, score);
  const [, low, high] = chance(afterDrift(card.line, card.drift), score);
  const texts = {
    of_100: of100(value), percent: percent(value), range: between(low, high), score: String(score),
  };
  for (const each of node.querySelectorAll("[data-of]")) each.textContent = texts[each.dataset.of];
  node.querySelector(".told").hidden = !inside;
  node.querySelector(".outside").hidden = inside;
  node.querySelector(".some").setAttribute("d", dots(fullDots(value)));
  const track = node.querySelector(".track i");
  track.style.left = `${(100 * low).toFixed(1)}%`;
  track.style.width = `${(100 * (high - low)).toFixed(1)}%`;
  for (const bar of node.querySelectorAll(".bar")) {
    const held = [...bar.querySelectorAll("[data-from]")].filter(
      ({ dataset }) => Number(dataset.from) <= score && score <= Number(dataset.to));
    const word = bar.querySelector("[data-none]");
    word.textContent = held.map(({ dataset }) => dataset.word).join(" or ") || word.dataset.none;
  }
  const found = standing(card.standing, score), line = node.querySelector(".standing");
  line.hidden = !found;
  if (found) {
    line.textContent = fill(sentence, {
      matched: of100(found[0]), matched_range: between(found[1], found[2]),
      others: of100(found[3]), others_range: between(found[4], found[5]),
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
