() =>
  [...document.querySelectorAll("#answers tr[data-of]")].map((row) => ({
    of: row.dataset.of,
    by: row.dataset.by,
    chance: row.querySelector(".chance b").textContent,
    next: row.querySelector(".next span:last-child").textContent,
    stand: row.querySelector(".stand span:last-child").textContent,
    beside: [...row.querySelectorAll(".beside")].map((cell) => [
      cell.querySelector("b")?.textContent || "",
      cell.querySelector(".gap")?.textContent || "",
    ]),
    evidence: row.querySelector(".evidence small").textContent.trim(),
  }));
