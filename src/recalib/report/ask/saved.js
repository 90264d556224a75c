// The lists as CSV, and how a file is handed to the reader.
const HEADER = [
  "edition",
  "applicant_group",
  "denominator",
  "specialty",
  "score",
  "cycle",
  "chance",
  "low",
  "high",
  "next_low",
  "next_high",
  "matched_at_or_below",
  "not_matched_at_or_below",
  "other_score",
  "chance_there",
  "difference",
  "difference_low",
  "difference_high",
  "grade",
  "marks",
  "why_no_answer",
];

function csv(group, found, score) {
  const number = (value) => (value === undefined || value === null ? "" : value.toFixed(4));
  const lines = [HEADER];
  const start = (curve, by) => [DATA.edition, group.name, by || "", label(curve), score];
  for (const row of found.parts.flatMap((part) => part.rows)) {
    const numbers = [
      row.value,
      row.low,
      row.high,
      row.nextLow,
      row.nextHigh,
      row.stands?.[0],
      row.stands?.[3],
    ].map(number);
    for (const other of row.beside) {
      const further = [other.there, other.value, other.low, other.high].map(number);
      const told = [row.curve.grade, row.marks.join(" "), ""];
      lines.push([
        ...start(row.curve.of, row.curve.by),
        row.curve.cycle,
        ...numbers,
        other.to,
        ...further,
        ...told,
      ]);
    }
  }
  const blank = Array(14).fill("");
  for (const { curve, why } of found.outside)
    lines.push([...start(curve.of, curve.by), curve.cycle, ...blank, why]);
  for (const [why, names] of found.missing)
    for (const of of names) lines.push([...start(of), "", ...blank, why]);
  return lines.map((cells) => cells.map(cellOf).join(",")).join("\r\n") + "\r\n";
}

// A text that a spreadsheet would take for a formula gets an apostrophe before it.
function cellOf(value) {
  let text = String(value ?? "");
  if (/^\s*[=+\-@]/.test(text) && !/^-?\d+(\.\d+)?$/.test(text)) text = `'${text}`;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function save(name, content) {
  const link = make("a", {
    download: name,
    href: typeof content === "string" ? content : URL.createObjectURL(content),
  });
  document.body.append(link);
  link.click();
  link.remove();
}
