import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "@std/path";
import type { KeptIdentity } from "../../../checkin/hanlon/identity.ts";
import {
  type Kept,
  type LastPower,
  openState,
  type Registered,
  type State,
  type Status,
} from "../../../checkin/state/mod.ts";
import { type Facts, SCHEMA_VERSION } from "../../../collectors/facts/mod.ts";
import type { Parts } from "../../../collectors/mod.ts";
import { withFolder } from "../../collectors/host/support.ts";
import { canMount, withReadOnly, withSmallFolder } from "../mounts.ts";

const isRoot = Deno.uid() === 0;

const FACTS: Facts = {
  schemaVersion: SCHEMA_VERSION,
  agentVersion: "4.0.0",
  collectedAt: "2026-11-22T09:00:00Z",
  sources: { lshw: { status: "ok", elapsedMs: 5 } },
  identity: { uuidSource: "none", macs: ["52:54:00:12:34:56"] },
};
const PARTS: Parts = {
  lshw: {
    source: { status: "ok", elapsedMs: 5 },
    collectedAt: "2026-11-22T09:00:00Z",
    value: [{ id: "x", class: "system" }],
  },
};
const REGISTERED: Registered = { server: "http://hanlon.test", attributes: { hostname: "node1" }, facts: FACTS };
const IDENTITY: KeptIdentity = { bootId: "boot-1", identity: FACTS.identity };
const POWER: LastPower = { command: "reboot", at: "2026-11-22T09:00:00.000Z", bootId: "b1", unanswered: 2 };
const STATUS: Status = {
  agentVersion: "4.0.0",
  pid: 17,
  startedAt: "2026-11-22T09:00:00Z",
  intervalSeconds: 60,
  isRegistrationPending: true,
};

/** Every file of the folder, how it is read, and how it is written. */
const FILES: [name: string, read: (state: State) => Kept<unknown>, write: (state: State) => unknown, value: unknown][] =
  [
    ["first_checkin.yaml", (state) => state.readFirstCheckin(), (state) => state.writeFirstCheckin(true), true],
    ["prev_facts.yaml", (state) => state.readRegistered(), (state) => state.writeRegistered(REGISTERED), REGISTERED],
    ["identity.json", (state) => state.readIdentity(), (state) => state.writeIdentity(IDENTITY), IDENTITY],
    ["last_good.json", (state) => state.readParts("boot-1"), (state) => state.writeParts(PARTS, "boot-1"), PARTS],
    ["last_power.json", (state) => state.readLastPower(), (state) => state.writeLastPower(POWER), POWER],
    ["status.json", (state) => state.readStatus(), (state) => state.writeStatus(STATUS), STATUS],
  ];

function open(folder: string): State {
  return openState(folder);
}

Deno.test("openState() gives back after a restart what was written", async () => {
  await withFolder(async (folder) => {
    for (const [name, read, write, value] of FILES) {
      assertEquals(read(open(folder)), {}, name);
      assertEquals(write(open(folder)), undefined, name);
      assertEquals(read(open(folder)), { value } as Kept<unknown>, name);
    }
    const names = (await Array.fromAsync(Deno.readDir(folder))).map((entry) => entry.name).sort();
    assertEquals(names, FILES.map(([name]) => name).sort());
    // What the server's cloud-config has laid down for all to read; there may be keys in the addresses of the others.
    const readable = names.filter((name) => (Deno.statSync(join(folder, name)).mode! & 0o077) !== 0);
    assertEquals(readable, ["first_checkin.yaml"]);
  });
});

Deno.test("openState() takes files that are empty, cut, binary, or of another form for nothing, and says so", async () => {
  await withFolder(async (folder) => {
    const state = open(folder);
    for (const [name, read, write] of FILES) {
      const path = join(folder, name);
      write(state);
      const whole = await Deno.readFile(path);
      const broken: [what: string, bytes: Uint8Array][] = [
        ["cut", whole.slice(0, whole.length - 3)],
        ["binary", new Uint8Array([0, 255, 254, 1, 2, 3])],
        ["a list", new TextEncoder().encode("[1, 2]")],
        ["null", new TextEncoder().encode("null")],
        ["deep", new TextEncoder().encode("[".repeat(100_000))],
        ["empty", new Uint8Array()],
      ];
      for (const [what, bytes] of broken) {
        await Deno.writeFile(path, bytes);
        const { value, problem } = read(state);
        assertEquals(value, undefined, `${name}, ${what}`);
        // Of another form, not broken: facts of another version count as none without a word.
        const isSilent = (what === "empty" && !name.endsWith(".json")) ||
          (name === "prev_facts.yaml" && !["cut", "binary", "deep"].includes(what));
        assertEquals(
          problem?.message,
          isSilent ? undefined : `${path}: cannot be understood, and counts as not there`,
          `${name}, ${what}`,
        );
      }
      await Deno.remove(path);
      await Deno.mkdir(path);
      assertEquals(read(state).problem?.kind, "refused");
      await Deno.remove(path);
    }
  });
});

