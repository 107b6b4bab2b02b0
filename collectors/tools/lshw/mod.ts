/**
 * lshw -json: the hardware as a tree (lshw(1); fields: hwNode::asJSON in lshw's src/core/hw.cc). The whole machine is
 * one object, in some versions in a list; a class filter gives a flat list.
 */
import { collectedFrom, type Collector } from "../collector.ts";
import type { HardwareNode } from "./node.ts";
import type { NamedText } from "../parsing.ts";
import { type Json, type JsonObject, NO_KEY, readLenientJson } from "../lenient_json.ts";
import { expectAtMost, type Parsed, ParseError, type UnparsedLine } from "../parsing.ts";
import { nonEmpty, prune } from "../../values.ts";

/** On stderr, which a paste may hold too. */
const NEEDS_ROOT = /^WARNING: .*you should run this program as super-user\.\s*$/m;

/**
 * The nodes of `lshw -json`, values in lshw's own words and units: placeholders of the firmware ("To Be Filled By
 * O.E.M.") stay in the tree. A node without an id has its class's name, one without a class is "generic", as in lshw.
 * Repairs what old versions and odd strings break (lenient_json.ts), and keeps what was printed before a cut.
 *
 * ```ts
 * import { deepStrictEqual } from "node:assert/strict";
 *
 * const { value } = parseLshw(`{
 *   "id" : "node1",
 *   "class" : "system",
 *   "children" : [{ "id" : "disk", "class" : "disk", "logicalname" : "/dev/sda", "size" : 480103981056 }]
 * }`);
 * deepStrictEqual(value, [{
 *   id: "node1",
 *   class: "system",
 *   children: [{ id: "disk", class: "disk", logicalNames: ["/dev/sda"], size: 480103981056 }],
 * }]);
 * ```
 *
 * @throws {ParseError} where there is neither a node nor an empty list, and where there are more nodes than in a machine.
 */
export function parseLshw(text: string): Parsed<HardwareNode[]> {
  const { values, unparsed } = readLenientJson(text, "lshw");
  const rejected: UnparsedLine[] = unparsed.filter((line) => !NEEDS_ROOT.test(line.text));
  const reject = (line: number, value: Json) => rejected.push({ line, text: textOf(value) });
  const nodes = readNodes(values, 1, { reject, nodes: 0 });
  if (nodes.length === 0 && (values.length === 0 || rejected.length > 0)) {
    const { line, text: found } = rejected[0] ?? { line: 0, text: text.trim() };
    throw new ParseError("lshw", line, found, "a node of lshw -json");
  }
  return { value: nodes, unparsed: rejected.sort((a, b) => a.line - b.line) };
}

/** lshw opens every disk and bus of the machine, one after the other. */
const RUN_LIMIT_MS = 45_000;

/**
 * One run for everything: a class filter would scan all the same. Its version stays unknown: `-json` does not tell it,
 * and `-version` asks the network for the latest one.
 */
export const lshwCollector: Collector<HardwareNode[]> = {
  name: "lshw",
  timeoutMs: RUN_LIMIT_MS + 1000,
  async collect(host, { signal }) {
    const result = await host.run("lshw", ["-json"], { timeoutMs: RUN_LIMIT_MS, signal });
    const collected = collectedFrom("lshw", result, parseLshw);
    if (NEEDS_ROOT.test(result.stderr)) {
      collected.notes = ["lshw needs root for serial numbers, DIMMs and what is on disks"];
    }
    return collected;
  },
};

/** The largest trees known have 200 nodes; a thousand disks with three partitions each have 4,000. */
const MOST_NODES = 10_000;

/** What all nodes of one output share. */
interface Reading {
  reject(line: number, value: Json): void;
  /** How many nodes there are so far. */
  nodes: number;
}

function readNodes(values: readonly Json[], line: number, reading: Reading): HardwareNode[] {
  return values.flatMap((value) => {
    if (Array.isArray(value)) return readNodes(value, line, reading);
    const node = isObject(value) ? readNode(value, reading) : undefined;
    if (!node) reading.reject(isObject(value) ? value.line : line, value);
    return node ?? [];
  });
}

/** Undefined where the object has neither id nor class. */
function readNode({ line, members }: JsonObject, reading: Reading): HardwareNode | undefined {
  const understood = new Set<string>();
  /** The value under `key`, where `convert` makes something of it; else the key goes to `other`. */
  const take = <T>(key: string, convert: (value: Json) => T | undefined): T | undefined => {
    const value = members.get(key);
    const converted = value === undefined ? undefined : convert(value);
    if (converted !== undefined) understood.add(key);
    return converted;
  };
  const nodeClass = take("class", word);
  const id = take("id", word) ?? nodeClass;
  if (id === undefined) return undefined;
  expectAtMost(MOST_NODES, ++reading.nodes, "lshw", "nodes");
  return prune<HardwareNode>({
    id,
    class: nodeClass ?? "generic",
    claimed: take("claimed", flag),
    disabled: take("disabled", flag),
    handle: take("handle", word),
    description: take("description", word),
    product: take("product", word),
    vendor: take("vendor", word),
    physId: take("physid", word),
    busInfo: take("businfo", word),
    logicalNames: nonEmpty(take("logicalname", words) ?? []),
    dev: take("dev", word),
    version: take("version", word),
    date: take("date", word),
    serial: take("serial", word),
    slot: take("slot", word),
    units: take("units", word),
    size: take("size", number),
    capacity: take("capacity", number),
    width: take("width", number),
    clock: take("clock", number),
    configuration: nonEmpty(take("configuration", pairs) ?? []),
    capabilities: nonEmpty(take("capabilities", pairs) ?? []),
    children: nonEmpty(readNodes([members.get("children") ?? [], members.get(NO_KEY) ?? []], line, reading)),
    other: nonEmpty(
      [...members].filter(([key]) => !understood.has(key) && key !== "children" && key !== NO_KEY).map(namedText)
        .filter((member) => member.value !== ""),
    ),
  });
}

function isObject(value: Json): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function word(value: Json): string | undefined {
  return typeof value === "string" || typeof value === "number" ? String(value).trim() || undefined : undefined;
}

function words(value: Json): string[] | undefined {
  const all = Array.isArray(value) ? value.map(word) : [word(value)];
  return all.every((one) => one !== undefined) ? all : undefined;
}

/** Of 0 or more, and exact: lshw prints "-1" for a disk that says nothing, and what overflowed beyond 2^53. */
function number(value: Json): number | undefined {
  const text = word(value);
  const number = text !== undefined && /^\d{1,20}(\.\d+)?$/.test(text) ? Number(text) : undefined;
  return number !== undefined && number <= Number.MAX_SAFE_INTEGER ? number : undefined;
}

function flag(value: Json): boolean | undefined {
  return value === true || value === "true" ? true : value === false || value === "false" ? false : undefined;
}

function pairs(value: Json): NamedText[] | undefined {
  return isObject(value) ? [...value.members].map(namedText) : undefined;
}

function namedText([name, value]: [string, Json]): NamedText {
  return { name, value: textOf(value).trim() };
}

/** A word as it is, nothing for null, a list or object as JSON. */
function textOf(value: Json): string {
  if (value === null) return "";
  if (typeof value !== "object") return String(value);
  return JSON.stringify(value, (_, part) => part?.members instanceof Map ? Object.fromEntries(part.members) : part);
}
