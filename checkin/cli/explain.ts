/** `--explain NAME`: the value of a fact, old or new, the command or file it comes from, its words there, and how. */
import { type Facts, SOURCE_NAMES, type SourceName } from "../../collectors/facts/mod.ts";
import { type Attribute, explainedAttributes } from "../hanlon/attributes/mod.ts";
import { NOT_SENT, oldNameFinder } from "../hanlon/attributes/names.ts";
import type { Evidence } from "../../collectors/show/explain/evidence.ts";
import { nearNames } from "../../collectors/show/explain/near.ts";
import { originOf, ORIGINS } from "../../collectors/show/explain/origins.ts";
import { allPaths, resolve, type Resolved, stepsOf } from "../../collectors/facts/path.ts";
import { fill, type Items, type Place } from "../../collectors/show/explain/places.ts";

export { type Evidence, rememberingHost } from "../../collectors/show/explain/evidence.ts";

/** Nothing is called that; `message` says what is called nearly so. */
export class UnknownName extends Error {
  override readonly name = "UnknownName";
}

/**
 * A few lines for a person. `name` is the name of an attribute ("mk_hw_mem_size") or a path into the typed facts
 * ("memory.totalBytes", "disks[sda].serialNumber"; attributes/facts_path.ts); where it is both, both are explained. `evidence`
 * is what the collection of `facts` has run and read; `exclude` is mk_fact_excl_pattern.
 *
 * What this machine might have and has not is explained, too: which sources would tell it, and how they fared; and what
 * only the old agent sent.
 * @throws {UnknownName} for what no machine has.
 */
export function explain(name: string, facts: Facts, evidence: Evidence, exclude?: RegExp): string {
  const attributes = [...explainedAttributes(facts)];
  const attribute = attributes.findLast((one) => one.name === name);
  const resolved = resolve(facts, name);
  const parts = [
    ...(attribute ? [explainAttribute(attribute, facts, evidence, exclude)] : []),
    ...(resolved ? [explainFact(name, resolved, evidence)] : []),
  ];
  if (parts.length > 0) return parts.map((lines) => `${lines.join("\n")}\n`).join("\n");

  const notSent = NOT_SENT.find(([names]) => names.test(name));
  if (notSent) return `${name} is not sent any more: ${notSent[1]}\n`;
  const near = nearNames(name, [...attributes.map((one) => one.name), ...allPaths(facts)]);
  const like = near.length > 0 ? `like it: ${near.join(", ")}` : undefined;
  const sources = sourcesOf(name);
  if (!sources) throw new UnknownName([`no fact is called ${JSON.stringify(name)}`, like ?? []].flat().join("; "));
  return [...absent(name, sources, facts), ...(like ? [`  ${like}`] : [])].join("\n") + "\n";
}

/** Of many facts behind one the first few are shown. */
const MOST_SHOWN = 4;

function explainAttribute(
  { name, value, from }: Attribute,
  facts: Facts,
  evidence: Evidence,
  exclude: RegExp | undefined,
): string[] {
  const isSent = exclude === undefined || [...explainedAttributes(facts, exclude)].some((one) => one.name === name);
  const lines = [`${name} = ${shown(value)}`, ...(from.how === undefined ? [] : [`  ${from.how}`])];
  if (!isSent) lines.push("  not sent: mk_fact_excl_pattern leaves it out");
  for (const path of from.facts.slice(0, MOST_SHOWN)) {
    const resolved = resolve(facts, path);
    if (!resolved) continue;
    const isPart = typeof resolved.value === "object";
    lines.push(`  made of ${isPart ? path : `${path} = ${shown(resolved.value)}`}`);
    lines.push(...derivation(resolved, evidence).map((line) => `  ${line}`));
  }
  if (from.facts.length > MOST_SHOWN) lines.push(`  and of ${from.facts.length - MOST_SHOWN} more`);
  return lines;
}

function explainFact(path: string, resolved: Resolved, evidence: Evidence): string[] {
  return [`${path} = ${shown(resolved.value)}`, ...derivation(resolved, evidence)];
}

