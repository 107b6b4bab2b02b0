/** The version of what is built: a Hanlon server boots the image with the highest one. */

import { dirname, resolve } from "node:path";

/** What a Hanlon server imports (its microkernel slice): the tag of the image has to look like this. */
export const IMPORTABLE = /^\d+\.\d+\.\d+(_[0-9A-Za-z-]+)*$/;

/** Where git knows none. */
const FIRST = "4.0.0";

/** There is a version, but a server could not import an image that has it. */
export class VersionError extends Error {
  override readonly name = "VersionError";
}

/** `version`, or VersionError where no server would import it. */
export function importable(version: string): string {
  if (IMPORTABLE.test(version)) return version;
  throw new VersionError(`the version ${version} is one that no Hanlon server imports: expected ${IMPORTABLE.source}`);
}

/**
 * The version that `described`, the output of `git describe --tags --dirty --always`, stands for: as the old image had
 * it, its first `-` becomes `_` and a leading `v` goes; where there is no tag it is only a hash. Undefined: no git.
 */
export function versionOf(described: string | undefined): string {
  const text = described?.trim() ?? "";
  if (text === "") return FIRST;
  if (/^[0-9a-f]{7,64}(-dirty)?$/.test(text)) return `${FIRST}_g${text.replace("-", "_")}`;
  return importable(text.replace("-", "_").replace(/^v/, ""));
}

/** What git says of the sources in `folder`: the version, and the commit where there is one. */
export async function versionInGit(folder: string): Promise<{ version: string; revision?: string }> {
  const [revision, described] = await Promise.all([
    git(folder, "rev-parse", "HEAD"),
    git(folder, "describe", "--tags", "--dirty", "--always"),
  ]);
  const version = versionOf(described);
  return revision === undefined ? { version } : { version, revision };
}

/** Where the sources come from, without a user or password in the address; undefined where git does not know. */
export async function sourceOf(folder: string): Promise<string | undefined> {
  return (await git(folder, "remote", "get-url", "origin"))?.replace(/\/\/[^@/]*@/, "//");
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
