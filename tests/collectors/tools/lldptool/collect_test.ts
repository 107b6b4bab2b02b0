/** The collector on lldptools that are not there, hang, fail and talk nonsense. */
import { assert, assertEquals, assertLess, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import type { Collected } from "../../../../collectors/tools/collector.ts";
import type { Host } from "../../../../collectors/host/mod.ts";
import {
  type Lldpad,
  type LldpFacts,
  lldptoolCollector,
  startLldpad,
} from "../../../../collectors/tools/lldptool/mod.ts";
import { withFolder, withTools } from "../../host/support.ts";
import { stubHost } from "../../stub_host.ts";
import { slowness } from "../../../load.ts";

const NEIGHBOUR =
  "Chassis ID TLV\n\tMAC: 52:54:00:0b:00:02\nPort ID TLV\n\tIfname: Eth1/2\nTime to Live TLV\n\t120\nEnd of LLDPDU TLV\n";
const REFUSED = "connect: Connection refused\nFailed to connect to lldpad - clif_open: Invalid argument\n";

/** Runs `test` with a folder for /sys that shows these NICs: their flags and, where they tell it, their carrier. */
async function withNics(
  nics: Record<string, [flags: string, carrier?: string]>,
  test: (sys: string) => Promise<void>,
): Promise<void> {
  await withFolder(async (folder) => {
    for (const [nic, [flags, carrier]] of Object.entries(nics)) {
      const path = join(folder, "class/net", nic);
      await Deno.mkdir(path, { recursive: true });
      await Deno.symlink("../../../devices/pci0000:00", join(path, "device"));
      await Deno.writeTextFile(join(path, "flags"), `${flags}\n`);
      if (carrier !== undefined) await Deno.writeTextFile(join(path, "carrier"), `${carrier}\n`);
    }
    await test(folder);
  });
}

function collect(host: Host, listenSeconds = 0): Promise<Collected<LldpFacts>> {
  const context = { signal: new AbortController().signal, partial: () => {} };
  return lldptoolCollector({ listenSeconds }).collect(host, context);
}

function verdicts({ value }: Collected<LldpFacts>): Record<string, string> {
  return Object.fromEntries(value!.verdicts.map(({ interface: name, verdict }) => [name, verdict]));
}

const UP = "0x1003", DOWN = "0x1002";

Deno.test("lldptoolCollector() tells what the links say where lldptool is not installed", async () => {
  await withNics({ eth0: [UP, "1"], eth1: [UP, "0"], eth2: [DOWN], eth10: [UP, "1"] }, async (sys) => {
    await withTools({}, async (host, folder) => {
      const collected = await collect(host);
      assertEquals([collected.status, collected.error], ["missing", "not installed"], folder);
      assertEquals(verdicts(collected), {
        eth0: "lldpadUnavailable",
        eth1: "noCarrier",
        eth2: "linkDown",
        eth10: "lldpadUnavailable",
      });
      assertEquals(Object.keys(verdicts(collected)), ["eth0", "eth1", "eth2", "eth10"]);
    }, { roots: { sys, proc: "/nonexistent" }, path: "/nonexistent" });
  });
});

Deno.test("lldptoolCollector() loses no neighbour to a NIC where lldptool hangs", async () => {
  const nics = Object.fromEntries(Array.from({ length: 12 }, (_, i) => [`eth${i}`, [UP, "1"] as [string, string]]));
  const script = `case "$*" in *eth3) exec sleep 1000;; get-tlv*) printf '${NEIGHBOUR.replaceAll("\n", "\\n")}';; esac`;
  await withNics(nics, async (sys) => {
    await withTools({ lldptool: script }, async (host) => {
      const began = performance.now();
      const collected = await collect(host);
      assertLess(performance.now() - began, 8000 * slowness());
      assertEquals([collected.status, collected.error], ["timeout", "eth3: lldpad does not answer"]);
      assertEquals(collected.value?.neighbours.length, 11);
      assertEquals(verdicts(collected)["eth3"], "lldpadUnavailable");
    }, { roots: { sys, proc: "/nonexistent" } });
  });
});

Deno.test("lldptoolCollector() does not wait at every NIC for an lldpad that hangs", async () => {
  const nics = Object.fromEntries(Array.from({ length: 48 }, (_, i) => [`eth${i}`, [UP, "1"] as [string, string]]));
  await withNics(nics, async (sys) => {
    await withTools({}, async (files) => {
      const tools = stubHost((argv) => argv.includes("-v") ? {} : { failure: "timeout" });
      const collected = await collect({ ...files, run: tools.run });
      assertEquals([collected.status, Object.keys(verdicts(collected)).length], ["timeout", 48]);
      assertLess(tools.calls.length, 24);
    }, { roots: { sys, proc: "/nonexistent" } });
  });
});

Deno.test("lldptoolCollector() says what was wrong with an answer", async () => {
  const answers: Record<string, [script: string, status: string, error: string]> = {
    "noise": ["head -c 3000 /dev/urandom", "failed", "eth0: lldptool: line 1"],
    "an error": ["echo 'Version not compatible '; exit 1", "failed", "eth0: lldptool: Version not compatible"],
    // open-lldp 1.1 to a user who is not root.
    "a refusal": ["echo 'Unknown LLDP command response: R0a'; exit 1", "failed", "lldpad tells its neighbours to root"],
    "an end by itself": ["kill -SEGV $$", "failed", "eth0: lldptool: killed by SIGSEGV"],
    "a flood": ["exec yes", "failed", "eth0: lldptool: killed after more than 256 KiB of output: not one machine's"],
  };
  await withNics({ eth0: [UP, "1"] }, async (sys) => {
    for (const [what, [script, status, error]] of Object.entries(answers)) {
      await withTools({ lldptool: `case "$1" in -v) exit 0;; esac; ${script}` }, async (host) => {
        const collected = await collect(host);
        assertEquals(collected.status, status, what);
        assertStringIncludes(collected.error ?? "", error, what);
        assertEquals(verdicts(collected), { eth0: "lldpadUnavailable" });
      }, { roots: { sys, proc: "/nonexistent" } });
    }
  });
});

Deno.test("lldptoolCollector() tells an lldpad that does not listen from a silent wire", async () => {
  const script = `echo "$*" >> "$0.calls"; case "$*" in
    "get-lldp -i eth0 adminStatus") echo adminStatus=rx;;
    "get-lldp -i eth1 adminStatus") echo adminStatus=tx;;
    "get-lldp -i eth2 adminStatus") echo adminStatus=disabled;;
    "get-tlv -n -i eth3") echo 'Device not found or inactive '; exit 1;;
  esac`;
  await withNics({ eth0: [UP, "1"], eth1: [UP, "1"], eth2: [UP], eth3: [UP, "1"], eth4: [UP, "0"] }, async (sys) => {
    await withTools({ lldptool: script }, async (host, folder) => {
      const collected = await collect(host);
      assertEquals([collected.status, collected.value?.neighbours], ["ok", []]);
      assertEquals(verdicts(collected), {
        eth0: "nothingHeard",
        eth1: "notEnabled",
        eth2: "notEnabled",
        eth3: "notEnabled",
        eth4: "noCarrier",
      });
      // It was asked no more than it had to be, and told nothing.
      const calls = (await Deno.readTextFile(join(folder, "lldptool.calls"))).trim().split("\n").sort();
      assertEquals(calls, [
        "-v",
        "get-lldp -i eth0 adminStatus",
        "get-lldp -i eth1 adminStatus",
        "get-lldp -i eth2 adminStatus",
        ...[0, 1, 2, 3].map((i) => `get-tlv -n -i eth${i}`),
      ]);
    }, { roots: { sys, proc: "/nonexistent" } });
  });
});

Deno.test("lldptoolCollector() takes a recording that holds one pasted output", async () => {
  await withNics({ eth0: [UP, "1"], eth1: [UP, "1"] }, async (sys) => {
    await withTools({}, async (files) => {
      const tools = stubHost((argv) =>
        argv.join(" ") === "lldptool get-tlv -n -i eth0" ? { stdout: NEIGHBOUR } : undefined
      );
      const collected = await collect({ ...files, run: tools.run, start: tools.start });
      assertEquals([collected.status, collected.value?.neighbours.length], ["ok", 1]);
      assertEquals(verdicts(collected), { eth0: "neighbour", eth1: "lldpadUnavailable" });
    }, { roots: { sys, proc: "/nonexistent" } });
  });
});

Deno.test("lldptoolCollector() tells for how long its own lldpad has listened", async () => {
  await withNics({ eth0: [UP, "1"], eth1: [UP, "1"] }, async (sys) => {
    await withTools({}, async (files) => {
      const lldpad: Lldpad = {
        isRunning: () => true,
        listenedSeconds: (nic) => nic === "eth0" ? 75 : undefined,
        refresh: () => Promise.resolve(undefined),
        stop: () => Promise.resolve(),
      };
      const tools = stubHost(() => ({ stdout: "" }));
      const context = { signal: new AbortController().signal, partial: () => {} };
      const { value } = await lldptoolCollector({ listenSeconds: 0, lldpad }).collect(
        { ...files, run: tools.run },
        context,
      );
      assertEquals(value?.verdicts.map(({ listenedSeconds }) => listenedSeconds), [75, undefined]);
    }, { roots: { sys, proc: "/nonexistent" } });
  });
});

Deno.test("lldptoolCollector() says so where no lldpad can be started", async () => {
  const refused: Host = {
    ...stubHost(([tool]) => tool === "lldptool" ? { failure: "failed", code: 255, stderr: REFUSED } : undefined),
    list: () => Promise.resolve({ value: [] }),
  };
  // Where it could be, the verdicts on the links are known before it has been listened to.
  const known: LldpFacts[] = [];
  const context = { signal: new AbortController().signal, partial: (value: LldpFacts) => void known.push(value) };
  const { status, error } = await lldptoolCollector({ listenSeconds: 5 }).collect(refused, context);
  assertEquals([status, error], ["skipped", "no lldpad answers, and it could not be started"]);
  assertEquals(known, [{ neighbours: [], verdicts: [] }]);
});

Deno.test("lldptoolCollector() has the time to listen that it was given, beside that to ask", () => {
  const [asking, listening] = [0, 90].map((listenSeconds) => lldptoolCollector({ listenSeconds }).timeoutMs);
  assertEquals(listening! - asking!, 90_000);
});

Deno.test("startLldpad() starts it in the foreground, without files, and hands off what it need not touch", async () => {
  for (
    const [usage, flags] of [["   -R  run 8021qaz module in read_only mode\n", ["-R"]], [
      "   -p  no pid\n",
      [],
    ]] as const
  ) {
    const started: string[][] = [];
    let isStopped = false;
    const host: Host = {
      ...stubHost(([tool]) => {
        if (tool === "lldpad") return { failure: "failed", code: 1, stderr: usage };
        return started.length > 0 ? { stdout: "4711\n" } : { failure: "failed", code: 255, stderr: REFUSED };
      }),
      start: (tool, args) => {
        started.push([tool, ...args]);
        const { promise, resolve } = Promise.withResolvers<{ code: number; stderr: string }>();
        return Promise.resolve({
          ended: promise,
          stop: () => Promise.resolve(resolve({ code: 0, stderr: "" })).then(() => void (isStopped = true)),
        });
      },
    };
    const lldpad = await startLldpad(host);
    assertEquals(started, [["lldpad", ...flags, "-p", "-f", "/dev/null"]]);
    await lldpad!.stop();
    assert(isStopped);
    assertEquals(await lldpad!.refresh(), "lldpad was ended");
  }
});
