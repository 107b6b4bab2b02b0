import { assert, assertEquals, assertMatch } from "@std/assert";
import { closeSync, constants, openSync, writeSync } from "node:fs";
import { join } from "@std/path";
import {
  CHANNEL,
  createPowerChannel,
  POWER_COMMANDS,
  type PowerOutcome,
  sendPowerCommand,
} from "../../checkin/power.ts";
import { openState } from "../../checkin/state/mod.ts";
import { withFolder } from "../collectors/host/support.ts";
import { openFiles } from "./open_files.ts";
import { slowness } from "../load.ts";

const isRoot = Deno.uid() === 0;

/** Runs `test` with a state folder that has the FIFO. */
async function withFifo(test: (stateDir: string, fifo: string) => Promise<void>): Promise<void> {
  await withFolder(async (stateDir) => {
    const fifo = join(stateDir, CHANNEL);
    await Deno.mkdir(join(stateDir, "cmd-channels"));
    await new Deno.Command("mkfifo", { args: ["-m", "600", fifo] }).output();
    await test(stateDir, fifo);
  });
}

/** The loop of the host's script: one line an open, while there is one. Carrying it out takes a while. */
function startReader(fifo: string): Deno.ChildProcess {
  const script = `while read -r LINE < "$1"; do
    case "$LINE" in reboot|poweroff) echo "does $LINE"; sleep 0.2;; *) echo "unrecognized";; esac
  done
  echo "ended"`;
  return new Deno.Command("sh", { args: ["-c", script, "sh", fifo], stdin: "null", stdout: "piped" }).spawn();
}