/** How the fact is made, where it is not simply what stands there, and of what. */
function derivation(resolved: Resolved, evidence: Evidence): string[] {
  const how = originOf(resolved.pattern)?.how;
  return [...(how === undefined ? [] : [`  ${how}`]), ...raw(resolved, evidence)];
}

/** Where the fact stands in what was run and read, and its words there. */
function raw({ pattern, items, value }: Resolved, evidence: Evidence): string[] {
  const origin = originOf(pattern);
  if (!origin) {
    const tools = toolsBelow(pattern, items);
    return tools.length === 0 ? [] : [`  from ${tools.join(", ")}`];
  }
  const found = origin.from.flatMap((place) => place.look(evidence, items) ?? []);
  // Of several places the first counts, unless the firmware says nothing there, in one of its many words.
  const best = found.find(({ lines }) => typeof value === "string" && holds(lines, value)) ?? found[0];
  if (best) return [`  from ${best.where}`, ...best.lines.map((line) => `    | ${plain(line)}`)];
  if (origin.from.length === 0) return [];
  return [`  from ${origin.from.map(({ words }) => fill(words, items)).join(", or ")}`, "    | (not in what was read)"];
}

function holds(lines: string[], text: string): boolean {
  return lines.some((line) => line.toLowerCase().includes(text.toLowerCase()));
}

/** The tools and files behind all that stands below a path. */
function toolsBelow(pattern: string, items: Items): string[] {
  const isBelow = (path: string) => path.startsWith(`${pattern}.`) || path.startsWith(`${pattern}[`);
  const places = Object.entries(ORIGINS).filter(([path]) => isBelow(path)).flatMap(([_, { from }]) => from);
  return [...new Set(places.map(({ words }) => fill(words.split(": ")[0]!, items).replace(/\/\{.*/, "")))];
}

/** What is not there although it has a name: what would tell it, and how that went. */
function absent(name: string, wanted: readonly SourceName[], { sources }: Facts): string[] {
  const lines = wanted.map((source) => {
    const { status, error } = sources[source] ?? {};
    if (status === undefined) return `  ${source} was not asked`;
    return `  ${source} ${status === "ok" ? "does not tell it" : `${status}${error ? `: ${error}` : ""}`}`;
  });
  const isSecret = /snmp_?community/i.test(name);
  return [`${name} is not known of this machine`, ...lines, ...(isSecret ? ["  --include-secrets keeps it"] : [])];
}

/** The sources of an old name or a path that some machine may have; undefined for what none has. */
function sourcesOf(name: string): readonly SourceName[] | undefined {
  const old = oldNameFinder()(name);
  if (old) return old.sources;
  const steps = stepsOf(name);
  const origins = Object.entries(ORIGINS).filter(([path]) => {
    const form = path.replaceAll("[]", ".[]").split(".");
    return steps.length <= form.length && steps.every((step, i) => form[i] === "[]" || form[i] === step);
  });
  const places = origins.flatMap(([_, { from }]) => from);
  return steps.length > 0 && places.length > 0 ? [...new Set(places.map(sourceOf))] : undefined;
}

function sourceOf({ words }: Place): SourceName {
  return SOURCE_NAMES.find((source) => words.startsWith(source)) ?? "hostfs";
}

const MOST_LINES = 30;

/** A value as JSON; of a long list or object its beginning. */
function shown(value: unknown): string {
  const lines = JSON.stringify(value, null, 2).split("\n");
  const cut = lines.length > MOST_LINES
    ? [...lines.slice(0, MOST_LINES), `… ${lines.length - MOST_LINES} lines more`]
    : lines;
  return cut.map(plain).join("\n");
}

const MOST_COLUMNS = 400;

/** Text of a tool, without what would steer a terminal, and cut where it is no line any more. */
function plain(text: string): string {
  const clean = text.replaceAll("\t", "  ").replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, "?");
  return clean.length > MOST_COLUMNS ? `${clean.slice(0, MOST_COLUMNS)}…` : clean;
}
