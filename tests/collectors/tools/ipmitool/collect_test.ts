/** The collector on ipmitools and BMCs that are not there, slow, wedged and odd. */
import { assert, assertEquals, assertLess } from "@std/assert";
import { join } from "@std/path";
import type { Collected } from "../../../../collectors/tools/collector.ts";
import type { Bmc } from "../../../../collectors/tools/ipmitool/types.ts";
import type { FolderEntry, Host, RunResult } from "../../../../collectors/host/mod.ts";
import {
  IPMI_DEVICE_OUTSIDE,
  ipmitoolCollector,
  keepUnanswered,
  NO_IPMI_DEVICE,
  NO_IPMI_DRIVER,
} from "../../../../collectors/tools/ipmitool/mod.ts";
import { withTools } from "../../host/support.ts";
import { type StubHost, stubHost } from "../../stub_host.ts";
import { slowness } from "../../../load.ts";

function fixture(name: string): string {
  return Deno.readTextFileSync(new URL(`../../../fixtures/ipmitool/${name}.txt`, import.meta.url));
}

const NO_DEVICE = "Could not open device at /dev/ipmi0 or /dev/ipmi/0 or /dev/ipmidev/0: No such file or directory\n";

/** What a healthy BMC with one LAN channel answers, by the words behind "ipmitool". */
const HEALTHY: Record<string, Partial<RunResult>> = {
  "-V": { stdout: "ipmitool version 1.8.19\n" },
  "mc info": { stdout: fixture("mc-info") },
  "lan print 1": { stdout: fixture("lan-print") },
  "channel info 1": { stdout: fixture("channel-info") },
  "lan6 print 1": { stdout: "IPv6 Static Address 0:\n    Enabled: yes\n    Address: 2001:db8::40/64\n" },
  "fru print 0": { stdout: fixture("fru-print-0") },
  "sdr info": { stdout: fixture("sdr-info") },
  // As soon as one FRU is blank.
  "fru print": { failure: "failed", code: 1, stdout: fixture("fru-print") },
  "mc guid": { stdout: fixture("mc-guid") },
  "chassis status": { stdout: fixture("chassis-status") },
  "sel info": { stdout: fixture("sel-info") },
  "sel elist last 20": { stdout: fixture("sel-elist-last-20") },
  "channel getaccess 1": { stdout: fixture("channel-getaccess-1") },
};

function bmc(answers: Record<string, Partial<RunResult> | undefined> = {}, files: Partial<Host> = {}): StubHost {
  const all = { ...HEALTHY, ...answers };
  const invalid = {
    failure: "failed",
    code: 1,
    stderr: "Get Channel Info command failed\nInvalid channel: 2\n",
  } as const;
  return { ...stubHost(([, ...args]) => args.join(" ") in all ? all[args.join(" ")] : invalid), ...files };
}

function collect(host: Host, options: { includeSecrets?: boolean; partials?: Bmc[] } = {}): Promise<Collected<Bmc>> {
  const partial = (value: Bmc) => void options.partials?.push(structuredClone(value));
  return ipmitoolCollector({ includeSecrets: options.includeSecrets ?? false })
    .collect(host, { signal: new AbortController().signal, partial });
}

function folders(all: Record<string, string[]>): Partial<Host> {
  return {
    list: (path) => {
      const names = Object.hasOwn(all, path) ? all[path]! : undefined;
      if (!names) return Promise.resolve({ why: "absent", message: "no such folder" });
      return Promise.resolve({ value: names.map((name): FolderEntry => ({ name, kind: "other" })) });
    },
  };
}

