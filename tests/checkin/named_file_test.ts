import { assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { NamedFileError, readNamedFile } from "../../checkin/named_file.ts";
import { loadSpecs } from "../../checkin/specs.ts";
import { machinesAt } from "../../checkin/cli/fleet/machines.ts";
import { SpecError } from "../../collectors/judge/spec/reader.ts";
import { withFolder } from "../collectors/host/support.ts";

async function withFifo(use: (fifo: string, folder: string) => Promise<void>): Promise<void> {
  await withFolder(async (folder) => {
    const fifo = join(folder, "a.json");
    await new Deno.Command("mkfifo", { args: [fifo] }).output();
    await use(fifo, folder);
  });
}

Deno.test("readNamedFile() reads what is a file, and of it no more than the limit", async () => {
  await withFolder(async (folder) => {
    const file = join(folder, "x");
    await Deno.writeTextFile(file, "é".repeat(512 * 1024));
    assertEquals((await readNamedFile(file, 1024 * 1024)).length, 512 * 1024);
    await Deno.writeTextFile(file, "x", { append: true });
    await assertRejects(() => readNamedFile(file, 1024 * 1024), NamedFileError, "found more than 1 MiB");
    await assertRejects(() => readNamedFile(folder, 1), NamedFileError, "found a folder, expected a file");
  });
  // Its size is 0.
  assertEquals((await readNamedFile("/proc/self/status", 1024 * 1024)).startsWith("Name:"), true);
  await assertRejects(() => readNamedFile("/proc/self/status", 16), NamedFileError, "found more than");
});

Deno.test("a spec that is a FIFO or a device is refused, and not waited for", async () => {
  await withFifo(async (fifo, folder) => {
    await assertRejects(() => loadSpecs(fifo), SpecError, `${fifo}: found a FIFO, expected a file`);
    await assertRejects(() => loadSpecs(folder), SpecError, `${fifo}: found a FIFO, expected a file`);
    await assertRejects(() => loadSpecs("/dev/zero"), SpecError, "/dev/zero: found a device or socket");
  });
});

Deno.test("facts that are a FIFO or a device are a problem of their own, and not waited for", async () => {
  const collect = () => Promise.reject(new Error("no recording is here"));
  await withFifo(async (fifo, folder) => {
    for (const name of ["b.tgz", "c.ndjson"]) await Deno.symlink(fifo, join(folder, name));
    const problems = await Array.fromAsync(machinesAt([fifo, join(folder, "b.tgz"), "/dev/zero"], collect));
    assertEquals(problems, [
      { name: "a", problem: "found a FIFO, expected a file" },
      { name: "b.tgz", problem: "found a FIFO, expected a file" },
      { name: "zero", problem: "found a device or socket, expected a file" },
    ]);
    assertEquals((await Array.fromAsync(machinesAt([folder], collect))).map(({ name }) => name), ["a"]);
  });
});

Deno.test("what a shell connects to the program is read to its end", async () => {
  const script = `import { readNamedFile } from "${import.meta.resolve("../../checkin/named_file.ts")}";
    console.log(await readNamedFile("/dev/stdin", 4));`;
  const run = async (input: string) => {
    const process = new Deno.Command(Deno.execPath(), {
      args: ["eval", script],
      stdin: "piped",
      stdout: "piped",
      stderr: "null",
    }).spawn();
    const writer = process.stdin.getWriter();
    await writer.write(new TextEncoder().encode(input)).catch(() => {});
    await writer.close().catch(() => {});
    const { code, stdout } = await process.output();
    return [code, new TextDecoder().decode(stdout)];
  };
  assertEquals(await run("spec"), [0, "spec\n"]);
  assertEquals((await run("specs"))[0], 1);
});
