/** The version of what is built: a Hanlon server boots the image with the highest one. */

import { dirname, resolve } from "node:path";

/** What a Hanlon server imports (its microkernel slice): the tag of the image has to look like this. */
export const IMPORTABLE = /^\d+\.\d+\.\d+(_[0-9A-Za-z-]+)*$/;

/** Where git knows none. */
const FIRST = "4.1.0";

/** There is a version, but a server could not import an image that has it. */
export class VersionError extends Error {
  override readonly name = "VersionError";
}

/** `version`, or VersionError where no server would import it. */
export function importable(version: string): string {
  if (IMPORTABLE.test(version)) return version;
  throw new VersionError(`the version ${version} is one that no Hanlon server imports: expected ${IMPORTABLE.source}`);
}

/** So many digits has a number of commits: servers compare it as the digits behind a point, where 9 is more than 12. */
const COMMIT_DIGITS = 6;

/**
 * The version that `described`, the output of `git describe --tags --dirty --always`, stands for: `X.Y.Z` at a tag,
 * `X.Y.Z_NNNNNN-gHASH` with the commits since then behind it, and without any tag, where git says a hash only, the same
 * of the first version and all `commits`. A leading `v` goes; a changed work tree adds `dirty`. Undefined: no git.
 */
export function versionOf(described: string | undefined, commits = 0): string {
  const text = described?.trim() ?? "";
  if (text === "") return FIRST;
  const [, hash, dirty = ""] = /^([0-9a-f]{7,64})(-dirty)?$/.exec(text) ?? [];
  if (hash !== undefined) return `${FIRST}_${padded(commits)}-g${hash}${dirty}`;
  const counted = text.replace(/-(\d+)(?=-g[0-9a-f]+(-dirty)?$)/, (_, count) => `-${padded(count)}`);
  return importable(counted.replace("-", "_").replace(/^v/, ""));
}

function padded(commits: number | string): string {
  return String(commits).padStart(COMMIT_DIGITS, "0");
}

/** What git says of sources. */
export interface VersionInGit {
  version: string;
  /** The commit, where there is one. */
  revision?: string;
  /** When it was committed, RFC 3339. */
  committed?: string;
  /** The tags by which servers could import. */
  released: string[];
  /** The history is cut: without a tag the version counts only the commits that are here. */
  isShallow: boolean;
}

/** What git says of the sources in `folder`. Throws VersionError where no server would import the version. */
export async function versionInGit(folder: string): Promise<VersionInGit> {
  const [revision, committed, described, commits, tags, shallow] = await Promise.all([
    git(folder, "rev-parse", "HEAD"),
    git(folder, "show", "--no-patch", "--format=%cI", "HEAD"),
    git(folder, "describe", "--tags", "--dirty", "--always"),
    git(folder, "rev-list", "--count", "HEAD"),
    git(folder, "tag", "--list"),
    git(folder, "rev-parse", "--is-shallow-repository"),
  ]);
  return {
    version: versionOf(described, Number(commits ?? 0)),
    ...(revision === undefined ? {} : { revision }),
    ...(committed === undefined ? {} : { committed }),
    released: (tags ?? "").split("\n").map((tag) => tag.replace(/^v/, "")).filter((tag) => IMPORTABLE.test(tag)),
    isShallow: shallow === "true",
  };
}

/** Where the sources come from, without a user or password in the address; undefined where git does not know. */
export async function sourceOf(folder: string): Promise<string | undefined> {
  const address = await git(folder, "remote", "get-url", "origin");
  // "git@example.org:some/project.git" is no URL, which a label is to be.
  return address?.replace(/^[^@/]+@([^:/]+):/, "https://$1/").replace(/\/\/[^@/]*@/, "//");
}

/** What git prints; undefined where it is not installed, or has no work tree at `folder` itself. */
async function git(folder: string, ...args: string[]): Promise<string | undefined> {
  // A folder that was unpacked inside somebody's work tree is not part of it.
  const env = { GIT_CEILING_DIRECTORIES: dirname(resolve(folder)) };
  try {
    const command = new Deno.Command("git", { args, cwd: folder, env, stderr: "null" });
    const { success, stdout } = await command.output();
    return success ? new TextDecoder().decode(stdout).trim() : undefined;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}