Deno.test("ipmitoolCollector() asks for all there is, what matters most first", async () => {
  const host = bmc();
  const partials: Bmc[] = [];
  const { status, error, version, unparsed, value } = await collect(host, { partials });
  assertEquals([status, error, version, unparsed], ["ok", undefined, "1.8.19", undefined]);
  assertEquals(value?.manufacturer, "Dell Inc.");
  const [channel] = value!.channels!;
  assertEquals([channel?.number, channel?.medium, channel?.ip], [1, "802.3 LAN", "192.0.2.40"]);
  assertEquals(channel?.ipv6, [{ kind: "static", address: "2001:db8::40", prefixLength: 64 }]);
  assertEquals(value?.frus?.map(({ id }) => id), [0, 1, 2, 9]);
  assertEquals(host.calls.map((argv) => argv.slice(1).join(" ")), [
    ...["-V", "mc info", "lan print 1", "fru print 0"],
    ...[2, 3, 4, 5, 6, 7, 8, 9, 10, 11].map((number) => `lan print ${number}`),
    ...["channel info 1", "lan6 print 1", "sdr info", "fru print"],
    ...["mc guid", "chassis status", "sel info", "sel elist last 20", "channel getaccess 1"],
  ]);
  assertEquals([value?.guid?.guid, value?.chassis?.power], ["efcdab89-6745-23a1-efcd-ab89674523a1", "off"]);
  assertEquals([value?.sel?.entries, value?.events?.length, value?.users?.length], [7, 7, 2]);
  assertEquals(value?.unread, undefined);
  // What was known after each step.
  assertEquals(partials.map(({ channels, frus }) => [channels?.length, frus?.length]), [
    [undefined, undefined],
    [1, undefined],
    [1, 1],
    [1, 1],
    ...Array(6).fill([1, 4]),
  ]);
  assertEquals(partials.map(({ unread }) => unread?.length), [7, 7, 7, 6, 5, 4, 3, 2, 1, undefined]);
});

Deno.test("ipmitoolCollector() keeps the SNMP community only where secrets were asked for", async () => {
  const kept = await collect(bmc(), { includeSecrets: true });
  assertEquals(kept.value?.channels?.[0]?.snmpCommunity, "public");
  assert(JSON.stringify(kept.value).includes("SNMP Community String"));
  const partials: Bmc[] = [];
  const { value } = await collect(bmc(), { partials });
  assertEquals(JSON.stringify([value, partials]).includes("public"), false);
});

Deno.test("ipmitoolCollector() lists the FRUs only where that writes nothing", async () => {
  const asked = async (answers: Record<string, Partial<RunResult>>) => {
    const host = bmc(answers);
    const { value } = await collect(host);
    const words = host.calls.map((argv) => argv.slice(1).join(" "));
    return { frus: value?.frus?.length, sdr: words.includes("sdr info"), all: words.includes("fru print") };
  };
  assertEquals(await asked({}), { frus: 4, sdr: true, all: true });
  const empty = { stdout: fixture("sdr-info").replace(/(Record Count\s*: )\d+/, "$10") };
  assertEquals(await asked({ "sdr info": empty }), { frus: 1, sdr: true, all: false });
  const none = { failure: "failed", code: 1, stderr: "Error obtaining SDR info: Invalid command\n" } as const;
  assertEquals(await asked({ "sdr info": none }), { frus: 1, sdr: true, all: false });
  // ipmitool reads the device's own SDRs there, and no repository.
  const deviceSdrs = fixture("mc-info").replace(/(Device SDRs\s*: )no/, "$1yes").replace(/.*SDR Repository.*\n/, "");
  assertEquals(await asked({ "mc info": { stdout: deviceSdrs } }), { frus: 4, sdr: false, all: true });
  const nothing = deviceSdrs.replace(/.*Sensor Device.*\n/, "");
  assertEquals(await asked({ "mc info": { stdout: nothing }, "sdr info": none }), { frus: 1, sdr: true, all: false });
});

Deno.test("ipmitoolCollector() takes the channel in use, whichever it is", async () => {
  const other = fixture("lan-print").replace("192.0.2.40", "192.0.2.48");
  const unset = fixture("lan-print").replace("192.0.2.40", "0.0.0.0");
  const { value } = await collect(bmc({ "lan print 1": { stdout: unset }, "lan print 8": { stdout: other } }));
  assertEquals(value?.channels?.map(({ number, ip }) => [number, ip]), [[1, undefined], [8, "192.0.2.48"]]);
  const none = await collect(bmc({ "lan print 1": { failure: "failed", code: 1, stderr: "Invalid channel: 1\n" } }));
  assertEquals([none.status, none.value?.channels], ["ok", undefined]);
});

Deno.test("ipmitoolCollector() calls no tool where /dev holds no IPMI device", async () => {
  for (
    const [dev, isAsked] of [
      [{ "/dev": ["ipmi0", "null"] }, true],
      [{ "/dev": ["ipmi"], "/dev/ipmi": ["0"] }, true],
      [{ "/dev": ["ipmidev"], "/dev/ipmidev": ["0"] }, true],
      [{ "/dev": ["ipmi"], "/dev/ipmi": ["1"] }, false],
      [{ "/dev": ["null"] }, false],
      [{}, true],
    ] as [Record<string, string[]>, boolean][]
  ) {
    const host = bmc({}, folders(dev));
    const { status } = await collect(host);
    assertEquals([status, host.calls.length > 0], [isAsked ? "ok" : "skipped", isAsked], JSON.stringify(dev));
  }
});

