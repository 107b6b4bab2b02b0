/** `--explain NAME …`: the value of a fact or attribute, the command or file it comes from, and its words there. */
import type { Collection } from "../../collectors/mod.ts";
import { FACTS } from "../../collectors/facts/mod.ts";
import { allPaths, stepsOf } from "../../collectors/facts/path.ts";
import { describe, sourcesOfEntry } from "../../collectors/facts/describe.ts";
import type { SourceName } from "../../collectors/tools/source.ts";
import { explainFact, type FileTexts, plain, shown } from "../../collectors/show/explain.ts";
import type { NamePattern } from "../config/pattern.ts";
import type { Attribute } from "../hanlon/attributes/attribute.ts";
import { explainedAttributes } from "../hanlon/attributes/mod.ts";
import { attributeNames, nameFinder, NOT_SENT } from "../hanlon/attributes/names.ts";
import { nearNames } from "./near_names.ts";

/** Nothing is called that; `message` names what is called nearly so. */
export class UnknownName extends Error {
  override readonly name = "UnknownName";
}

/**
 * A few lines for a person. `name` is the name of an attribute ("mk_hw_mem_size") or a path into the typed facts
 * ("memory.totalBytes", "disks[sda].serialNumber", "memory", "disks[]"); where it is both, both are explained. `files`
 * are the texts that the collection has read; `exclude` is mk_fact_excl_pattern.
 *
 * What this machine might have and has not is explained, too: which sources would report it, and how they fared; and
 * what only the old agent sent.
 * @throws {UnknownName} for what no machine has.
 */
export function explain(name: string, collection: Collection, files: FileTexts, exclude?: NamePattern): string {
  const attributes = [...explainedAttributes(collection)];
  const attribute = attributes.findLast((one) => one.name === name);
  const parts = [
    ...attribute ? [explainAttribute(attribute, collection, files, exclude)] : [],
    explainFact(name, collection, files) ?? [],
  ].filter((lines) => lines.length > 0);
  if (parts.length > 0) return parts.map((lines) => `${lines.join("\n")}\n`).join("\n");

  const notSent = NOT_SENT.find(([names]) => names.test(name));
  if (notSent) return `${name} is not sent any more: ${notSent[1]}\n`;
  const near = nearNames(name, [...attributes.map((one) => one.name), ...allPaths(collection.facts)]);
  const like = near.length > 0 ? `like it: ${near.join(", ")}` : undefined;
  const sources = sourcesOf(name);
  if (!sources) throw new UnknownName([`no fact is called ${JSON.stringify(name)}`, like ?? []].flat().join("; "));
  return [...absent(name, sources, collection), ...(like ? [`  ${like}`] : [])].join("\n") + "\n";
}

/** Every name that can be explained, new and old, one a line. */
export function listNames(): string {
  // Some are both: partitions, os.
  const names = new Set([
    ...[...describe(FACTS)].map(({ path }) => path),
    ...[...attributeNames()].map(({ name }) => name),
  ]);
  return [...names].map((name) => `${name}\n`).join("");
}

/** Of many facts behind one the first few are shown. */
const MOST_SHOWN = 4;

function explainAttribute(
  { name, value, from }: Attribute,
  collection: Collection,
  files: FileTexts,
  exclude: NamePattern | undefined,
): string[] {
  const isSent = exclude === undefined ||
    [...explainedAttributes(collection, exclude)].some((one) => one.name === name);
  const { facts = [], words = [], how } = from;
  const lines = [`${name} = ${shown(value)}`, ...(how === undefined ? [] : [`  ${how}`])];
  if (!isSent) lines.push("  not sent: mk_fact_excl_pattern leaves it out");
  const origins = [
    ...facts.map((path) => explainFact(path, collection, files)?.slice(0, MOST_LINES).map((line) => `  ${line}`) ?? []),
    ...words.map(({ where, lines }) => [`  from ${where}`, ...lines.map((line) => `    | ${plain(line)}`)]),
  ].filter((lines) => lines.length > 0);
  lines.push(...origins.slice(0, MOST_SHOWN).flat());
  if (origins.length > MOST_SHOWN) lines.push(`  and of ${origins.length - MOST_SHOWN} more`);
  return lines;
}

const MOST_LINES = 12;

/** What is not there although it has a name: what would report it, and how that went. */
function absent(name: string, wanted: readonly SourceName[], { facts: { sources } }: Collection): string[] {
  const lines = wanted.map((source) => {
    const { status, error } = sources[source] ?? {};
    if (status === undefined) return `  ${source} was not asked`;
    return `  ${source} ${status === "ok" ? "does not report it" : `${status}${error ? `: ${error}` : ""}`}`;
  });
  const isSecret = /snmp_?community/i.test(name);
  return [`${name} is not known of this machine`, ...lines, ...(isSecret ? ["  --include-secrets keeps it"] : [])];
}

/** The sources of an old name or a path that some machine may have; undefined for what none has. */
function sourcesOf(name: string): readonly SourceName[] | undefined {
  const old = nameFinder()(name);
  if (old) return old.sources;
  const steps = stepsOf(name);
  if (steps.length === 0) return undefined;
  const described = [...describe(FACTS)].filter(({ path }) => {
    const form = path.replaceAll("[]", ".[]").split(".");
    return steps.length <= form.length && steps.every((step, i) => form[i] === "[]" || form[i] === step);
  });
  const sources = [...new Set(described.flatMap(({ entry }) => sourcesOfEntry(entry)))];
  return sources.length > 0 ? sources : undefined;
}
