import { assertEquals } from "@std/assert";
import { PROC_FILES, READ_PATHS, whatToMount, whyNotPermitted } from "../../../checkin/cli/permitted.ts";
import { readBootId, readIdentity } from "../../../collectors/facts/identity.ts";
import type { Host } from "../../../collectors/host/mod.ts";
import { openReplay } from "../../../collectors/host/replay.ts";
import { collect } from "../../../collectors/mod.ts";
import { goldens } from "../../golden.ts";

Deno.test("whyNotPermitted() is undefined when the permission is granted", () => {
  assertEquals(whyNotPermitted("/anywhere", "write", () => ({ state: "granted" })), undefined);
});

Deno.test("whyNotPermitted() names the path and the folders when it is not granted", () => {
  const asked: unknown[] = [];
  const query = (descriptor: unknown) => {
    asked.push(descriptor);
    return { state: "prompt" };
  };
  assertEquals(whyNotPermitted("/var/x", "write", query), "/var/x: this program may write in /tmp only");
  assertEquals(
    whyNotPermitted("ca.pem", "read", query),
    "ca.pem: this program may read in /host-proc, /host-sys, /host-dev, /tmp, /etc/hnl_mk only",
  );
  assertEquals(asked, [{ name: "write", path: "/var/x" }, { name: "read", path: "ca.pem" }]);
});

Deno.test("whyNotPermitted() asks Deno when nothing else is given", () => {
  assertEquals(whyNotPermitted("/anywhere", "read"), undefined);
});

Deno.test("whyNotPermitted() takes /host-proc where the files that are needed of it may be read", () => {
  const query = ({ path }: { path: string }) => ({ state: READ_PATHS.includes(path) ? "granted" : "denied" });
  assertEquals(whyNotPermitted("/host-proc", "read", query), undefined);
  assertEquals(whyNotPermitted("/host-proc/", "read", query), undefined);
  assertEquals(whyNotPermitted("/host-proc", "write", query) === undefined, false);
  assertEquals(whyNotPermitted("/host-proc/1", "read", query) === undefined, false);
});

/** `host`, which notes below /proc what is asked of it. */
function noting(host: Host, asked: Set<string>): Host {
  const note = <T>(ask: (path: string) => Promise<T>) => (path: string) => {
    if (/^\/proc(\/|$)/.test(path)) asked.add(path.slice("/proc/".length));
    return ask(path);
  };
  return { ...host, read: note(host.read), list: note(host.list), link: note(host.link) };
}

Deno.test("PROC_FILES name all of /proc that is read, whatever the machine", async () => {
  const asked = new Set<string>();
  for (const { bundle } of goldens()) {
    const host = noting(await openReplay(bundle), asked);
    await Promise.all([collect(host, "4.0.0"), readIdentity(host), readBootId(host), whatToMount(host)]);
  }
  const isNamed = (path: string) => PROC_FILES.some((name) => path === name || path.startsWith(`${name}/`));
  assertEquals([...asked].filter((path) => !isNamed(path)), []);
  assertEquals(
    ["cmdline", "cpuinfo", "meminfo", "sys/kernel/hostname", "1/mountinfo"].filter((path) => !asked.has(path)),
    [],
  );
});
