/** The versions of the tools, asked once where a program collects again and again. */
import type { Host, RunResult } from "../host/mod.ts";

/** The arguments with which a tool prints its version, and asks nothing of the machine. */
const VERSION_ARGS: Readonly<Record<string, string>> = { lscpu: "--version", ipmitool: "-V", lldptool: "-v" };

/**
 * `host`, where a tool that has said its version is not run for it again. A tool that did not say it is asked the next
 * time too, and one that is missing now has another version when it is back.
 */
export function askingVersionsOnce(host: Host): Host {
  const said = new Map<string, RunResult>();
  return {
    ...host,
    async run(tool, args, options) {
      const isVersion = args.length === 1 && args[0] === VERSION_ARGS[tool];
      const known = isVersion ? said.get(tool) : undefined;
      if (known) return { ...known, elapsedMs: 0 };
      const result = await host.run(tool, args, options);
      if (result.failure === "missing") said.delete(tool);
      else if (isVersion && result.failure === undefined) said.set(tool, result);
      return result;
    },
  };
}
