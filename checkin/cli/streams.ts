/** The program's stdin, stdout and stderr. */
import { OUTPUT_LIMIT_BYTES } from "../../collectors/host/mod.ts";
import { ParseError } from "../../collectors/tools/parsing.ts";
import type { Command } from "./options.ts";

/** Stdin, stdout or `--output` is of no use: a folder, or a file on a full disk. */
export class StreamError extends Error {
  override readonly name = "StreamError";
}

/** All of stdin, what `tool` has printed. Throws ParseError where it is more than any tool prints. */
export async function readInput(tool: string): Promise<Uint8Array> {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  const stdin = Deno.stdin.readable.getReader();
  const next = () => stdin.read().catch((error) => Promise.reject(new StreamError(`stdin: ${error.message}`)));
  for (let chunk = (await next()).value; chunk; chunk = (await next()).value) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > OUTPUT_LIMIT_BYTES) {
      const limit = `${OUTPUT_LIMIT_BYTES / 1024 / 1024} MiB`;
      throw new ParseError(tool, 0, `more than ${limit}`, `at most ${limit}`);
    }
  }
  return new Uint8Array(await new Blob(chunks).arrayBuffer());
}

/** Prints `text`, or writes it to the file of `--output`. Throws StreamError. */
export async function print({ values }: Command, text: string): Promise<void> {
  const file = values["output"];
  if (file === undefined) return await writeOutput(text);
  const { writeWhole } = await import("../state/trusted_files.ts");
  const problem = writeWhole(file, text);
  if (problem) throw new StreamError(`--output ${problem.message}`);
}

/** Says on stderr what is wrong; the words of a tool or a recording in it do not steer the terminal. */
export function complain(message: string): void {
  writeError(`hnl_mk: ${message.replace(/[^\P{Cc}\n]/gu, "?")}\n`);
}

/** Writes all of `text`; a reader that has gone away (`| head`) is no error. */
export async function writeOutput(text: string): Promise<void> {
  const bytes = new TextEncoder().encode(text);
  try {
    for (let written = 0; written < bytes.length;) written += await Deno.stdout.write(bytes.subarray(written));
  } catch (error) {
    if (!(error instanceof Deno.errors.BrokenPipe)) throw new StreamError(`stdout: ${(error as Error).message}`);
  }
}

/** Says something beside the output. That it cannot be said (a full disk, a pipe without a reader) costs nothing else. */
export function writeError(text: string): void {
  try {
    Deno.stderr.writeSync(new TextEncoder().encode(text));
  } catch {
    // There is nowhere left to say it.
  }
}
