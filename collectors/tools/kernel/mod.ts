/** What /proc and /sys themselves say (proc(5), sysfs(5), the kernel's Documentation/ABI). */
import type { Collected, Collector } from "../collector.ts";
import { nonEmpty, prune } from "../../values.ts";
import { type HostFiles, type Readings, readingsOf } from "./files.ts";
import type { HostFs, SubjectName } from "./host_fs.ts";
import type { KernelLoad } from "./os.ts";
import { type HostFsOptions, type Subject, SUBJECTS } from "./subjects.ts";

export type { HostFs, HostFsOptions, KernelLoad };

/** What every Linux has. Where one of them tells nothing, its facts are not absent but unknown. */
const ALWAYS_THERE = [
  "/proc/cpuinfo",
  "/proc/filesystems",
  "/proc/meminfo",
  "/proc/partitions",
  "/sys/block",
  "/sys/class/net",
];

/** Reads /proc and /sys through the host: all subjects at once, none waiting for another or failing with it. */
export const hostfsCollector = (options: HostFsOptions): Collector<HostFs> => ({
  name: "hostfs",
  timeoutMs: 20_000,
  async collect(host, context): Promise<Collected<HostFs>> {
    const readings = readingsOf(host);
    const parts: HostFs[] = [];
    const errors: string[] = [];
    const subjects = (Object.entries(SUBJECTS) as [SubjectName, Subject][]).map(([name, subject]) => (
      { name, subject, files: readings.forSubject(), isBroken: false }
    ));
    await Promise.all(
      subjects.map(async (each, i) => {
        try {
          parts[i] = prune<HostFs>(await each.subject.read(host, each.files, options));
          context.partial(together(parts, subjects.filter((other, i) => parts[i] === undefined || isUnread(other))));
        } catch (error) {
          each.isBroken = true;
          errors.push(`${each.name}: ${error instanceof Error ? error.message : error}`);
        }
      }),
    );
    const denied = readings.denied(), late = readings.late(), failed = readings.failed(), silent = readings.silent();
    // What asked where nothing at all answers does not know what is there.
    const unread = subjects.filter((each) => isUnread(each) || silent.some((root) => each.files.asked().has(root)));
    // Every machine has both; what has neither and refuses nothing is a recording of tools alone.
    const isMissing = silent.length === 2 && denied.length + failed.length + errors.length === 0;
    if (silent.length > 0) {
      errors.push(`nothing can be read in ${silent.map((root) => host.roots[root]).join(" and ")}`);
    }
    if (late.length > 0) errors.push(`no answer: ${inFolders(late)}`);
    if (failed.length > 0) errors.push(`cannot be read: ${inFolders(failed)}`);
    const isFailed = errors.length > 0 || unread.length > 0;
    return prune<Collected<HostFs>>({
      status: late.length > 0 ? "timeout" : isMissing ? "missing" : isFailed ? "failed" : "ok",
      value: silent.length === 2 ? undefined : together(parts, unread),
      error: errors.length > 0
        ? errors.sort().join("; ")
        : unread.length > 0
        ? `needs root: ${inFolders(denied)}`
        : undefined,
      notes: silent.length < 2 ? notesOf(readings, together(parts, []).labelProblems) : undefined,
    });
  },
});

/** What could not be read where the rest of it could. */
function notesOf(readings: Readings, labelProblems: readonly string[] = []): string[] | undefined {
  const denied = readings.denied(), lacking = readings.lacking(), silent = readings.silent();
  const unknown = ALWAYS_THERE.filter((path) =>
    lacking.has(path) && !silent.some((root) => path.startsWith(`/${root}/`))
  );
  return nonEmpty([
    ...denied.length > 0 ? [`needs root: ${inFolders(denied)}`] : [],
    ...unknown.length > 0 ? [`tells nothing: ${inFolders(unknown)}`] : [],
    ...labelProblems.map((problem) => `no label on the kernel command line: ${problem}`),
  ]);
}

function isUnread({ files, isBroken }: { files: HostFiles; isBroken: boolean }): boolean {
  return isBroken || files.unknown().length > 0;
}

/** The parts in the order of the subjects, whichever was ready first. */
function together(parts: HostFs[], unread: { name: SubjectName }[]): HostFs {
  const value: HostFs = Object.assign({}, ...parts);
  const volatile: KernelLoad = Object.assign({}, ...parts.map((part) => part?.volatile));
  return prune<HostFs>({
    ...value,
    volatile: Object.keys(volatile).length > 0 ? volatile : undefined,
    unread: nonEmpty(unread.map(({ name }) => name)),
  });
}

/** What a plain user may not read lies in about so many. */
const MOST_FOLDERS = 8;

/** Paths by folder: "/sys/class/dmi/id/{board_serial,product_uuid}"; the first few folders, and how many more. */
function inFolders(paths: readonly string[]): string {
  const folders = new Map<string, string[]>();
  for (const path of paths) {
    const slash = path.lastIndexOf("/");
    const folder = path.slice(0, slash);
    folders.set(folder, [...folders.get(folder) ?? [], path.slice(slash + 1)]);
  }
  const words = [...folders].map(([folder, names]) =>
    names.length === 1 ? `${folder}/${names[0]}` : `${folder}/{${names.join(",")}}`
  );
  const more = words.length - MOST_FOLDERS;
  return more > 0 ? `${words.slice(0, MOST_FOLDERS).join(", ")} and ${more} more` : words.join(", ");
}
