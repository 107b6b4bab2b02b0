/**
 * The files, folders and links that a host has shown, each where it really lies: /sys is a web of links, and what is
 * read as /sys/class/net/eth0/address lies in /sys/devices. Kept in memory until all is known, so that a link that
 * turns up late cannot lead a file elsewhere.
 */
import type { FolderEntry, Host } from "./mod.ts";
import { isRecordable } from "./bundle.ts";
import { followLinks } from "./links.ts";

export type TreeNode =
  | { kind: "folder" }
  | { kind: "file"; content: Uint8Array }
  | { kind: "link"; target: string };

export interface FileTree {
  /** A file that was read. The content of what lies under /dev is not kept. */
  addFile(path: string, content: Uint8Array): Promise<void>;
  /** A folder and all that is in it: links with their targets, what is not known otherwise as an empty file. */
  addListing(path: string, entries: readonly FolderEntry[]): Promise<void>;
  addLink(path: string, target: string): Promise<void>;
  /** All there is, by path; no node lies below a file or a link. */
  nodes(): [path: string, node: TreeNode][];
}

/** Links that every process sees otherwise, and the host's root: a recording has the files as if they lay there. */
const OWN_PROCESS = new Set(["/proc/self", "/proc/thread-self", "/proc/1/root"]);
const UNREAD = new Uint8Array();

/** An empty tree. `host` is asked for the links on the way to what is added. */
export function fileTree(host: Pick<Host, "link">): FileTree {
  const nodes = new Map<string, TreeNode>();
  const targets = new Map<string, Promise<string | undefined>>();

  const targetOf = (path: string) => {
    if (OWN_PROCESS.has(path)) return undefined;
    let target = targets.get(path);
    if (target === undefined) {
      target = host.link(path).then((link) => "value" in link ? link.value : undefined);
      targets.set(path, target);
    }
    return target;
  };

  const put = (path: string, node: TreeNode) => {
    if (!isRecordable(path)) return;
    for (let end = path.indexOf("/", 1); end > 0; end = path.indexOf("/", end + 1)) {
      const above = path.slice(0, end);
      if (nodes.get(above)?.kind !== "folder") nodes.set(above, { kind: "folder" });
    }
    const there = nodes.get(path);
    const unread = node.kind === "file" && node.content === UNREAD;
    if (there === undefined || (there.kind !== "folder" && !unread)) nodes.set(path, node);
    else if (node.kind === "folder") nodes.set(path, node);
  };

  /** The path without links on the way, which are added; undefined where it cannot be followed. */
  const resolve = (path: string): Promise<string | undefined> => {
    // A root may be a link of its own; /etc/os-release is one, to where a recording has nothing.
    const isOurs = (here: string) => here.indexOf("/", 1) > 0 && !here.startsWith("/etc/");
    return followLinks(path, (here) => isOurs(here) ? targetOf(here) : undefined, {
      link: (here, target) => put(here, { kind: "link", target }),
      // What is left again has to be there, too.
      folder: (here) => put(here, { kind: "folder" }),
    });
  };

  const addLink = async (path: string, target: string) => {
    const slash = path.lastIndexOf("/");
    const folder = await resolve(path.slice(0, slash));
    if (folder === undefined) return;
    const real = folder + path.slice(slash);
    if (!OWN_PROCESS.has(real)) put(real, { kind: "link", target });
  };

  return {
    addFile: async (path, content) => {
      const real = await resolve(path);
      if (real !== undefined) put(real, { kind: "file", content: real.startsWith("/dev/") ? UNREAD : content });
    },
    addListing: async (path, entries) => {
      const real = await resolve(path);
      if (real === undefined) return;
      put(real, { kind: "folder" });
      await Promise.all(entries.map(async ({ name, kind }) => {
        const entry = `${real}/${name}`;
        const target = kind === "link" ? await targetOf(entry) : undefined;
        if (target !== undefined) put(entry, { kind: "link", target });
        else if (kind === "folder" || OWN_PROCESS.has(entry)) put(entry, { kind: "folder" });
        else put(entry, { kind: "file", content: UNREAD });
      }));
    },
    addLink,
    nodes: () => [...nodes].sort(([a], [b]) => a < b ? -1 : 1),
  };
}
