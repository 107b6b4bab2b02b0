/** The agent as a node runs it. */

import { PERMISSIONS } from "../../.ci/permissions.ts";
import { run } from "./command.ts";
import type { Image } from "./image.ts";

/**
 * Puts into the share what init.sh makes into /usr/local/bin/hnl_mk. It runs under the compiled permissions; with
 * others only where deno runs it.
 */
export async function putAgent(
  share: string,
  { agent, isCompiled }: Image,
  permissions: readonly string[] = PERMISSIONS,
): Promise<void> {
  const folder = `${share}/program`;
  await Deno.mkdir(folder);
  let command = agent;
  if (!isCompiled) {
    await run(Deno.execPath(), ["bundle", "--quiet", "--no-check", "-o", `${folder}/hnl_mk.js`, "main.ts"], {
      cwd: ROOT,
    });
    command += ` run --quiet --no-config ${permissions.join(" ")} /usr/local/share/hnl_mk/hnl_mk.js`;
  }
  await Deno.writeTextFile(`${folder}/hnl_mk`, `#!/bin/sh\nexec ${command} "$@"\n`, { mode: 0o755 });
}

const ROOT = new URL("../..", import.meta.url).pathname;
