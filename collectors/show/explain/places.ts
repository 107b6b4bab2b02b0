/** Where the words behind a fact stand in what the tools print and the files hold. */
import { type Json, readLenientJson } from "../../tools/lenient_json.ts";
import { isMap } from "../../values.ts";
import type { Evidence } from "./evidence.ts";

/** A place to look for the words that a fact was made of. */
export interface Place {
  /** For people: "dmidecode: Memory Device: Size", "/sys/class/net/{name}/mtu". */
  words: string;
  /** The words as they stand there, and where that is; undefined where there are none. */
  look(evidence: Evidence, items: Items): Found | undefined;
}

/** The facts around the one that is asked for, the innermost last: what "{name}" in a place stands for. */
export type Items = readonly Record<string, unknown>[];

export interface Found {
  /** The command line, or the path of the file. */
  where: string;
  lines: string[];
}

/** A line of a block: its key, and the template of what stands behind it. */
type Anchor = readonly [key: string, template: string];

/** A file, link or folder of the host: all of it, or the line with `key` in the block that has the `anchors`. */
export function file(template: string, key?: string, ...anchors: Anchor[]): Place {
  return {
    words: key === undefined ? template : `${template}: ${key}`,
    look: ({ files }, items) => {
      const where = fillWhole(template, items);
      const text = where === undefined ? undefined : files.get(where);
      if (where === undefined || text === undefined) return undefined;
      return found(
        where,
        key === undefined ? text.trim().split("\n").slice(0, 3) : keyLines(text, key, items, anchors),
      );
    },
  };
}

/** The first lines of a file that hold a text, and do not begin with another. */
export function fileLines(path: string, template: string, without?: string): Place {
  const isWanted = (line: string) => without === undefined || !line.startsWith(without);
  return {
    words: template.trim() === "" ? path : `${path}: ${template}`,
    look: ({ files }, items) => {
      const wanted = fillWhole(template, items);
      const lines = wanted === undefined
        ? []
        : files.get(path)?.split("\n").filter((line) => line.includes(wanted) && isWanted(line)) ?? [];
      return found(path, lines.slice(0, 3));
    },
  };
}

/**
 * The first line with `key` of what a command prints: "IP Address", of `ipmitool lan print {number}`; with `anchors` in
 * the block that has these.
 */
export function command(template: string, key: string, ...anchors: Anchor[]): Place {
  return inOutput(template, key, (text, items) => keyLines(text, fill(key, items), items, anchors));
}

/** The first line with a text in what a command prints. */
export function outputLine(template: string, text: string): Place {
  return inOutput(template, text, (output, items) => {
    const wanted = fill(text, items);
    return output.split("\n").filter((line) => line.includes(wanted)).slice(0, 1);
  });
}

/** A field of one structure of dmidecode: that with the `anchors`, else the first of its kind. */
export function dmi(title: string, key: string, ...anchors: Anchor[]): Place {
  return inOutput("dmidecode", `${title}: ${key}`, (text, items) => keyLines(text, key, items, anchors, title));
}

