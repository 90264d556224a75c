() => {
  const found = [];
  const hidden = "svg, script, style, option";
  for (const one of document.body.querySelectorAll("*")) {
    if (one.closest(hidden) || !one.checkVisibility()) continue;
    // Words for readers of the screen alone.
    if (one.closest(".unseen, thead") || getComputedStyle(one).clipPath !== "none") continue;
    const box = one.getBoundingClientRect();
    const boxed = getComputedStyle(one).overflowX !== "visible" && one.clientWidth > 0;
    const field = ["INPUT", "SELECT"].includes(one.tagName);
    const cut = boxed && !field && one.scrollWidth > one.clientWidth + 1;
    if (box.right > innerWidth + 1 || box.left < -1 || cut) {
      found.push(`${one.tagName}.${one.className} ${one.textContent.slice(0, 60)}`);
    }
  }
  for (const text of document.querySelectorAll("svg text")) {
    const box = text.getBoundingClientRect();
    const whole = text.closest("svg").getBoundingClientRect();
    const told = text.textContent;
    if (box.width && (box.right > whole.right + 1 || box.left < whole.left - 1)) found.push(told);
    if (told && parseFloat(getComputedStyle(text).fontSize) < 11) found.push(`small: ${told}`);
  }
  if (document.documentElement.scrollWidth > innerWidth) found.push("the page scrolls sideways");
  return found;
};
