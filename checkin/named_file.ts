/** Files that somebody named on the command line, which may be anything. */

/** A file is not read; `message` says why, and does not name it. */
export class NamedFileError extends Error {
  override readonly name = "NamedFileError";
}

/** Where a shell puts the output of another program: `--spec <(ssh node cat spec.yaml)`. */
const OWN_PIPES = /^\/dev\/(fd\/\d+|stdin)$/;

/**
 * The text of the file at `path`. A device may never end, and a FIFO may never begin: neither is read, but what the shell
 * itself connects is. Throws NamedFileError for those and for more than `limitBytes`, and what opening a file throws.
 */
export async function readNamedFile(path: string, limitBytes: number): Promise<string> {
  const { isFile, isFifo, isDirectory, size } = await Deno.stat(path);
  if (!isFile && !(isFifo && OWN_PIPES.test(path))) {
    const kind = isDirectory ? "folder" : isFifo ? "FIFO" : "device or socket";
    throw new NamedFileError(`found a ${kind}, expected a file`);
  }
  if (size > limitBytes) throw tooLarge(limitBytes);
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let bytes = 0;
  // A file of /proc has size 0, and another may grow.
  for await (const chunk of (await Deno.open(path)).readable) {
    bytes += chunk.length;
    if (bytes > limitBytes) throw tooLarge(limitBytes);
    chunks.push(chunk);
  }
  return await new Blob(chunks).text();
}

function tooLarge(limitBytes: number): NamedFileError {
  return new NamedFileError(`found more than ${limitBytes / 1024 / 1024} MiB`);
}
