/** Running the programs that make a node. */

/** For the longest, which is apt-get. */
const LIMIT_MS = 600_000;

/**
 * Runs a program to its end, in ten minutes at most, and gives its standard output.
 * Throws an Error with the last of its standard error where it cannot be started or exits with another code than 0.
 */
export async function run(program: string, args: readonly string[], options: { cwd?: string } = {}): Promise<string> {
  const command = new Deno.Command(program, {
    ...{ args: [...args], ...options, stdin: "null", signal: AbortSignal.timeout(LIMIT_MS) },
  });
  const { code, stdout, stderr } = await command.output();
  if (code === 0) return new TextDecoder().decode(stdout);
  const lastWords = new TextDecoder().decode(stderr).trim().split("\n").slice(-5).join("\n");
  throw new Error(`${program} ${args.join(" ")}: exit code ${code}: ${lastWords}`);
}

/** Where `program` lies on the PATH, with links resolved; undefined where it is not installed. */
export async function which(program: string): Promise<string | undefined> {
  for (const folder of `${Deno.env.get("PATH")}:/usr/sbin:/sbin`.split(":")) {
    try {
      return await Deno.realPath(`${folder}/${program}`);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory)) throw error;
    }
  }
  return undefined;
}

/** Starts a program that is killed when this process, or the thread that called this, ends: also where that is killed. */
export async function startBound(program: string, args: readonly string[]) {
  const path = await which(program);
  if (!path) throw new Error(`${program} is not installed`);
  const all = ["--pdeathsig", "KILL", path, ...args];
  return new Deno.Command("setpriv", { args: all, stdin: "null", stdout: "piped", stderr: "piped" }).spawn();
}