/** Sends until the reader, which is just being started, is there. */
async function sendToReader(stateDir: string, command: "reboot" | "poweroff"): Promise<PowerOutcome> {
  for (let i = 0; i < 500; i++) {
    const outcome = sendPowerCommand(stateDir, command);
    if (outcome.outcome !== "noReader") return outcome;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error("the reader does not come");
}

Deno.test("sendPowerCommand() hands each command to the host's script as one line", async () => {
  await withFifo(async (stateDir, fifo) => {
    const reader = startReader(fifo);
    const output = reader.stdout.pipeThrough(new TextDecoderStream()).getReader();
    try {
      for (const command of POWER_COMMANDS) {
        assertEquals(await sendToReader(stateDir, command), {
          outcome: "written",
          message: `${command}: written to ${fifo}`,
        });
        assertEquals((await output.read()).value, `does ${command}\n`);
        assertEquals(openFiles(fifo), []);
      }
    } finally {
      reader.kill("SIGKILL");
      await output.cancel();
      await reader.status;
    }
  });
});

Deno.test({
  name: "sendPowerCommand() gives no command to who is not root",
  ignore: !isRoot,
  fn: async () => {
    const folder = "cmd-channels";
    for (const theirs of [CHANNEL, folder]) {
      await withFifo(async (stateDir, path) => {
        const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
        await Deno.chown(join(stateDir, theirs), 1000, 1000);
        assertEquals(sendPowerCommand(stateDir, "reboot"), {
          outcome: "refused",
          message: `reboot: not carried out, ${path} is refused: user 1000 has made it`,
        });
        closeSync(reader);
      });
    }
    await withFifo(async (stateDir) => {
      const link = join(stateDir, "state");
      await Deno.mkdir(link);
      await new Deno.Command("ln", { args: ["-s", join(stateDir, folder), join(link, folder)] }).output();
      await new Deno.Command("chown", { args: ["-h", "1000", join(link, folder)] }).output();
      assertEquals(sendPowerCommand(link, "reboot").outcome, "refused");
    });
  },
});

Deno.test("sendPowerCommand() refuses what others may write, and warns of a FIFO that they may read", async () => {
  const folder = "cmd-channels";
  await withFifo((stateDir, fifo) => {
    const reader = openSync(fifo, constants.O_RDWR | constants.O_NONBLOCK);
    const send = (path: string, mode: number) => {
      Deno.chmodSync(join(stateDir, path), mode);
      return sendPowerCommand(stateDir, "reboot");
    };
    try {
      for (const mode of [0o622, 0o602, 0o666]) {
        assertEquals(send(CHANNEL, mode), {
          outcome: "refused",
          message: `reboot: not carried out, ${fifo} is refused: it is writable by others (mode 0${mode.toString(8)})`,
        });
      }
      assertEquals(send(CHANNEL, 0o600), { outcome: "written", message: `reboot: written to ${fifo}` });
      const { outcome, warning } = send(CHANNEL, 0o644);
      assertEquals(outcome, "written");
      assertMatch(warning!, /node-state-channel is readable by others \(mode 0644\)/);
      assertEquals(send(folder, 0o777).outcome, "refused");
      assertEquals(send(folder, 0o1777).outcome, "written");
    } finally {
      closeSync(reader);
    }
    return Promise.resolve();
  });
});

Deno.test("sendPowerCommand() does not wait for a reader, and does not end the script that comes later", async () => {
  await withFifo(async (stateDir, fifo) => {
    const started = performance.now();
    assertEquals(sendPowerCommand(stateDir, "reboot"), {
      outcome: "noReader",
      message: `reboot: not carried out, nobody on the host reads ${fifo}`,
    });
    assert(performance.now() - started < 1000 * slowness());
    const reader = startReader(fifo);
    const output = reader.stdout.pipeThrough(new TextDecoderStream()).getReader();
    await sendToReader(stateDir, "poweroff");
    assertEquals((await output.read()).value, "does poweroff\n");
    reader.kill("SIGKILL");
    await output.cancel();
    await reader.status;
  });
});

Deno.test("sendPowerCommand() makes nothing where there is no FIFO, and no folder", async () => {
  await withFolder(async (stateDir) => {
    const message = `reboot: not carried out, there is no ${stateDir}/${CHANNEL}: the host has made no FIFO`;
    assertEquals(sendPowerCommand(stateDir, "reboot"), { outcome: "absent", message });
    await Deno.mkdir(join(stateDir, "cmd-channels"));
    assertEquals(sendPowerCommand(stateDir, "reboot"), { outcome: "absent", message });
    assertEquals(await Array.fromAsync(Deno.readDir(join(stateDir, "cmd-channels"))), []);
    await Deno.remove(join(stateDir, "cmd-channels"));
    await Deno.writeTextFile(join(stateDir, "cmd-channels"), "");
    assertEquals(sendPowerCommand(stateDir, "reboot"), { outcome: "absent", message });
  });
});

Deno.test("sendPowerCommand() writes to nothing that is not a FIFO", async () => {
  await withFifo(async (stateDir, fifo) => {
    const expected = { outcome: "notAFifo", message: `poweroff: not carried out, ${fifo} is not a FIFO` } as const;
    await Deno.rename(fifo, `${fifo}-real`);
    await Deno.writeTextFile(fifo, "as it was");
    assertEquals(sendPowerCommand(stateDir, "poweroff"), expected);
    assertEquals(await Deno.readTextFile(fifo), "as it was");
    await Deno.remove(fifo);
    await Deno.symlink("node-state-channel-real", fifo);
    assertEquals(sendPowerCommand(stateDir, "poweroff"), expected);
    await Deno.remove(fifo);
    await Deno.mkdir(fifo);
    assertEquals(sendPowerCommand(stateDir, "poweroff"), expected);
  });
});

Deno.test("sendPowerCommand() does not wait for a reader that takes nothing", async () => {
  await withFifo((stateDir, fifo) => {
    const both = openSync(fifo, constants.O_RDWR | constants.O_NONBLOCK);
    try {
      for (;;) writeSync(both, new Uint8Array(4096));
    } catch (error) {
      assertEquals((error as { code?: string }).code, "EAGAIN");
    }
    assertEquals(sendPowerCommand(stateDir, "reboot"), {
      outcome: "busy",
      message: `reboot: not carried out, the reader of ${fifo} takes nothing more`,
    });
    closeSync(both);
    return Promise.resolve();
  });
});

Deno.test("createPowerChannel() writes one command within 30 s, and tries again at once what was not written", async () => {
  await withFifo((stateDir, fifo) => {
    let now = 1_000_000;
    const clock = { monotonic: () => now, wall: () => now };
    const channel = createPowerChannel(openState(stateDir), clock, undefined);
    const send = () => channel.send("reboot").outcome;
    assertEquals([send(), send(), channel.unanswered], ["noReader", "noReader", 0]);
    // A reader that does not read: what is written stays in the FIFO.
    const reader = openSync(fifo, constants.O_RDWR | constants.O_NONBLOCK);
    try {
      assertEquals([send(), send(), channel.unanswered], ["written", "tooSoon", 1]);
      now += 29_400;
      assertEquals(channel.send("poweroff"), {
        outcome: "tooSoon",
        message: "poweroff: not written again, the last command was written 29 s ago",
      });
      now += 600;
      assertEquals([send(), channel.unanswered], ["written", 2]);
      now += 30_000;
      assertEquals([send(), channel.unanswered], ["written", 3]);
    } finally {
      closeSync(reader);
    }
    return Promise.resolve();
  });
});

Deno.test("createPowerChannel() shares its 30 s with the other processes of the agent", async () => {
  await withFifo((stateDir, fifo) => {
    const reader = openSync(fifo, constants.O_RDWR | constants.O_NONBLOCK);
    let wall = Date.parse("2026-11-22T09:00:00Z");
    // Each process has a monotonic clock of its own.
    const start = (startedMs: number) =>
      createPowerChannel(openState(stateDir), { monotonic: () => startedMs, wall: () => wall }, "b1");
    try {
      assertEquals(start(5).send("reboot").outcome, "written");
      wall += 8_000;
      assertEquals(start(1_000_000).send("reboot"), {
        outcome: "tooSoon",
        message: "reboot: not written again, the last command was written 8 s ago",
      });
      // The clock is set back by a day: what was written in its future says nothing.
      wall -= 86_400_000;
      assertEquals(start(7).send("reboot").outcome, "written");
      wall += 30_000;
      assertEquals(start(9).send("reboot").outcome, "written");
      for (const damaged of ["", "{", "null", '{"command":"reboot","at":7}', "\0"]) {
        Deno.writeTextFileSync(join(stateDir, "last_power.json"), damaged);
        assertEquals(start(9).send("reboot").outcome, "written", damaged);
      }
    } finally {
      closeSync(reader);
    }
    return Promise.resolve();
  });
});

Deno.test("createPowerChannel() counts what this boot has outlived, over restarts of the agent", async () => {
  await withFifo((stateDir, fifo) => {
    const reader = openSync(fifo, constants.O_RDWR | constants.O_NONBLOCK);
    let wall = Date.parse("2026-11-22T09:00:00Z");
    const counted = (bootId: string | undefined) => {
      const clock = { monotonic: () => 0, wall: () => wall += 30_000 };
      const channel = createPowerChannel(openState(stateDir), clock, bootId);
      assertEquals(channel.send("reboot").outcome, "written");
      return channel.unanswered;
    };
    try {
      assertEquals(["b1", "b1", "b1", "b2", "b2", undefined, undefined].map(counted), [1, 2, 3, 1, 2, 1, 1]);
      // What was commanded just before the reboot was obeyed, and is no reason to wait.
      const clock = { monotonic: () => 0, wall: () => wall };
      const at = (bootId: string) => createPowerChannel(openState(stateDir), clock, bootId);
      assertEquals(["b4", "b4", "b5"].map((boot) => at(boot).send("reboot").outcome), [
        "written",
        "tooSoon",
        "written",
      ]);
    } finally {
      closeSync(reader);
    }
    return Promise.resolve();
  });
});
