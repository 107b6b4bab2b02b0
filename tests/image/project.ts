/** Copies of the project for tests that build it, and programs that they run. */
import { fromFileUrl, join } from "@std/path";

const ROOT = fromFileUrl(new URL("../..", import.meta.url));

/** What an image is built of. */
const FILES = [
  ".ci",
  ".dockerignore",
  "Dockerfile",
  "main.ts",
  "collectors",
  "checkin",
  "deno.json",
  "deno.lock",
  "std.d.ts",
];

/** The version of a project without git. */
export { VERSION } from "../../collectors/version.ts";

/** Copies the project, without its git, to the folder `target`: its version is `VERSION`, whatever is committed. */
export async function copyProject(target: string): Promise<void> {
  await must("cp", ["-a", ...FILES.map((name) => join(ROOT, name)), target]);
}

export interface Ended {
  code: number;
  stdout: string;
  stderr: string;
}

/** Runs a program to its end. */
export async function run(
  program: string,
  args: readonly string[],
  options: { cwd?: string; env?: Record<string, string> } = {},
): Promise<Ended> {
  const { code, stdout, stderr } = await new Deno.Command(program, { args: [...args], ...options }).output();
  return { code, stdout: new TextDecoder().decode(stdout), stderr: new TextDecoder().decode(stderr) };
}

/** Like `run`, but an exit code other than 0 is an error with all that was printed. */
export async function must(...[program, args, options]: Parameters<typeof run>): Promise<string> {
  const { code, stdout, stderr } = await run(program, args, options);
  if (code !== 0) throw new Error(`${program} ${args.join(" ")}: exit code ${code}\n${stdout}${stderr}`);
  return stdout;
}

export async function exists(path: string): Promise<boolean> {
  return await Deno.stat(path).then(() => true, () => false);
}
