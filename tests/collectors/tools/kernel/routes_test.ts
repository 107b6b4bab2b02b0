import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { parseNameServers } from "../../../../collectors/tools/kernel/name_servers.ts";
import { parseIpv4Routes, parseIpv6Routes } from "../../../../collectors/tools/kernel/routes.ts";
import { TooMuchError } from "../../../../collectors/tools/parsing.ts";
import { createLocalHost } from "../../../../collectors/host/local.ts";
import { openReplay } from "../../../../collectors/host/replay.ts";
import { recordingHost } from "../../../../collectors/host/recording.ts";
import { collectFrom, type Entries, hostFsOf, makeMachine } from "./tree.ts";

/** /proc/net/route of a machine with two NICs and Docker, printed by Linux 6.18; addresses are changed. */
const IPV4 = `Iface	Destination	Gateway 	Flags	RefCnt	Use	Metric	Mask		MTU	Window	IRTT
eth1	00000000	016433C6	0003	0	0	200	00000000	0	0	0
eth0	00000000	010200C0	0003	0	0	100	00000000	0	0	0
eth0	000200C0	00000000	0001	0	0	0	00FFFFFF	0	0	0
*	00000000	00000000	0200	0	0	4278198272	00000000	0	0	0
docker0	000011AC	00000000	0001	0	0	0	0000FFFF	0	0	0
`;

/** /proc/net/ipv6_route of the same. */
const IPV6 = `fd000000000000000000000000000000 40 ${"0".repeat(32)} 00 ${
  "0".repeat(32)
} 00000100 00000001 00000000 00000001     eth0
${"0".repeat(32)} 00 ${"0".repeat(32)} 00 fe800000000000000000000000000001 00000400 00000002 00000000 00450003     eth0
${"0".repeat(32)} 00 ${"0".repeat(32)} 00 ${"0".repeat(32)} ffffffff 00000001 00000000 00200200       lo
`;

const DEFAULTS = [
  { family: "IPv4", destination: "0.0.0.0/0", gateway: "192.0.2.1", interface: "eth0", metric: 100 },
  { family: "IPv4", destination: "0.0.0.0/0", gateway: "198.51.100.1", interface: "eth1", metric: 200 },
  { family: "IPv6", destination: "::/0", gateway: "fe80::1", interface: "eth0", metric: 1024 },
];

const ROUTES: Entries = { "proc/1/net/route": IPV4, "proc/1/net/ipv6_route": IPV6 };

Deno.test("hostfsCollector tells the default routes of both families, the preferred ones first", async () => {
  assertEquals((await hostFsOf(ROUTES)).routes as unknown, DEFAULTS);
});

Deno.test("parseIpv4Routes() and parseIpv6Routes() take half a default route and noise for none", () => {
  // What VPNs add: 0.0.0.0/1 and 128.0.0.0/1.
  const halves =
    "Iface\ntun0\t00000000\t0100080A\t0003\t0\t0\t0\t00000080\ntun0\t00000080\t0100080A\t0003\t0\t0\t0\t00000080";
  assertEquals(parseIpv4Routes(halves), []);
  for (const noise of ["", "\n\n", "eth0", "eth0\t00000000", "\0\xff", "0 0 0 0 0 0 0 0 0 0"]) {
    assertEquals([parseIpv4Routes(noise), parseIpv6Routes(noise)], [[], []], noise);
  }
  const down = "eth0\t00000000\t010200C0\t0002\t0\t0\t0\t00000000";
  assertEquals(parseIpv4Routes(down), []);
  const pointToPoint = "ppp0\t00000000\t00000000\t0001\t0\t0\t0\t00000000";
  assertEquals(parseIpv4Routes(pointToPoint)[0], {
    family: "IPv4",
    destination: "0.0.0.0/0",
    interface: "ppp0",
    metric: 0,
  });
});

Deno.test("parseIpv4Routes() and parseIpv6Routes() refuse more default routes than a machine has", () => {
  const ipv4 = "eth0\t00000000\t010200C0\t0003\t0\t0\t0\t00000000\n";
  const zeros = "0".repeat(32), ipv6 = `${zeros} 00 ${zeros} 00 ${zeros} 400 1 0 3 eth0\n`;
  for (const [parse, line] of [[parseIpv4Routes, ipv4], [parseIpv6Routes, ipv6]] as const) {
    assertEquals(parse(line.repeat(1_000)).length, 1_000);
    assertThrows(() => parse(line.repeat(1_001)), TooMuchError, "more than 1000 default routes");
  }
});

Deno.test("parseNameServers() reads resolv.conf, and no comments", () => {
  const text = "# nameserver 192.0.2.1\n;nameserver 192.0.2.2\nsearch example\n nameserver\t192.0.2.3 # x\n" +
    "nameserver fe80::1%eth0\nnameserver 192.0.2.3\nnameserver\nnameserver2 192.0.2.4\noptions edns0\n";
  assertEquals(parseNameServers(text), ["192.0.2.3", "fe80::1%eth0"]);
});

const STUB = "nameserver 127.0.0.53\noptions edns0 trust-ad", UPLINK = "nameserver 192.0.2.53\nnameserver 2001:db8::53";

