/** Collects once for each line of its standard input and prints what a daemon would know then, as one line of JSON. */
import { fingerprint, keepLastGood } from "../../collectors/facts/change.ts";
import { createLocalHost } from "../../collectors/host/local.ts";
import { collectParts, type Parts } from "../../collectors/mod.ts";

// As the daemon does when it starts: Deno makes its pipe for signals at the first listener, and panics where it cannot.
Deno.addSignalListener("SIGTERM", () => Deno.exit(1));

const host = createLocalHost({ roots: { proc: "/proc", sys: "/sys", dev: "/dev" } });
let parts: Parts | undefined;
for await (const _ of Deno.stdin.readable) {
  const now = await collectParts(host, { only: ["nics", "memory"] });
  parts = keepLastGood(parts, now);
  const { volatile: _volatile, ...hostfs } = parts.hostfs?.value ?? {};
  const lost = Object.fromEntries(Object.entries(now).map(([name, { source }]) => [name, source.status]));
  console.log(
    JSON.stringify({ hostfs, dmidecode: parts.dmidecode?.value, fingerprint: await fingerprint(host), lost }),
  );
}
Deno.exit();