Deno.test("ipmitoolCollector() says why there is no device", async () => {
  const board = { "/sys/firmware/dmi/entries/38-0": ["raw"] };
  const unopened = { "mc info": { failure: "failed", code: 1, stderr: NO_DEVICE } as const };
  const told = async (host: Host) => {
    const { status, error, value } = await collect(host);
    return [status, error, value];
  };
  assertEquals(await told(bmc({}, folders({ "/dev": [] }))), ["skipped", NO_IPMI_DEVICE, undefined]);
  assertEquals(await told(bmc({}, folders({ "/dev": [], ...board }))), ["skipped", NO_IPMI_DRIVER, undefined]);
  assertEquals(await told(bmc(unopened)), ["skipped", NO_IPMI_DEVICE, undefined]);
  assertEquals(await told(bmc(unopened, folders(board))), ["skipped", NO_IPMI_DRIVER, undefined]);
  // In a container without --device.
  const outside = folders({ "/dev": ["ipmi0"], ...board });
  assertEquals(await told(bmc(unopened, outside)), ["skipped", IPMI_DEVICE_OUTSIDE, undefined]);
  const denied = {
    failure: "failed",
    code: 1,
    stderr: NO_DEVICE.replace("No such file or directory", "Permission denied"),
  } as const;
  assertEquals((await told(bmc({ "mc info": denied })))[0], "failed");
  assertEquals((await told(stubHost(() => undefined)))[0], "missing");
});

Deno.test("ipmitoolCollector() asks a wedged BMC nothing more", async () => {
  const late = { failure: "timeout", elapsedMs: 10_000 } as const;
  const wedged = bmc({ "mc info": late });
  const { status, error } = await collect(wedged);
  assertEquals([status, error], ["timeout", "ipmitool: killed after 10.0 s without an end"]);
  assertEquals(wedged.calls.map((argv) => argv[1]), ["-V", "mc"]);

  const later = bmc({ "lan print 3": late, "lan print 4": late });
  const partly = await collect(later);
  assertEquals([partly.status, partly.error], ["timeout", "ipmitool lan print 3: killed after 10.0 s without an end"]);
  assertEquals([partly.value?.channels?.length, partly.value?.frus?.length], [1, 1]);
  assertEquals(later.calls.at(-1)?.join(" "), "ipmitool lan print 4");
});

Deno.test("ipmitoolCollector() survives one question that gets no answer", async () => {
  const late = { failure: "timeout", elapsedMs: 10_000 } as const;
  const once = await collect(bmc({ "lan print 3": late }));
  assertEquals([once.status, once.value?.frus?.length], ["timeout", 4]);
  const endless = await collect(bmc({ "lan6 print 1": late }));
  assertEquals([endless.status, endless.value?.frus?.length, endless.value?.channels?.[0]?.ipv6], ["ok", 4, undefined]);
  const busy = { failure: "failed", code: 1, stderr: "Get Channel Info command failed: Node busy\n" } as const;
  assertEquals((await collect(bmc({ "lan print 1": busy }))).status, "failed");
  const cut = { failure: "timeout", elapsedMs: 30_000, stdout: fixture("fru-print").slice(0, 900) } as const;
  const { status, value } = await collect(bmc({ "fru print": cut }));
  assertEquals([status, value?.frus?.map(({ id }) => id)], ["timeout", [0]]);
});

Deno.test("ipmitoolCollector() makes the best of a tool that talks nonsense", async () => {
  const noise = { stdout: "\x00\x01\xff: \x1b[31m\n\n: : :\n" };
  assertEquals((await collect(bmc({ "mc info": noise }))).status, "failed");
  const answers = Object.fromEntries(
    Object.keys(HEALTHY).filter((args) => args !== "mc info").map((args) => [args, noise]),
  );
  const { status, value } = await collect(bmc(answers));
  assertEquals([status, value?.deviceId, value?.channels, value?.frus], ["ok", 32, undefined, undefined]);
  const none = await collect(bmc({ "mc info": { stdout: "" } }));
  assertEquals([none.status, none.value], ["failed", undefined]);
});