const NAME_SERVERS: Record<string, { files: Entries; servers: string[] | undefined }> = {
  "a plain file": { files: { "etc/resolv.conf": "nameserver 192.0.2.9" }, servers: ["192.0.2.9"] },
  "systemd's stub": {
    files: {
      "etc/resolv.conf": "-> ../run/systemd/resolve/stub-resolv.conf",
      "run/systemd/resolve/stub-resolv.conf": STUB,
      "run/systemd/resolve/resolv.conf": UPLINK,
    },
    servers: ["192.0.2.53", "2001:db8::53"],
  },
  "a stub that was copied": {
    files: { "etc/resolv.conf": STUB, "run/systemd/resolve/resolv.conf": UPLINK },
    servers: ["192.0.2.53", "2001:db8::53"],
  },
  "a stub alone": { files: { "etc/resolv.conf": STUB }, servers: ["127.0.0.53"] },
  // Followed by the kernel, these would lead into this process's own root.
  "a link from the root": {
    files: { "etc/resolv.conf": "-> /run/NetworkManager/resolv.conf", "run/NetworkManager/resolv.conf": UPLINK },
    servers: ["192.0.2.53", "2001:db8::53"],
  },
  "a link by way of /var": {
    files: { "etc/resolv.conf": "-> /var/run/resolvconf/resolv.conf", "run/resolvconf/resolv.conf": UPLINK },
    servers: ["192.0.2.53", "2001:db8::53"],
  },
  "a link to where nobody keeps it": { files: { "etc/resolv.conf": "-> /etc/hostname" }, servers: undefined },
  "no servers": { files: { "etc/resolv.conf": "search example" }, servers: undefined },
};

for (const [what, { files, servers }] of Object.entries(NAME_SERVERS)) {
  Deno.test(`hostfsCollector tells the name servers of the host: ${what}, live and recorded`, async () => {
    const root = Object.fromEntries(Object.entries(files).map(([path, content]) => [`proc/1/root/${path}`, content]));
    await using machine = await makeMachine({ "proc/version": "Linux", "sys/kernel": null, ...ROUTES, ...root });
    const bundle = await Deno.makeTempDir({ prefix: "hostfs" });
    try {
      const recording = recordingHost(machine.host, bundle, { includeSecrets: false });
      assertEquals((await collectFrom(recording)).value?.dnsServers, servers);
      await recording.finish();
      const replayed = (await collectFrom(await openReplay(bundle))).value;
      assertEquals(replayed?.dnsServers, servers);
      assertEquals(replayed?.routes as unknown, DEFAULTS);
    } finally {
      await Deno.remove(bundle, { recursive: true });
    }
  });
}

Deno.test("hostfsCollector tells the name servers of a machine that has too many routes", async () => {
  const [heading] = IPV4.split("\n");
  const routes = `${heading}\n${"eth0\t00000000\t010200C0\t0003\t0\t0\t0\t00000000\n".repeat(1_001)}`;
  await using machine = await makeMachine({
    ...{ "proc/version": "Linux", "sys/kernel": null, "proc/1/net/route": routes },
    "proc/1/root/etc/resolv.conf": "nameserver 192.0.2.9",
  });
  const { value, error } = await collectFrom(machine.host);
  assertEquals([value?.routes, value?.dnsServers], [undefined, ["192.0.2.9"]]);
  assertEquals(value?.unread?.filter((subject) => ["routes", "nameServers"].includes(subject)), ["routes"]);
  assertStringIncludes(error!, "more than 1000 default routes");
});

Deno.test("hostfsCollector reads its own routes where /proc is its own, since others' need root", async () => {
  await using machine = await makeMachine({ "proc/version": "Linux", "sys/kernel": null, "proc/net/route": IPV4 });
  const { roots } = machine.host;
  assertEquals((await collectFrom(machine.host)).value?.routes, undefined);
  const own = { ...machine.host, roots: { ...roots, proc: "/proc" } };
  assertEquals((await collectFrom(own)).value?.routes as unknown, DEFAULTS.slice(0, 2));
});

Deno.test("hostfsCollector tells the default routes of this machine", async () => {
  const host = createLocalHost({ roots: { proc: "/proc", sys: "/sys", dev: "/dev" } });
  const { routes, nics, interfaces } = (await collectFrom(host)).value!;
  // Destination and mask of 0, by the columns of the kernel's own heading.
  const [heading, ...lines] = Deno.readTextFileSync("/proc/net/route").trim().split("\n").map((line) =>
    line.split(/\s+/)
  );
  const at = (name: string) => heading!.indexOf(name);
  const wanted = lines.filter((line) => line[at("Destination")] === "00000000" && line[at("Mask")] === "00000000");
  const found = routes?.filter(({ family }) => family === "IPv4") ?? [];
  assertEquals(found.map((route) => route.interface).sort(), wanted.map((line) => line[0]).sort());
  const names = [...nics!, ...interfaces!].map(({ name }) => name);
  for (const route of routes ?? []) assertEquals(names.includes(route.interface), true, route.interface);
});
