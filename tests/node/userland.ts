/** The programs and the kernel that an image is made of: this machine's own, or those of another architecture. */

import { which } from "./command.ts";
import { type Archive, OWN_ARCHIVE } from "./debian.ts";
import { librariesOf, staticBusybox } from "./libraries.ts";

/** Programs of one architecture. */
export interface Userland {
  /** Where its kernel comes from. */
  archive: Archive;
  /** What the agent is run with: the compiled agent, or deno. */
  agent: string;
  isCompiled: boolean;
  /** Where a program lies on this machine; undefined where it is not there. Of busybox the one without libraries. */
  find(program: string): Promise<string | undefined>;
  /** The libraries that a program is linked to, and its loader: paths in a node, and where they lie on this machine. */
  libraries(program: string): Promise<ReadonlyMap<string, string>>;
}

/** This machine's own. The agent is the compiled binary that HNL_MK_BIN names, else deno. */
export async function ownUserland(): Promise<Userland> {
  const compiled = Deno.env.get("HNL_MK_BIN");
  return {
    archive: OWN_ARCHIVE,
    agent: await Deno.realPath(compiled ?? Deno.execPath()),
    isCompiled: compiled !== undefined,
    find: (program) => program === "busybox" ? staticBusybox() : which(program),
    libraries: async (program) => new Map((await librariesOf(program)).map((path) => [path, path])),
  };
}
