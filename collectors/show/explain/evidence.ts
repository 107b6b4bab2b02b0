/** What a collection has run and read, kept in memory, so that a fact can be shown beside the words it was made of. */
import { decode, type Host, type InterfaceAddress, type Read } from "../../host/mod.ts";
import { maskCommandLine } from "../../host/secrets.ts";

/** What was seen, by what was asked. */
export interface Evidence {
  /** In the order of their ends. */
  commands: { argv: string[]; stdout: string }[];
  /** By path: a file's text, "-> target" of a link, the names in a folder. What could not be read is not there. */
  files: Map<string, string>;
  addresses: InterfaceAddress[];
}

export interface RememberingOptions {
  /** Remember the secrets of the kernel command line. */
  includeSecrets: boolean;
}

/** `inner`, and what it has answered so far. */
export function rememberingHost(inner: Host, options: RememberingOptions): { host: Host; evidence: Evidence } {
  const evidence: Evidence = { commands: [], files: new Map(), addresses: [] };
  const keeping = async <T>(path: string, asked: Promise<Read<T>>, toText: (value: T) => string) => {
    const read = await asked;
    if ("value" in read) evidence.files.set(path, toText(read.value));
    return read;
  };
  const host: Host = {
    roots: inner.roots,
    run: async (tool, args, options) => {
      const result = await inner.run(tool, args, options);
      evidence.commands.push({ argv: [tool, ...args], stdout: result.stdout });
      return result;
    },
    start: (tool, args) => inner.start(tool, args),
    read: (path) =>
      keeping(path, inner.read(path), (bytes) => {
        const isSecret = path === "/proc/cmdline" && !options.includeSecrets;
        return isSecret ? maskCommandLine(decode(bytes)).masked : decode(bytes);
      }),
    list: (path) => keeping(path, inner.list(path), (entries) => entries.map(({ name }) => name).join(" ")),
    link: (path) => keeping(path, inner.link(path), (target) => `-> ${target}`),
    addresses: async () => {
      const read = await inner.addresses();
      if ("value" in read) evidence.addresses = read.value;
      return read;
    },
  };
  return { host, evidence };
}
