/** The version file that a Hanlon server writes for the image that it boots. */
import { join } from "@std/path/join";
import { parse as parseYaml } from "@std/yaml";
import { type FileProblem, readTrustedFile } from "../state/trusted_files.ts";

/** Written by the server's cloud-config beside mk_conf.yaml, with a hyphen: the tag of the image that it booted. */
const VERSION_FILE = "mk-version.yaml";
const LIMIT_BYTES = 4096;
const KEY = "mk_version";

/**
 * The version of the image in the server's eyes, as it stands in the file, untyped: a version like 3.0 is not a number.
 * Never throws, never waits.
 */
export function readMkVersion(
  folder: string,
): { version: string } | { problem: FileProblem } {
  const path = join(folder, VERSION_FILE);
  const read = readTrustedFile(path, { limitBytes: LIMIT_BYTES });
  if ("problem" in read) return read;
  const version = versionIn(read.text);
  return version === undefined
    ? { problem: { kind: "failed", message: `${path}: found no line "${KEY}: VERSION"` } }
    : { version };
}

function versionIn(text: string): string | undefined {
  try {
    const parsed = parseYaml(text, { schema: "failsafe" });
    if (typeof parsed !== "object" || parsed === null || !Object.hasOwn(parsed, KEY)) return undefined;
    const version = (parsed as Record<string, unknown>)[KEY];
    // What goes into the log is a version: whatever else it is, it is no more than a word.
    return typeof version === "string" && /^\S{1,100}$/.test(version) ? version : undefined;
  } catch {
    return undefined;
  }
}

/** The old agent's first line; with a note where the image has another version than the program in it. */
export function mkLoaded(version: string, own: string): string {
  const loaded = `MK Loaded: v${version}`;
  return version === own ? loaded : `${loaded}, but this program is v${own}: the image was tagged with another version`;
}
