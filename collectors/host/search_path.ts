/** Where tools are looked for. What is started from there runs as root: no folder that others may write to. */

const STANDARD_FOLDERS = ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"];

/** The bits of stat(2) for writing by the group and by others, and the one that keeps others from removing files. */
const GROUP_WRITES = 0o020, OTHERS_WRITE = 0o002, STICKY = 0o1000;

export interface SearchPath {
  /** The folders with colons between them: the children's PATH. */
  path: string;
  /** The folders of `inherited` that are left out. */
  skipped: string[];
}

/**
 * The absolute folders of `inherited`, the value of PATH, and behind them the standard ones that it lacks; without those
 * that others than root and this program's user may write to.
 */
export function searchPath(inherited: string, mayWrite: (folder: string) => boolean = mayOthersWrite): SearchPath {
  // A relative folder would be one below wherever this program was started.
  const named = inherited.split(":").filter((folder) => folder.startsWith("/"));
  const folders = [...new Set([...named, ...STANDARD_FOLDERS])];
  const skipped = folders.filter(mayWrite);
  return { path: folders.filter((folder) => !skipped.includes(folder)).join(":"), skipped };
}

/**
 * Whether others may put a program into `folder`, or a folder of theirs in its place: by its own mode and owner, or by
 * those of a folder above it. False where that cannot be seen: the compiled program may look at no such folder, and
 * fixes what its tools are when it starts.
 */
export function mayOthersWrite(folder: string): boolean {
  let path: string;
  try {
    path = Deno.realPathSync(folder);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) return false;
    // Whoever may write above it may make it.
    return folder !== "/" && mayOthersWrite(parentOf(folder));
  }
  if (isOpen(path, false)) return true;
  for (let above = path; above !== "/";) {
    above = parentOf(above);
    if (isOpen(above, true)) return true;
  }
  return false;
}

/** `stickyCounts`: in a sticky folder nobody can replace what is another's, but anybody may add to it. */
function isOpen(path: string, stickyCounts: boolean): boolean {
  try {
    const { mode, uid, gid } = Deno.statSync(path);
    if (mode === null) return false;
    if (uid !== 0 && uid !== Deno.uid()) return true;
    if (stickyCounts && (mode & STICKY) !== 0) return false;
    return (mode & OTHERS_WRITE) !== 0 || ((mode & GROUP_WRITES) !== 0 && gid !== 0);
  } catch {
    return false;
  }
}

function parentOf(path: string): string {
  return path.slice(0, path.replace(/\/+$/, "").lastIndexOf("/")) || "/";
}
