/**
 * Asks a Host of its own, for tests that want other permissions, another environment or another user than theirs:
 * `deno run … host_probe.ts JSON`, with the options and calls as JSON; prints the list of answers as JSON.
 */
import process from "node:process";
import { createLocalHost, type LocalHostOptions } from "../../../collectors/host/local.ts";

export interface Probe {
  options?: LocalHostOptions;
  /** Becomes this user first. */
  uid?: number;
  timeoutMs?: number;
  calls: (["run", string, string[]] | ["read" | "list" | "link", string] | ["addresses"])[];
}

if (import.meta.main) {
  const { options, uid, timeoutMs = 5000, calls }: Probe = JSON.parse(Deno.args[0]!);
  const host = createLocalHost(options);
  if (uid !== undefined) process.seteuid!(uid);
  const answers: unknown[] = [];
  for (const call of calls) {
    if (call[0] === "run") answers.push(await host.run(call[1], call[2], { timeoutMs }));
    else if (call[0] === "addresses") answers.push(await host.addresses());
    else {
      const answer = await host[call[0]](call[1]);
      answers.push("value" in answer && answer.value instanceof Uint8Array ? { bytes: answer.value.length } : answer);
    }
  }
  console.log(JSON.stringify(answers));
}
