/** Reads tar archives, packed with gzip or not: POSIX ustar and pax (IEEE 1003.1, pax), and GNU tar's long names. */

/** A file, or a link, of an archive. Folders and everything else are left out. */
export interface TarEntry {
  /** As the archive has it. */
  name: string;
  content: Uint8Array;
  /** Where a symbolic link points. */
  target?: string;
}

/** The archive cannot be read; `message` says why. */
export class TarError extends Error {
  override readonly name = "TarError";
}

const BLOCK = 512;
/** No file of a recording, and no facts, are larger. */
const MOST_FILE_BYTES = 64 * 1024 * 1024;
/** Of a name that is too long for a header, and of the other things that a pax header says. */
const MOST_HEADER_BYTES = 64 * 1024;
/** A file, and its place in a folder. */
const LEAST_FILE_BYTES = 1024;
/**
 * How much comes of an archive. Counted so, recordings take up to 70 times what they take packed with gzip, zeros a
 * thousand times. BASE_BYTES are for a large machine alone.
 */
const MOST_RATIO = 200;
const BASE_BYTES = 64 * 1024 * 1024;
const MOST_BYTES = 4 * 1024 * 1024 * 1024;

/** How much may still come of an archive, and of those in it. */
export interface Budget {
  bytes: number;
}

/** Takes what a file or folder of that size takes. Throws TarError where there is not so much left. */
export function spend(budget: Budget, bytes: number): void {
  budget.bytes -= Math.max(bytes, LEAST_FILE_BYTES);
  if (budget.bytes < 0) throw new TarError("found more in it than comes of recordings and facts that take so little");
}

/** What may come of the archive at `path`. Throws what stat throws. */
export async function budgetOf(path: string): Promise<Budget> {
  const { size } = await Deno.stat(path);
  return { bytes: Math.min(BASE_BYTES + size * MOST_RATIO, MOST_BYTES) };
}

/**
 * The files and links of the archive at `path`, in its order; what they take is taken from `budget`. Throws TarError, and
 * what opening it throws.
 */
export async function* readTar(path: string, budget: Budget): AsyncGenerator<TarEntry> {
  const file = await Deno.open(path);
  const isZipped = await startsWithGzip(file);
  const plain = isZipped ? file.readable.pipeThrough(new DecompressionStream("gzip")) : file.readable;
  const blocks = createBlocks(plain.getReader());
  try {
    yield* entriesOf(blocks, budget);
  } catch (error) {
    if (error instanceof TarError) throw error;
    throw new TarError(`the archive ends too early, or is damaged: ${(error as Error).message}`);
  } finally {
    await blocks.cancel();
  }
}

async function* entriesOf(blocks: Blocks, budget: Budget): AsyncGenerator<TarEntry> {
  let longName: string | undefined, longTarget: string | undefined;
  let pax = new Map<string, string>();
  while (true) {
    const header = await blocks.take(BLOCK);
    // Two empty blocks end it; some writers leave them out.
    if (header.length === 0 || header.every((byte) => byte === 0)) return;
    checkSum(header);
    const size = Number(pax.get("size") ?? octal(header, 124, 12));
    const type = String.fromCharCode(header[156]!);
    const most = "LKxg".includes(type) ? MOST_HEADER_BYTES : MOST_FILE_BYTES;
    if (!(size >= 0 && size <= most)) throw new TarError(`found a file of ${size} bytes`);
    spend(budget, size);
    const content = await blocks.take(size);
    if (content.length < size) throw new TarError("the archive ends within a file");
    await blocks.take((BLOCK - size % BLOCK) % BLOCK);
    switch (type) {
      case "L":
        longName = text(content);
        continue;
      case "K":
        longTarget = text(content);
        continue;
      case "x":
        pax = paxRecords(content);
        continue;
      case "0":
      case "\0":
      case "2": {
        const prefix = text(header.subarray(345, 500));
        const short = text(header.subarray(0, 100));
        const isUstar = text(header.subarray(257, 263)).trim() === "ustar" && header[263] === 0x30;
        const name = pax.get("path") ?? longName ?? (isUstar && prefix !== "" ? `${prefix}/${short}` : short);
        const target = pax.get("linkpath") ?? longTarget ?? text(header.subarray(157, 257));
        yield { name, content, ...type === "2" && { target } };
      }
    }
    longName = longTarget = undefined;
    pax = new Map();
  }
}

interface Blocks {
  /** The next bytes; fewer at the end. */
  take(size: number): Promise<Uint8Array>;
  cancel(): Promise<void>;
}

function createBlocks(reader: ReadableStreamDefaultReader<Uint8Array>): Blocks {
  let rest = new Uint8Array(0);
  return {
    async take(size) {
      const taken = new Uint8Array(size);
      let filled = 0;
      while (filled < size) {
        if (rest.length === 0) {
          const { done, value } = await reader.read();
          if (done) return taken.subarray(0, filled);
          rest = value as Uint8Array<ArrayBuffer>;
          continue;
        }
        const part = rest.subarray(0, size - filled);
        taken.set(part, filled);
        filled += part.length;
        rest = rest.subarray(part.length);
      }
      return taken;
    },
    // What follows is not wanted, damaged or not.
    cancel: () => reader.cancel().catch(() => {}),
  };
}

async function startsWithGzip(file: Deno.FsFile): Promise<boolean> {
  const start = new Uint8Array(2);
  const length = await file.read(start);
  await file.seek(0, Deno.SeekMode.Start);
  return length === 2 && start[0] === 0x1f && start[1] === 0x8b;
}

/** The sum of the header's bytes, its own field as blanks. */
function checkSum(header: Uint8Array): void {
  const sum = header.reduce((total, byte, i) => total + (i >= 148 && i < 156 ? 0x20 : byte), 0);
  if (header.length < BLOCK || sum !== octal(header, 148, 8)) throw new TarError("found no tar archive");
}

function octal(header: Uint8Array, start: number, length: number): number {
  const digits = text(header.subarray(start, start + length)).trim();
  return digits === "" ? 0 : /^[0-7]+$/.test(digits) ? parseInt(digits, 8) : NaN;
}

/** "27 path=some/long/name\n", one after the other. */
function paxRecords(content: Uint8Array): Map<string, string> {
  const records = new Map<string, string>();
  for (let at = 0; at < content.length;) {
    const [, digits] = /^(\d+) /.exec(text(content.subarray(at, at + 20))) ?? [];
    const length = Number(digits ?? 0);
    if (length === 0) break;
    const record = new TextDecoder().decode(content.subarray(at + digits!.length + 1, at + length - 1));
    const equals = record.indexOf("=");
    records.set(record.slice(0, equals), record.slice(equals + 1));
    at += length;
  }
  return records;
}

/** Up to the first zero. */
function text(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return new TextDecoder().decode(end < 0 ? bytes : bytes.subarray(0, end));
}
