/** The names of facts are shorter, and RegExp takes no expression of any length. */
const MOST_CHARACTERS = 200;

/**
 * Finds the lines of keys in a YAML text, which @std/yaml does not tell. Asked in the order of the document, each key is
 * looked for behind the one before; where it is not found (an alias repeats what stands elsewhere), or is far too long,
 * the line before counts.
 */
export function keyLines(text: string): (key: string) => number {
  const code = text.replace(
    /"(?:\\.|[^"\\\n])*"|'[^'\n]*'|(^|\s)#.*/gm,
    (found) => /^["']/.test(found) ? found : blank(found),
  );
  let position = 0, counted = 0, line = 1;
  return (key) => {
    if (key.length > MOST_CHARACTERS) return line;
    const name = key.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
    const pattern = new RegExp(`(^|[\\s{,-])(["']?)${name}\\2\\s*:`, "gm");
    pattern.lastIndex = position;
    const found = pattern.exec(code);
    if (found) position = found.index + found[0].length;
    // The key itself, and not the line break that may stand before it. From the key before: a spec may have many.
    for (; counted < position; counted++) if (code[counted] === "\n") line++;
    return line;
  };
}

function blank(text: string): string {
  return text.replace(/[^\n]/g, " ");
}
