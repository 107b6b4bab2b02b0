/** docs/facts.md: every fact with its type, unit, meaning and places. `deno task docs` writes it, and the schema. */
import { fromFileUrl } from "@std/path";
import { describe, howKnown } from "../collectors/facts/describe.ts";
import { FACTS } from "../collectors/facts/mod.ts";
import { factsSchema, POLICY, target } from "./facts_schema.ts";
import { type Schema, SCHEMA_FILE, type SchemaFile } from "./schema_file.ts";

/** Where the document is kept. */
export const DOCS_FILE = fromFileUrl(new URL("../docs/facts.md", import.meta.url));

/** The units that stand at the end of a name. */
const UNITS: readonly [RegExp, string][] = [
  [/Bytes$/, "bytes"],
  [/Seconds$/, "s"],
  [/Mbps$/, "Mbit/s"],
  [/MHz$/, "MHz"],
  [/MTs$/, "MT/s"],
  [/Bits$/, "bits"],
  [/Ms$/, "ms"],
  [/[a-z]W$/, "W"],
  [/[a-z]V$/, "V"],
  [/[a-z]U$/, "rack units"],
];

/** The document that belongs to a schema. */
export function factsDocs(schema: SchemaFile): string {
  const entries = new Map([...describe(FACTS)].map(({ path, entry }) => [path, entry]));
  const lines = [
    "# Facts",
    "",
    "<!-- Made by `deno task docs` from the types and tables in collectors/facts/. -->",
    "",
    ...POLICY.flatMap((sentence) => [sentence, ""]),
    "`hnl_mk --explain NAME` shows which place reported a fact of this machine. Places are listed by precedence; `{name}`" +
    " stands for the field of that name.",
  ];
  const head = ["", "| field | type | unit | meaning | places |", "| --- | --- | --- | --- | --- |"];
  const row = (path: string, shown: string, part: Schema): string => {
    const entry = entries.get(path), how = entry ? howKnown(entry) : "";
    const meaning = (part.description ?? "").replace(how, "").trim();
    const unit = UNITS.find(([name]) => name.test(path))?.[1] ?? "";
    return `| ${["`" + shown + "`", typeOf(part), unit, meaning, how].map(cell).join(" | ")} |`;
  };
  const rows = function* (path: string, part: Schema, root: string): Generator<string> {
    const all = Object.entries(target(schema, part).properties ?? {});
    // One entry for each source: they are described once.
    const isRecord = all.length > 2 && all[0]![1].$ref !== undefined &&
      new Set(all.map(([_, { $ref }]) => $ref)).size === 1;
    for (const [name, property] of isRecord ? [["SOURCE", all[0]![1]] as const] : all) {
      const own = `${path}.${name}`, inner = objectIn(property);
      yield row(own, own.slice(root.length + 1), property);
      if (inner) yield* rows(property.type === "array" ? `${own}[]` : own, inner, root);
    }
  };
  const top = Object.entries(target(schema, { $ref: "#/definitions/Facts" }).properties!);
  const isSection = ([_, part]: [string, Schema]) => objectIn(part) !== undefined;
  lines.push("", "## Of every machine, and plain lists", ...head);
  for (const [name, part] of top.filter((one) => !isSection(one))) lines.push(row(name, name, part));
  for (const [name, part] of top.filter(isSection)) {
    const path = part.type === "array" ? `${name}[]` : name;
    const own = objectIn(part)!;
    const about = [...new Set([part.description, target(schema, own).description])].filter(Boolean);
    lines.push("", `## ${path}`, ...about.length > 0 ? ["", about.join(" ")] : [], ...head, ...rows(path, own, path));
  }
  return lines.join("\n") + "\n";

  /** What has fields in a part, be it a list of such. */
  function objectIn(part: Schema): Schema | undefined {
    const inner = part.type === "array" ? part.items as Schema : part;
    return inner && target(schema, inner).properties ? inner : undefined;
  }

  function typeOf(part: Schema): string {
    if (part.const !== undefined) return JSON.stringify(part.const);
    if (part.enum) return part.enum.map((word) => JSON.stringify(word)).join(", ");
    if (part.type === "array") {
      return Array.isArray(part.items) ? `list of ${part.items.length}` : `list of ${typeOf(part.items ?? {})}`;
    }
    return part.$ref !== undefined || part.type === "object" ? "object" : String(part.type ?? "any");
  }
}

function cell(text: string): string {
  return text.replace(/\s+/g, " ").replaceAll("|", "\\|");
}

if (import.meta.main) {
  const schema = factsSchema();
  await Deno.writeTextFile(SCHEMA_FILE, schema);
  await Deno.mkdir(new URL("../docs", import.meta.url), { recursive: true });
  await Deno.writeTextFile(DOCS_FILE, factsDocs(JSON.parse(schema)));
}
