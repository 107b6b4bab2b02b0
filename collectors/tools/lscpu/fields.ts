import { type Json, readLenientJson } from "../lenient_json.ts";
import { splitLines, type UnparsedLine } from "../parsing.ts";

/** One field as lscpu prints it, without the colon behind its name. */
export interface LscpuField {
  name: string;
  value: string;
  /** The outermost field that it stands under ("Vulnerabilities"), in the layouts that have such. */
  section?: string;
  source: UnparsedLine;
}

export interface LscpuFields {
  fields: LscpuField[];
  unparsed: UnparsedLine[];
}

/** The fields of `lscpu -J`, a flat list or with children (as it prints on a terminal), in the order of the text. */
export function fieldsOfJson(text: string): LscpuFields {
  const fields: LscpuField[] = [];
  const visit = (value: Json, section: string | undefined) => {
    if (typeof value !== "object" || value === null) return;
    if (Array.isArray(value)) return value.forEach((item) => visit(item, section));
    const { line, members } = value;
    const label = members.get("field"), data = members.get("data") ?? "";
    const name = typeof label === "string" ? withoutColon(label) : undefined;
    const isHeading = data === "" && members.has("children");
    if (name && !isHeading && typeof data !== "object") {
      const told = String(data).trim();
      fields.push({ name, value: told, ...(section && { section }), source: { line, text: `${name}: ${told}` } });
    }
    for (const member of members.values()) visit(member, section ?? name);
  };
  const { values, unparsed } = readLenientJson(text, "lscpu");
  visit(values, undefined);
  return { fields, unparsed };
}

/** A field whose value lscpu broke over several lines, at the last column of a terminal. */
interface Wrapped {
  field: LscpuField;
  pieces: string[];
}

/** The fields of plain `lscpu`: "Name:  value", the values in one column; on a terminal indented below headings. */
export function fieldsOfText(text: string): LscpuFields {
  const fields: LscpuField[] = [], unparsed: UnparsedLine[] = [], wrapped: Wrapped[] = [];
  let section: string | undefined;
  let last: Wrapped | undefined;
  let column = 0;
  splitLines(text, "lscpu").forEach((line, index) => {
    if (line.trim() === "") return;
    if (last && column > 0 && line.slice(0, column).trim() === "") {
      if (last.pieces.length === 1) wrapped.push(last);
      last.pieces.push(line.slice(column));
      return;
    }
    const source = { line: index + 1, text: line };
    const colon = line.search(/[:：]/), rest = line.slice(colon + 1);
    const name = line.slice(0, Math.max(colon, 0)).trim();
    // A prompt ("user@host:~$ lscpu") has no blank behind its colon.
    if (name === "" || line[colon] === ":" && rest !== "" && rest.trimStart() === rest) {
      last = undefined;
      unparsed.push(source);
      return;
    }
    const isInside = line.trimStart() !== line, value = rest.trimStart();
    if (!isInside) section = name;
    if (value !== "") column = line.length - value.length;
    else if (isHeading(name)) return;
    const field: LscpuField = { name, value: value.trim(), ...(isInside && section && { section }), source };
    fields.push(field);
    last = { field, pieces: [value] };
  });
  // All but the last piece fill the terminal; the blank in its last column may have been lost from a paste.
  const width = wrapped.reduce((most, { pieces }) => Math.max(most, pieces[0]!.length), 0);
  for (const { field, pieces } of wrapped) {
    const end = pieces.pop()!;
    field.value = pieces.map((piece) => piece.length < width ? `${piece} ` : piece).join("").concat(end).trim();
  }
  return { fields, unparsed };
}

/** What a terminal's layout prints above indented fields, with no value of its own. */
function isHeading(name: string): boolean {
  return /^(Virtualization features|Caches \(sum of all\)|NUMA|Vulnerabilities)$/.test(name);
}

function withoutColon(label: string): string {
  return label.trim().replace(/:$/, "").trim();
}