Deno.test("State.readFirstCheckin() understands every form of the flag", async () => {
  await withFolder(async (folder) => {
    const forms: [text: string, value: boolean | undefined][] = [
      ["--- true\n", true],
      ["--- true", true],
      ["true\n", true],
      ["---\ntrue\n", true],
      ["--- false\n...\n", false],
      ["\ufeff--- True\r\n", true],
      ["---\n", undefined],
    ];
    for (const [text, value] of forms) {
      await Deno.writeTextFile(join(folder, "first_checkin.yaml"), text);
      assertEquals(open(folder).readFirstCheckin(), value === undefined ? {} : { value }, JSON.stringify(text));
    }
    for (const text of ["maybe", "--- true false", "true: x"]) {
      await Deno.writeTextFile(join(folder, "first_checkin.yaml"), text);
      assertEquals(open(folder).readFirstCheckin().problem?.kind, "failed", text);
    }
    open(folder).writeFirstCheckin(false);
    assertEquals(await Deno.readTextFile(join(folder, "first_checkin.yaml")), "--- false\n");
  });
});

Deno.test("State.readStatus() reads the names that 4.0.0 wrote", async () => {
  await withFolder(async (folder) => {
    const { isRegistrationPending: _, ...status } = STATUS;
    const old = { ...status, isRegistrationOwed: true, isDeliveryOwed: false };
    await Deno.writeTextFile(join(folder, "status.json"), JSON.stringify(old));
    assertEquals(open(folder).readStatus().value, {
      ...status,
      isRegistrationPending: true,
      isDeliveryPending: false,
    });
  });
});

Deno.test("State.readStatus() does not believe one that --status cannot print", async () => {
  await withFolder(async (folder) => {
    const path = join(folder, "status.json");
    const at = "2026-11-22T09:00:00Z";
    const odds = [
      { server: 5 },
      { pid: undefined },
      { startedAt: "then" },
      { lastCheckin: { at } },
      { lastCollection: { at, failing: [null] } },
      { lastCollection: [] },
      { slowCollection: true },
      { slowCollection: { since: at } },
      { lastError: "none" },
    ];
    for (const text of [...odds.map((odd) => JSON.stringify({ ...STATUS, ...odd })), "null", "[]", "5"]) {
      await Deno.writeTextFile(path, text);
      assertEquals(open(folder).readStatus(), {
        problem: { kind: "failed", message: `${path}: cannot be understood, and counts as not there` },
      }, text);
    }
  });
});

Deno.test("State.readRegistered() does not believe facts of which no attributes can be made", async () => {
  await withFolder(async (folder) => {
    const path = join(folder, "prev_facts.yaml");
    for (const odd of [{ disks: 5 }, { nics: [null] }, { neighbours: [null] }]) {
      await Deno.writeTextFile(path, JSON.stringify({ ...REGISTERED, facts: { ...FACTS, ...odd } }));
      assertEquals(open(folder).readRegistered(), {
        problem: { kind: "failed", message: `${path}: cannot be understood, and counts as not there` },
      });
    }
  });
});

Deno.test("State.readRegistered() takes the old agent's facts, and those of another version, for none", async () => {
  await withFolder(async (folder) => {
    const path = join(folder, "prev_facts.yaml");
    const others = [
      "---\n:architecture: amd64\n:hostname: mk525400123456\n:os:\n  name: Debian\n",
      "--- {}\n",
      ":hostname: x\n",
      JSON.stringify({ ...REGISTERED, facts: { ...FACTS, schemaVersion: SCHEMA_VERSION + 1 } }),
      JSON.stringify({ ...REGISTERED, facts: { ...FACTS, sources: undefined } }),
      JSON.stringify(FACTS),
    ];
    for (const text of others) {
      await Deno.writeTextFile(path, text);
      assertEquals(open(folder).readRegistered(), {}, text);
    }
  });
});

Deno.test("State.readParts() gives nothing of another boot, or where nobody knows which this is", async () => {
  await withFolder((folder) => {
    const state = open(folder);
    state.writeParts(PARTS, "boot-1");
    assertEquals(state.readParts("boot-2"), {});
    assertEquals(state.readParts(undefined), {});
    state.writeParts(PARTS, undefined);
    assertEquals(state.readParts(undefined), {});
    return Promise.resolve();
  });
});

