/** Reads the lists of a recording, each entry checked: people make recordings by hand, and send them. */
import { basename } from "@std/path/basename";
import { dirname } from "@std/path/dirname";
import { join } from "@std/path/join";
import { decode, type InterfaceAddress, isUnknown, type Read, type Recorded, type Roots, RUN_FAILURES } from "./mod.ts";
import { isMap, prune } from "../values.ts";
import {
  ADDRESSES,
  BundleError,
  type CommandEntry,
  COMMANDS,
  EMPTY,
  LINKS,
  RECORDING,
  ROOTS,
  UNREADABLE,
  type Unreadable,
} from "./bundle.ts";
import { attempt, type FileReader, Refusal } from "./files.ts";

/** What the lists of a recording say. */
export interface Bundle {
  /** The folder, with no links in its path. */
  root: string;
  /** By the JSON text of the argv; a text is what is wrong with the entry. */
  commands: Map<string, CommandEntry | string>;
  /** By what was asked and the path, with a blank between them. */
  unreadable: Map<string, Unreadable>;
  addresses: Read<InterfaceAddress[]>;
  /** Links that are listed instead of made: path to target. */
  links: Map<string, string>;
  roots: Roots;
  /** Absent where the recording does not say. */
  recorded?: Recorded;
  /** What is wrong with single entries and the lesser lists: one line each. */
  problems: string[];
}

/** A machine with 200 NICs has some 700. */
const MOST_COMMANDS = 10_000;

/** Reads the lists; throws `BundleError` where `folder` is none, or its commands.json no list. */
export async function openBundle(folder: string, files: FileReader): Promise<Bundle> {
  const root = await folderAt(folder);
  await checkIsRecording(folder, root, files);
  const problems: string[] = [];
  const commands: Bundle["commands"] = new Map();
  const listed = await read(files, root, COMMANDS, listOf);
  if (isUnknown(listed)) throw new BundleError(join(folder, listed.message));
  if ("value" in listed) {
    const { length } = listed.value;
    if (length > MOST_COMMANDS) {
      throw new BundleError(`${folder}: found ${length} commands, which is not one machine's`);
    }
    listed.value.forEach((value, i) => addCommand(commands, value, `${COMMANDS}: entry ${i + 1}`, problems));
  }
  const unreadable = await read(files, root, UNREADABLE, (value) => listOf(value).map(unreadableOf));
  const addresses = await read(files, root, ADDRESSES, (value) => listOf(value).map(addressOf));
  const links = await read(files, root, LINKS, linksOf);
  const roots = await read(files, root, ROOTS, rootsOf);
  const recorded = await read(files, root, RECORDING, recordedOf);
  for (const lesser of [unreadable, addresses, links, roots, recorded]) {
    if (isUnknown(lesser)) problems.push(lesser.message);
  }
  const known = "value" in unreadable ? unreadable.value : [];
  return {
    root,
    commands,
    unreadable: new Map(known.filter(isStillUnknown).map((each) => [`${each.asked} ${each.path}`, each])),
    addresses,
    links: "value" in links ? links.value : new Map(),
    roots: "value" in roots ? roots.value : { proc: "/proc", sys: "/sys", dev: "/dev" },
    ..."value" in recorded ? { recorded: recorded.value } : {},
    problems,
  };
}

/**
 * Where a path of the recording really lies, once all links on the way are followed (but for the last one where it is
 * the link itself that is wanted); refused where that is outside the recording.
 */
export function locate(root: string, path: string, wanted: "target" | "link"): Promise<Read<string>> {
  return attempt(path, async () => {
    const there = join(root, path);
    const location = wanted === "target"
      ? await Deno.realPath(there)
      : join(await Deno.realPath(dirname(there)), basename(there));
    if (!location.startsWith(`${root}/`)) throw new Refusal("leads out of the recording", "denied");
    return location;
  });
}

/** A file of the recording by its name in it. */
export async function readInside(files: FileReader, root: string, name: string): Promise<Read<Uint8Array>> {
  const location = await locate(root, name, "target");
  return "value" in location ? await files.read(location.value, name) : location;
}

async function folderAt(folder: string): Promise<string> {
  const found = await attempt(folder, async () => {
    if (!(await Deno.stat(folder)).isDirectory) throw new Refusal("found a file");
    return await Deno.realPath(folder);
  });
  if ("why" in found) throw new BundleError(`${found.message}, expected a folder with a recording`);
  return found.value;
}

/** What a recording may consist of at its top, but for the outputs of tools, which may have any name. */
const PARTS = [COMMANDS, "proc", "sys", "dev", "etc", ADDRESSES, UNREADABLE, LINKS, ROOTS, RECORDING, EMPTY];

/** Another folder, such as the one around the recording, would pass for a machine without anything. */
async function checkIsRecording(folder: string, root: string, files: FileReader): Promise<void> {
  const listed = await files.list(root, folder);
  const names = "value" in listed ? listed.value.map(({ name }) => name) : [];
  if ("why" in listed || names.some((name) => PARTS.includes(name))) return;
  const found = names.length > 3 ? [...names.slice(0, 3), "…"] : names;
  throw new BundleError(
    `${folder}: found ${found.join(", ") || "nothing"}, expected a recording: ${COMMANDS}, proc, sys, dev`,
  );
}

