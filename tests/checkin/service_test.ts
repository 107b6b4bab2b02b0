/** The daemon with the real collection, of a machine whose ipmitool alone is installed. */
import { assert } from "@std/assert";
import { configForServer } from "../../checkin/config.ts";
import { systemClock } from "../../checkin/clock.ts";
import { createLogger } from "../../checkin/log.ts";
import { serve } from "../../checkin/service.ts";
import { openState } from "../../checkin/state.ts";
import { stubHost } from "../collectors/stub_host.ts";
import { fileHost, machineFiles } from "./agent.ts";

const IPMITOOL: Record<string, string> = {
  "mc info": "Device ID                 : 32\nFirmware Revision         : 1.0\n",
  "lan print 1": "IP Address Source       : Static Address\nSNMP Community String   : c0mmun1ty\n",
};

Deno.test("serve() logs no SNMP community, though the server says it back, and names tools that do not end", async () => {
  const folder = await Deno.makeTempDir({ prefix: "hnl_mk-test-" });
  const isRoot = Deno.uid() === 0;
  const ending = new AbortController();
  const lines: string[] = [];
  const { run } = stubHost(([tool, ...args]) =>
    tool === "ipmitool" ? { stdout: IPMITOOL[args.join(" ")] ?? "" } : undefined
  );
  const answer = (_: unknown, init?: RequestInit) => {
    if (init?.method === "GET") {
      return Response.json({ errcode: 0, response: { command_name: "register" }, client_config: {} });
    }
    const body = new TextDecoder().decode(init?.body as Uint8Array);
    const result = { description: `cannot store ${/c0mmun1ty/.exec(body)?.[0]}` };
    return Response.json({ response: { result } }, { status: 400 });
  };
  const { promise: refused, resolve } = Promise.withResolvers<void>();
  const log = createLogger({
    write: (line) => {
      lines.push(line);
      if (line.includes("registration refused")) resolve();
    },
  });
  try {
    const serving = serve({
      host: { ...fileHost(machineFiles()), run },
      clock: systemClock,
      random: () => 0,
      fetch: ((url: unknown, init?: RequestInit) => Promise.resolve(answer(url, init))) as typeof fetch,
      log: { ...log, setLevel: () => log.setLevel("INFO") },
      state: openState(folder, { isRoot }),
      isRoot,
      agentVersion: "4.0.0",
      config: { config: configForServer("http://hanlon.test") },
      signal: ending.signal,
      collectOptions: { includeSecrets: true },
    }, { pid: 4242, onReload: () => () => {}, stuckTools: () => 1 });
    await Promise.race([refused, serving]);
    ending.abort();
    await serving;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
  const text = lines.join("");
  assert(text.includes("cannot store [hidden]"), text);
  assert(!text.includes("c0mmun1ty"), text);
  assert(text.includes("tools that were killed have not ended count=1"), text);
});
