/** A host that remembers the texts it read, so that a fact can be shown beside the file that it was made of. */
import { decode, type Host, type Read } from "./mod.ts";
import { maskCommandLine } from "./secrets.ts";

/** What was read, by path: a file's text, "-> target" of a link, the names in a folder. */
export type RememberedTexts = ReadonlyMap<string, string>;

/** `inner`, and the texts that it has read so far. `includeSecrets` keeps the secrets of the kernel command line. */
export function rememberingHost(
  inner: Host,
  { includeSecrets }: { includeSecrets: boolean },
): { host: Host; texts: RememberedTexts } {
  const texts = new Map<string, string>();
  const keeping = async <T>(path: string, asked: Promise<Read<T>>, toText: (value: T) => string) => {
    const read = await asked;
    if ("value" in read) texts.set(path, toText(read.value));
    return read;
  };
  const host: Host = {
    roots: inner.roots,
    ...inner.recorded && { recorded: inner.recorded },
    run: (tool, args, options) => inner.run(tool, args, options),
    start: (tool, args) => inner.start(tool, args),
    read: (path) =>
      keeping(path, inner.read(path), (bytes) => {
        const isSecret = path === "/proc/cmdline" && !includeSecrets;
        return isSecret ? maskCommandLine(decode(bytes)).masked : decode(bytes);
      }),
    list: (path) => keeping(path, inner.list(path), (entries) => entries.map(({ name }) => name).join(" ")),
    link: (path) => keeping(path, inner.link(path), (target) => `-> ${target}`),
    addresses: () => inner.addresses(),
  };
  return { host, texts };
}
