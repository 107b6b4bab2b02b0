/** The page's script: sorts a table by the column whose heading is pressed. Without it the page lacks nothing else. */
export const SCRIPT = `
for (const head of document.querySelectorAll("thead th")) {
  const button = document.createElement("button");
  button.append(...head.childNodes);
  head.append(button);
  button.onclick = () => {
    const body = head.closest("table").tBodies[0], column = head.cellIndex;
    const isUp = head.getAttribute("aria-sort") !== "ascending";
    const key = (row) => row.cells[column].dataset.n ?? row.cells[column].textContent;
    const rows = [...body.rows].sort((a, b) => (isUp ? 1 : -1) * key(a).localeCompare(key(b), "en", { numeric: true }));
    for (const other of head.parentNode.cells) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", isUp ? "ascending" : "descending");
    body.append(...rows);
    rows.forEach((row, i) => [...row.cells].forEach((cell, c) => cell.classList.toggle("again",
      c > 0 && i > 0 && cell.textContent !== "" && cell.textContent === rows[i - 1].cells[c].textContent)));
  };
}
`;