/** Reads one of the JSON files and checks it with `check`, which throws a BundleError. */
async function read<T>(
  files: FileReader,
  root: string,
  name: string,
  check: (value: unknown) => T,
): Promise<Read<T>> {
  const file = await readInside(files, root, name);
  if ("why" in file) return file;
  const text = decode(file.value);
  try {
    return { value: check(JSON.parse(text)) };
  } catch (error) {
    const message = error instanceof SyntaxError ? mismatch(undefined, text, "JSON").message : (error as Error).message;
    return { why: "failed", message: `${name}: ${message}` };
  }
}

function addCommand(commands: Bundle["commands"], value: unknown, where: string, problems: string[]): void {
  let key: string | undefined;
  try {
    const entry = objectOf(value);
    const argv = typeof entry["argv"] === "string" ? entry["argv"].trim().split(/\s+/) : entry["argv"];
    if (!isArgv(argv)) throw mismatch("argv", argv, "a list of words");
    key = JSON.stringify(argv);
    commands.set(
      key,
      prune<CommandEntry>({
        argv,
        code: field(entry, "code", isCode, "an exit code"),
        failure: field(entry, "failure", isFailure, RUN_FAILURES.join(", ")),
        signal: field(entry, "signal", isText, "a text"),
        error: field(entry, "error", isText, "a text"),
        elapsedMs: field(entry, "elapsedMs", isCount, "milliseconds"),
        stdout: field(entry, "stdout", isText, "the name of a file"),
        stderr: field(entry, "stderr", isText, "the name of a file"),
      }),
    );
  } catch (error) {
    const problem = `${where}: ${(error as Error).message}`;
    problems.push(problem);
    if (key !== undefined) commands.set(key, problem);
  }
}

function unreadableOf(value: unknown): Unreadable {
  const entry = objectOf(value);
  return {
    asked: needed(entry, "asked", isOneOf("read", "list", "link"), "read, list or link"),
    path: needed(entry, "path", isText, "a path"),
    why: needed(entry, "why", isOneOf("denied", "failed", "late"), "denied, failed or late"),
    message: field(entry, "message", isText, "a text") ?? "",
  };
}

/** Versions before 4.1 listed also what has no value, in the kernel's words for EINVAL, EOPNOTSUPP and ENODATA. */
function isStillUnknown({ why, message }: Unreadable): boolean {
  return why !== "failed" || !/: (Invalid argument|Operation not supported|No data available)$/.test(message);
}

function addressOf(value: unknown): InterfaceAddress {
  const entry = objectOf(value);
  return {
    interface: needed(entry, "interface", isText, "a name"),
    family: needed(entry, "family", isOneOf("IPv4", "IPv6"), "IPv4 or IPv6"),
    address: needed(entry, "address", isText, "an address"),
    netmask: needed(entry, "netmask", isText, "a netmask"),
  };
}

function linksOf(value: unknown): Map<string, string> {
  const entries = Object.entries(objectOf(value));
  for (const [path, target] of entries) if (!isText(target)) throw mismatch(path, target, "where the link points");
  return new Map(entries as [string, string][]);
}

function rootsOf(value: unknown): Roots {
  const entry = objectOf(value);
  return {
    proc: needed(entry, "proc", isText, "a path"),
    sys: needed(entry, "sys", isText, "a path"),
    dev: needed(entry, "dev", isText, "a path"),
  };
}

function recordedOf(value: unknown): Recorded {
  const entry = objectOf(value);
  const time = new Date(needed(entry, "collectedAt", isTime, "a time as 2026-01-31T12:00:00Z"));
  return {
    collectedAt: time.toISOString(),
    agentVersion: needed(entry, "agentVersion", isText, "a version"),
  };
}

const isText = (value: unknown): value is string => typeof value === "string";
const isTime = (value: unknown): value is string => isText(value) && !Number.isNaN(Date.parse(value));
const isCount = (value: unknown): value is number => typeof value === "number" && value >= 0;
const isCode = (value: unknown): value is number => Number.isInteger(value);
const isFailure = isOneOf(...RUN_FAILURES);
const isArgv = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every(isText) && value[0] !== undefined && value[0] !== "";

function isOneOf<T extends string>(...words: readonly T[]): (value: unknown) => value is T {
  return (value): value is T => (words as readonly unknown[]).includes(value);
}

function listOf(value: unknown): unknown[] {
  if (!Array.isArray(value)) throw mismatch(undefined, value, "a list");
  return value;
}

function objectOf(value: unknown): Record<string, unknown> {
  if (!isMap(value)) throw mismatch(undefined, value, "an object");
  return value;
}

type Check<T> = (value: unknown) => value is T;

function field<T>(entry: Record<string, unknown>, key: string, check: Check<T>, expected: string): T | undefined {
  const value = entry[key];
  if (value === undefined || check(value)) return value;
  throw mismatch(key, value, expected);
}

function needed<T>(entry: Record<string, unknown>, key: string, check: Check<T>, expected: string): T {
  const value = field(entry, key, check, expected);
  if (value === undefined) throw mismatch(key, value, expected);
  return value;
}

function mismatch(key: string | undefined, value: unknown, expected: string): BundleError {
  const found = value === undefined ? "nothing" : JSON.stringify(value).slice(0, 80);
  return new BundleError(`${key === undefined ? "" : `${key}: `}found ${found}, expected ${expected}`);
}