/** A field of lscpu, in JSON or in text. */
export function lscpu(key: string): Place {
  return inOutput("lscpu -J", key, (text, items) => {
    const name = fill(key, items);
    // Whole entries, however they are spaced, or cut off; those with others below them end where these begin.
    const entry = [...text.matchAll(/"field"\s*:\s*("[^"]*")[^}{]*/g)].find(([_, field]) => field === `"${name}:"`);
    return entry ? [`{ ${entry[0].replace(/\s+/g, " ").trim()} }`] : keyLines(text, name, items, []);
  });
}

/** A TLV that lldptool prints: its heading and the lines below it; of several the first that has `holding` in it. */
export function lldp(heading: string, holding = ""): Place {
  return inOutput("lldptool get-tlv -n -i {interface}", heading, (text, items) => {
    const wanted = fill(holding, items);
    const tlvs = text.trimEnd().split(/^(?=\S.* TLV\s*$)/m).filter((tlv) => tlv.startsWith(heading));
    return (tlvs.find((tlv) => tlv.includes(wanted)) ?? tlvs[0])?.trimEnd().split("\n") ?? [];
  });
}

/** The same of all structures of its kind: what a sum or a number is made of. */
export function dmiAll(title: string, key: string): Place {
  return inOutput("dmidecode", `${title}: ${key}, of all`, (text) => {
    const lines = blocksOf(text).flatMap((block) => keyLines(block, key, [], [], title));
    const told = [...Map.groupBy(lines, (line) => line)].map(([line, same]) =>
      same.length > 1 ? `${line}  (${same.length} times)` : line
    );
    return told.length > MOST_LINES ? [...told.slice(0, MOST_LINES), `… ${told.length - MOST_LINES} more`] : told;
  });
}

const MOST_LINES = 8;
/** What tells a person which node it is. */
const TELLING = ["id", "class", "description", "product", "businfo", "logicalname"];

/**
 * One node of lshw's tree, found by one of its values: what tells which it is, and what is asked for; of a setting
 * ("configuration.driver") nothing but that one.
 */
export function lshw(by: Readonly<Record<string, string>>, key: string): Place {
  const [[name, template]] = Object.entries(by) as [[string, string]];
  return inOutput("lshw -json", `${key} of the node with ${name} ${template}`, (text, items) => {
    const wanted = fillWhole(template, items);
    const node = rawNodes(text).find(({ path, node }) => {
      const value = name === "path" ? path : node[name];
      return Array.isArray(value) ? value.includes(wanted) : value === wanted;
    })?.node;
    const [asked, setting] = fill(key, items).split(".") as [string, string?];
    const whole = node?.[asked];
    const part = isMap(whole) && setting !== undefined ? whole[setting] : undefined;
    const value = setting === undefined ? whole : part === undefined ? undefined : { [setting]: part };
    if (!node || wanted === undefined || value === undefined) return [];
    const telling = Object.entries(node).filter(([name]) => TELLING.includes(name) && name !== asked);
    return [JSON.stringify(Object.fromEntries([...telling, [asked, value]]), null, 1).replace(/\n */g, " ")];
  });
}

/** What the kernel says of the addresses of an interface. */
export const addresses: Place = {
  words: "the kernel's addresses of the interfaces (getifaddrs)",
  look: ({ addresses }, items) => {
    const address = fill("{address}", items);
    const known = addresses.find((one) => one.address === address);
    return known && { where: "the kernel's addresses of the interfaces", lines: [JSON.stringify(known)] };
  },
};

function inOutput(template: string, what: string, look: (text: string, items: Items) => string[]): Place {
  return {
    words: `${template}: ${what}`,
    look: ({ commands }, items) => {
      const begin = fillWhole(template, items);
      if (begin === undefined) return undefined;
      for (const { argv, stdout } of commands) {
        const where = argv.join(" ");
        if (where !== begin && !where.startsWith(`${begin} `)) continue;
        const lines = look(stdout, items);
        if (lines.length > 0) return found(where, lines);
      }
      return undefined;
    },
  };
}

function found(where: string, lines: string[]): Found | undefined {
  return lines.length === 0 ? undefined : { where, lines };
}

/** `template` with the facts around in the place of "{name}", where they are known. */
export function fill(template: string, items: Items): string {
  return template.replace(/\{(\w+)\}/g, (hole, name: string) => {
    const value = items.findLast((item) => item[name] !== undefined)?.[name];
    return value === undefined ? hole : String(value);
  });
}

/** The same, or undefined where one of them is not known. */
function fillWhole(template: string, items: Items): string | undefined {
  const known = (name: string) => items.some((item) => item[name] !== undefined);
  return [...template.matchAll(/\{(\w+)\}/g)].every(([_, name]) => known(name!)) ? fill(template, items) : undefined;
}

/** dmidecode's structures (old versions have no line between them), /proc/cpuinfo's processors: what blank lines part. */
function blocksOf(text: string): string[] {
  return text.split(/\r?\n\s*\r?\n|\n(?=Handle 0x)/);
}

/**
 * The line with `key` in the first block that has the title and all anchors that are known; of several the one with the
 * value that is asked for ("Board Extra" of a FRU), else the first.
 */
function keyLines(text: string, key: string, items: Items, anchors: readonly Anchor[], title?: string): string[] {
  const isLine = (line: string, key: string) => {
    const trimmed = line.trimStart();
    return trimmed.startsWith(key) && /^\s*[:=]/.test(trimmed.slice(key.length));
  };
  for (const block of anchors.length > 0 || title !== undefined ? blocksOf(text) : [text]) {
    const lines = block.split("\n");
    const isIt = (title === undefined || lines.some((line) => line.trim() === title)) &&
      anchors.every(([key, template]) => {
        const value = fillWhole(template, items);
        return value === undefined || lines.some((line) => isLine(line, key) && line.trimEnd().endsWith(value));
      });
    const found = isIt ? lines.filter((line) => isLine(line, key)).map((line) => line.trimEnd()) : [];
    const value = items.at(-1)?.["value"];
    const line = found.find((line) => typeof value === "string" && line.endsWith(value)) ?? found[0];
    if (line !== undefined) return [line];
  }
  return [];
}

type RawNode = Record<string, unknown>;

/** The nodes of lshw's JSON as they are, with their paths as walk() of collectors/lshw.ts gives them. */
function* rawNodes(text: string): Generator<{ path: string; node: RawNode }> {
  const roots = readLenientJson(text).values.map(plainJson).flat().filter(isMap);
  const open = roots.map((node) => ({ node, path: roots.length === 1 ? "" : String(node.id) })).reverse();
  for (let placed = open.pop(); placed; placed = open.pop()) {
    yield placed;
    const { node: { children }, path } = placed;
    for (const node of [children].flat().filter(isMap).reverse()) {
      open.push({ node, path: path === "" ? String(node.id) : `${path}/${node.id}` });
    }
  }
}

function plainJson(json: Json): unknown {
  if (Array.isArray(json)) return json.map(plainJson);
  if (typeof json !== "object" || json === null) return json;
  return Object.fromEntries([...json.members].map(([name, value]) => [name, plainJson(value)]));
}