Deno.test("State.readParts() gives nothing of another version, and nothing that no facts can be made of", async () => {
  await withFolder(async (folder) => {
    const path = join(folder, "last_good.json");
    open(folder).writeParts(PARTS, "boot-1");
    const kept = JSON.parse(await Deno.readTextFile(path));
    await Deno.writeTextFile(path, JSON.stringify({ ...kept, version: "3.9.9" }));
    assertEquals(open(folder).readParts("boot-1"), {});
    for (
      const [name, value] of [["lshw", { tree: 5 }], ["lscpu", []], ["dmidecode", "x"], ["dmidecode", {
        structures: 5,
      }]] as const
    ) {
      const parts = { ...kept.parts, [name]: { source: { status: "ok" }, collectedAt: "", value } };
      await Deno.writeTextFile(path, JSON.stringify({ ...kept, parts }));
      assertEquals(open(folder).readParts("boot-1"), {
        problem: { kind: "failed", message: `${path}: cannot be understood, and counts as not there` },
      }, name);
    }
  });
});

Deno.test({
  name: "openState() as root refuses what others could have written, and writes its own in its place",
  ignore: !isRoot,
  async fn() {
    await withFolder(async (folder) => {
      await Deno.chmod(folder, 0o1777);
      for (const [name, read, write, value] of FILES) {
        const state = open(folder), path = join(folder, name);
        write(state);
        await Deno.chown(path, 1000, 1000);
        assertEquals(read(state), {
          problem: { kind: "refused", message: `${path}: refused: it is owned by user 1000, not by root` },
        }, name);
        assertEquals(write(state), undefined);
        assertEquals(read(state), { value } as Kept<unknown>, name);
        await Deno.rename(path, `${path}.elsewhere`);
        await Deno.symlink(`${path}.elsewhere`, path);
        assertStringIncludes(read(state).problem!.message, "it is a symbolic link");
        assertEquals(write(state), undefined);
        assertEquals((await Deno.lstat(path)).isSymlink, false);
      }
    });
  },
});

Deno.test({
  name: "openState() as root neither reads nor writes in a folder that is somebody else's",
  ignore: !isRoot,
  async fn() {
    await withFolder(async (folder) => {
      await Deno.chown(folder, 1000, 1000);
      for (const [, read, write] of FILES) {
        const state = open(folder);
        assertStringIncludes(read(state).problem!.message, "owned by user 1000");
        assertStringIncludes((write(state) as { message: string }).message, "owned by user 1000");
      }
      await Deno.chown(folder, 0, 0);
    });
  },
});

Deno.test("openState() in a folder that is not there reads nothing, and says why it writes nothing", () => {
  const state = open("/nowhere/at/all");
  for (const [, read, write] of FILES) {
    assertEquals(read(state).value, undefined);
    assertEquals((write(state) as { message: string }).message, "/nowhere/at/all: does not exist");
  }
});

Deno.test({
  name: "openState() in a full folder keeps what it has, and says why it writes nothing",
  ignore: !canMount,
  fn: () =>
    withSmallFolder(async (folder, fill) => {
      const state = open(folder);
      for (const [, , write] of FILES) assertEquals(write(state), undefined);
      await fill();
      for (const [name, read, write, value] of FILES) {
        assertEquals((write(state) as { kind: string }).kind, "full", name);
        assertEquals(read(state), { value } as Kept<unknown>, name);
      }
    }),
});

Deno.test({
  name: "openState() in a read-only folder reads what is there, and says why it writes nothing",
  ignore: !canMount,
  fn: () =>
    withFolder(async (folder) => {
      for (const [, , write] of FILES) assertEquals(write(open(folder)), undefined);
      await withReadOnly(folder, (readOnly) => {
        const state = open(readOnly);
        for (const [name, read, write, value] of FILES) {
          assertEquals((write(state) as { kind: string }).kind, "readOnly", name);
          assertEquals(read(state), { value } as Kept<unknown>, name);
        }
        return Promise.resolve();
      });
    }),
});

Deno.test("openState() writes nothing that it would not read again", async () => {
  await withFolder(async (folder) => {
    const state = open(folder), parts = { hostfs: { source: { status: "ok" }, value: "x".repeat(9 * 1024 * 1024) } };
    assertEquals(state.writeParts(parts as never, "boot"), {
      kind: "failed",
      message: `${folder}/last_good.json: not written: it would be larger than 8 MiB`,
    });
    assertStringIncludes(state.writeParts({ hostfs: 1n } as never, "boot")!.message, "not written: TypeError");
    assertEquals(await Array.fromAsync(Deno.readDir(folder)), []);
  });
});

Deno.test("openState() removes what a crash left", async () => {
  await withFolder(async (folder) => {
    const left = join(folder, ".status.json.hnl_mk_tmp");
    await Deno.writeTextFile(left, "{");
    await Deno.utime(left, new Date(0), new Date(0));
    openState(folder, { readOnly: true });
    assertEquals((await Array.fromAsync(Deno.readDir(folder))).length, 1);
    openState(folder);
    assertEquals(await Array.fromAsync(Deno.readDir(folder)), []);
    assert((await Deno.stat(folder)).isDirectory);
  });
});