Deno.test("ipmitoolCollector() ends with its deadline, and hands on what it knew", async () => {
  const script = `case "$*" in -V) ;; "mc info") cat "$0.mc-info";; *) exec sleep 1000;; esac`;
  await withTools({ ipmitool: script }, async (host, folder) => {
    await Deno.writeTextFile(join(folder, "ipmitool.mc-info"), fixture("mc-info"));
    let known: Bmc | undefined;
    const began = performance.now();
    await ipmitoolCollector({ includeSecrets: false }).collect(
      { ...host, list: () => Promise.resolve({ why: "absent", message: "" }) },
      { signal: AbortSignal.timeout(300), partial: (value) => void (known = value) },
    );
    assertLess(performance.now() - began, 3000 * slowness());
    assertEquals(known?.firmware, "3.58");
  });
});

Deno.test("ipmitoolCollector() loses by a question without an answer what that one tells, and no more", async () => {
  const late = { failure: "timeout", elapsedMs: 10_000 } as const;
  const whole = (await collect(bmc())).value!;
  const hangs: [string[], (keyof Bmc)[]][] = [
    [["mc guid"], ["guid"]],
    [["chassis status"], ["chassis"]],
    [["sel info"], ["sel", "events"]],
    [["sel elist last 20"], ["events"]],
    [["channel getaccess 1"], ["users"]],
    [["mc guid", "chassis status", "sel info"], ["guid", "chassis", "sel", "events"]],
  ];
  for (const [questions, lost] of hangs) {
    const answers = Object.fromEntries(questions.map((question) => [question, late]));
    const { status, error, value } = await collect(bmc(answers));
    assertEquals([status, error], ["timeout", `ipmitool ${questions[0]}: killed after 10.0 s without an end`]);
    const expected = Object.fromEntries(Object.entries(whole).filter(([name]) => !lost.includes(name as keyof Bmc)));
    assertEquals<unknown>(value, { ...expected, unread: lost });
    // What is known of before is kept, and what was answered is new.
    const before = { ...whole, firmware: "1.0", guid: { guid: "before" }, users: [] };
    const kept = keepUnanswered(before, value!)!;
    assertEquals([kept.firmware, kept.unread], [whole.firmware, undefined]);
    for (const part of ["guid", "chassis", "sel", "events", "users"] as const) {
      assertEquals<unknown>(kept[part], lost.includes(part) ? before[part] : whole[part], part);
    }
  }
  assertEquals(keepUnanswered(whole, whole), undefined);
});

Deno.test("ipmitoolCollector() takes a refusal for an answer", async () => {
  const refused = { failure: "failed", code: 1, stderr: "Get User Access command failed: Invalid command\n" } as const;
  const state = ["mc guid", "chassis status", "sel info", "channel getaccess 1"];
  const { status, value } = await collect(bmc(Object.fromEntries(state.map((question) => [question, refused]))));
  assertEquals([status, value?.guid, value?.chassis, value?.sel, value?.users], [
    "ok",
    ...Array(4).fill(undefined),
  ]);
  assertEquals(value?.unread, undefined);
});

Deno.test("ipmitoolCollector() reads the log and the accounts in the ways that the BMC and the version allow", async () => {
  // An SDR repository that is empty would be cleared by elist.
  const emptySdr = { stdout: fixture("sdr-info").replace(/(Record Count\s*: )\d+/, "$10") };
  const list = { stdout: "   1 |  Pre-Init  |0000002599| Temperature #0x01 | Upper Critical going high | Asserted\n" };
  const bare = bmc({ "sdr info": emptySdr, "sel list last 20": list });
  assertEquals((await collect(bare)).value?.events?.length, 1);
  assertEquals(bare.calls.some((argv) => argv.includes("elist")), false);

  const emptyLog = bmc({ "sel info": { stdout: fixture("sel-info").replace(/^(Entries\s*: )\d+/m, "$10") } });
  assertEquals((await collect(emptyLog)).value?.events, []);
  assertEquals(emptyLog.calls.some((argv) => argv.includes("last")), false);

  const old = bmc({ "channel getaccess 1": undefined, "user list 1": { stdout: fixture("user-list-1") } });
  assertEquals((await collect(old)).value?.users, [
    { id: 1, ipmiMessaging: true, privilege: "USER" },
    { id: 2, name: "root", ipmiMessaging: true, privilege: "ADMINISTRATOR" },
  ]);
  // The accounts of the channel that is there.
  const other = bmc({
    "lan print 1": undefined,
    "lan print 2": { stdout: fixture("lan-print") },
    "channel getaccess 2": { stdout: fixture("channel-getaccess-1") },
  });
  assertEquals((await collect(other)).value?.users?.length, 2);
});
