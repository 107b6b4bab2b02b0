/**
 * Code in a process of its own. User, current folder and environment belong to a whole process, which all files of tests
 * share while they run side by side: a test that changes its own changes them for all others.
 */
import { fromFileUrl } from "@std/path";

const CONFIG = fromFileUrl(new URL("./deno.json", import.meta.url));

export interface Surroundings {
  /** The current folder; default: that of the tests. */
  cwd?: string;
  /** Variables beside those of the tests. */
  env?: Record<string, string>;
}

/** Runs a module with all permissions, and gives what it prints, one JSON value. Throws with its errors where it fails. */
export async function evaluate(code: string, surroundings: Surroundings = {}): Promise<unknown> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["eval", "--quiet", "--config", CONFIG, code],
    stdin: "null",
    signal: AbortSignal.timeout(60_000),
    ...surroundings,
  }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  return JSON.parse(new TextDecoder().decode(stdout));
}
