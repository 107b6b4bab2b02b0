/** A host whose tools answer as a test says; it has no files. */
import type { Host, Roots, RunResult } from "../../collectors/host/mod.ts";

export interface StubHost extends Host {
  /** What was run, in order. */
  readonly calls: string[][];
}

/** `answer` gives what differs from a run that printed nothing and exited with 0; undefined is "not installed". */
export function stubHost(
  answer: (argv: string[]) => Partial<RunResult> | undefined,
  roots: Partial<Roots> = {},
): StubHost {
  const calls: string[][] = [];
  const absent = { why: "absent", message: "no such file" } as const;
  return {
    calls,
    roots: { proc: "/proc", sys: "/sys", dev: "/dev", ...roots },
    run(tool, args) {
      const argv = [tool, ...args];
      calls.push(argv);
      const result: RunResult = { stdout: "", stderr: "", elapsedMs: 1, ...(answer(argv) ?? { failure: "missing" }) };
      return Promise.resolve(result.failure ? result : { code: 0, ...result });
    },
    start: () => Promise.resolve(undefined),
    read: () => Promise.resolve(absent),
    list: () => Promise.resolve(absent),
    link: () => Promise.resolve(absent),
    addresses: () => Promise.resolve({ value: [] }),
  };
}
