/** Who it is that answers as lldpad: as files of /proc say, and with a real stranger at the real socket. */
import { assertEquals } from "@std/assert";
import { FILE_LIMIT_BYTES, type Host } from "../../../../collectors/host/mod.ts";
import { noteOnOwner } from "../../../../collectors/tools/lldptool/owner.ts";
import { type Entries, makeMachine } from "../kernel/tree.ts";
import { waitFor, whyNoLab, withLab } from "./lab.ts";

const SOCKETS = [
  "Num       RefCount Protocol Flags    Type St Inode Path",
  "00000000d41e94fa: 00000002 00000000 00000000 0002 01 407954 @/com/intel/lldpad/4712",
  "00000000d41e94fb: 00000002 00000000 00000000 0002 03 407955 @/com/intel/lldpad",
  "00000000d41e94fc: 00000003 00000000 00000000 0001 03 22",
].join("\n");

function runBy(uid: number, inode = 407955): Entries {
  return {
    "proc/net/unix": SOCKETS,
    "proc/4711/status": `Name:\tlldpad\nUid:\t1\t${uid}\t1\t1`,
    "proc/4711/fd/0": "-> /dev/null",
    "proc/4711/fd/5": `-> socket:[${inode}]`,
  };
}

/** `host`, where lldptool -p prints `pid`. */
function pinging(host: Host, pid: string): Host {
  return { ...host, run: () => Promise.resolve({ stdout: pid, stderr: "", elapsedMs: 1, code: 0 }) };
}

const UNKNOWN = "an lldpad not started by hnl_mk answers, whose is not known";
const CASES: [what: string, entries: Entries, pid: string, note: string | undefined, noteOnOurs: string | undefined][] =
  [
    ["root's", runBy(0), "4711\n", undefined, undefined],
    [
      "a user's",
      runBy(1000),
      "4711\n",
      "an lldpad not started by hnl_mk answers, run by user 1000",
      "an lldpad not started by hnl_mk answers, run by user 1000",
    ],
    ["one that gives the number of another process", runBy(0, 1), "4711\n", UNKNOWN, undefined],
    ["one that gives a number of no process", runBy(0), "4712\n", UNKNOWN, undefined],
    ["one that gives no number", runBy(0), "../1\n", UNKNOWN, undefined],
    // A socket of its own is called "x\n0: 0 0 0 0 0 22 @/com/intel/lldpad"; socket 22 is held by root's process 1.
    [
      "one that writes a line of /proc/net/unix of its own",
      {
        ...runBy(1000),
        "proc/net/unix": SOCKETS.replace(/^Num.*$/m, "$&\n0: 2 0 0 2 1 9 @x\n0: 0 0 0 0 0 22 @/com/intel/lldpad"),
        "proc/1/status": "Uid:\t0\t0\t0\t0",
        "proc/1/fd/3": "-> socket:[22]",
      },
      "1\n",
      UNKNOWN,
      undefined,
    ],
    ["one in another network namespace", { ...runBy(1000), "proc/net/unix": "Num" }, "4711\n", undefined, undefined],
    [
      "one among more sockets than are read",
      { "proc/net/unix": "x".repeat(FILE_LIMIT_BYTES + 1) },
      "1\n",
      UNKNOWN,
      undefined,
    ],
    ["one on a recording without /proc/net/unix", { "proc/version": "x" }, "4711\n", undefined, undefined],
  ];
for (const [what, entries, pid, note, noteOnOurs] of CASES) {
  Deno.test(`noteOnOwner() knows ${what}`, async () => {
    await using machine = await makeMachine(entries);
    const host = pinging(machine.host, pid);
    assertEquals([await noteOnOwner(host, false), await noteOnOwner(host, true)], [note, noteOnOurs]);
  });
}

const why = await whyNoLab();
if (why) console.log(`skipped: a stranger at lldpad's socket: ${why}`);

Deno.test({ name: "noteOnOwner() knows a real stranger from a real lldpad", ignore: why !== undefined }, async () => {
  await withLab(1, async ({ host, inside }) => {
    const takes = `use Socket; socket(S, PF_UNIX, SOCK_DGRAM, 0) or die; ` +
      `bind(S, pack("Sa*", AF_UNIX, "\\0/com/intel/lldpad")) or die; sleep 60`;
    const pid = await inside(
      "setpriv",
      "--reuid",
      "65534",
      "--clear-groups",
      "--",
      "perl",
      "-e",
      `
      my $pid = fork; if ($pid) { print $pid; exit } close STDOUT; close STDERR; exec "perl", "-e", q{${takes}}`,
    );
    await waitFor(async () => (await inside("cat", "/proc/net/unix")).includes("@/com/intel/lldpad") || undefined);
    const note = "an lldpad not started by hnl_mk answers, run by user 65534";
    assertEquals(await noteOnOwner(pinging(host, pid), false), note);
  });
  await withLab(1, async ({ host, startForeignLldpad }) => {
    await startForeignLldpad();
    assertEquals(await noteOnOwner(host, false), undefined);
  });
});
