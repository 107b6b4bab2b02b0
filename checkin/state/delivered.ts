/** Which facts each destination has, in the state folder: a restart of the agent in one boot delivers nothing twice. */
import { join } from "@std/path/join";
import { isMap } from "../../collectors/values.ts";
import { checkFolder, type FileProblem, readTrustedFile, removeLeftover, replaceFile } from "./trusted_files.ts";

/** What was delivered in this boot, by destination. */
export interface Delivered {
  /** The digest of the facts that the destination has; undefined where nothing is known of it. */
  digest(destination: string): string | undefined;
  /** Writes down that it has these; gives why that was not possible. */
  remember(destination: string, digest: string): FileProblem | undefined;
}

const FILE = "delivered.json";
const LIMIT_BYTES = 64 * 1024;
/** Destinations that are configured no more are forgotten, the oldest first. */
const MOST = 64;

/** What is kept in `folder` of this boot; of another, or of one that is not known, nothing is. */
export function openDelivered(folder: string, bootId: string | undefined): Delivered {
  const path = join(folder, FILE);
  if (!checkFolder(folder)) removeLeftover(path);
  const known = new Map(bootId === undefined ? [] : read(folder, path, bootId));
  return {
    digest: (destination) => known.get(destination),
    remember(destination, digest) {
      known.delete(destination);
      known.set(destination, digest);
      for (const oldest of [...known.keys()].slice(0, -MOST)) known.delete(oldest);
      const text = `${JSON.stringify({ bootId, delivered: Object.fromEntries(known) })}\n`;
      return checkFolder(folder) ?? replaceFile(path, text, { mode: 0o600 });
    },
  };
}

function read(folder: string, path: string, bootId: string): [string, string][] {
  if (checkFolder(folder)) return [];
  const file = readTrustedFile(path, { limitBytes: LIMIT_BYTES });
  if ("problem" in file) return [];
  try {
    const kept = JSON.parse(file.text);
    if (!isMap(kept) || kept.bootId !== bootId || !isMap(kept.delivered)) return [];
    return Object.entries(kept.delivered).filter((entry): entry is [string, string] => typeof entry[1] === "string");
  } catch {
    return [];
  }
}

/** SHA-256 of the value as JSON, in hex. */
export async function digestOf(value: unknown): Promise<string> {
  const bytes = new TextEncoder().encode(JSON.stringify(value));
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
}
