import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import {
  checkFolder,
  type FileProblem,
  type ReadOptions,
  readTrustedFile,
  replaceFile,
} from "../../../checkin/state/trusted_files.ts";
import { withFolder } from "../../collectors/host/support.ts";
import { evaluate } from "../../evaluate.ts";
import { canMount, withReadOnly, withSmallFolder } from "../mounts.ts";
import { openFiles } from "../open_files.ts";
import { slowness } from "../../load.ts";

const isRoot = Deno.uid() === 0;
const NOBODY = 65534;
const OPTIONS: ReadOptions = { limitBytes: 100 };

function problemOf(result: { text: string } | { problem: FileProblem }): FileProblem {
  assert("problem" in result, "it was read");
  return result.problem;
}

/** What the folder holds. */
async function names(folder: string): Promise<string[]> {
  const entries = await Array.fromAsync(Deno.readDir(folder));
  return entries.map((entry) => entry.name).sort();
}

Deno.test("readTrustedFile() reads a file whole, as UTF-8, else as Latin-1", async () => {
  await withFolder(async (folder) => {
    const path = join(folder, "file");
    for (const [bytes, text] of [["", ""], ["für\n", "für\n"], ["x".repeat(100), "x".repeat(100)]] as const) {
      await Deno.writeTextFile(path, bytes);
      assertEquals(readTrustedFile(path, OPTIONS), { text });
    }
    await Deno.writeFile(path, new Uint8Array([0x66, 0xfc, 0]));
    assertEquals(readTrustedFile(path, OPTIONS), { text: "fü\0" });
  });
});

Deno.test("readTrustedFile() and replaceFile() leave nothing open, whatever comes of it", async () => {
  await withFolder((folder) => {
    const path = join(folder, "file");
    for (const size of [100, 101]) {
      assertEquals(replaceFile(path, "x".repeat(size)), undefined);
      assertEquals("text" in readTrustedFile(path, OPTIONS), size === 100);
    }
    assertEquals(replaceFile(join(folder, "file/below"), "x")?.kind, "failed");
    assertEquals(openFiles(folder), []);
    return Promise.resolve();
  });
});

Deno.test("readTrustedFile() tells what is not there from what is not to be read", async () => {
  await withFolder(async (folder) => {
    const path = join(folder, "file");
    const problems: FileProblem[] = [];
    const read = (options = OPTIONS, file = path) => problems.push(problemOf(readTrustedFile(file, options)));
    read();
    await Deno.mkdir(path);
    read();
    await Deno.remove(path);
    await Deno.writeTextFile(path, "x".repeat(101));
    read();
    read(OPTIONS, join(path, "below"));
    assertEquals(problems, [
      { kind: "absent", message: `${path}: does not exist` },
      { kind: "refused", message: `${path}: refused: it is not a regular file, but a folder` },
      { kind: "refused", message: `${path}: refused: it is larger than 100 bytes` },
      { kind: "failed", message: `${path}/below: ENOTDIR` },
    ]);
  });
});

Deno.test("readTrustedFile() does not wait at a FIFO", async () => {
  await withFolder(async (folder) => {
    const path = join(folder, "fifo");
    await new Deno.Command("mkfifo", { args: [path] }).output();
    const started = performance.now();
    assertEquals(
      problemOf(readTrustedFile(path, OPTIONS)).message,
      `${path}: refused: it is not a regular file, but a FIFO`,
    );
    assert(performance.now() - started < 1000 * slowness());
  });
});

Deno.test({
  name: "readTrustedFile() believes nothing that others could have written, whoever asks",
  ignore: !isRoot,
  async fn() {
    await withFolder(async (folder) => {
      const path = join(folder, "file");
      await Deno.writeTextFile(path, "x", { mode: 0o644 });
      assertEquals(readTrustedFile(path, OPTIONS), { text: "x" });
      const refusals: [prepare: () => Promise<void>, why: string][] = [
        [() => Deno.chmod(path, 0o666), "it is writable by others (mode 0666)"],
        [
          () => Deno.chown(path, 0, 1000).then(() => Deno.chmod(path, 0o664)),
          "it is writable by others (mode 0664)",
        ],
        [() => Deno.chown(path, 1000, 0).then(() => Deno.chmod(path, 0o644)), "it is owned by user 1000, not by root"],
      ];
      for (const [prepare, why] of refusals) {
        await prepare();
        assertEquals(problemOf(readTrustedFile(path, OPTIONS)), {
          kind: "refused",
          message: `${path}: refused: ${why}`,
        });
      }
      // The caller's own.
      assertEquals(readTrustedFile(path, { ...OPTIONS, caller: 1000 }), { text: "x" });
      assertStringIncludes(
        problemOf(readTrustedFile(path, { ...OPTIONS, caller: 1001 })).message,
        "it is owned by user 1000, not by root or user 1001",
      );
      // The group of root is root.
      await Deno.chown(path, 0, 0);
      await Deno.chmod(path, 0o664);
      assertEquals(readTrustedFile(path, OPTIONS), { text: "x" });
      // Others could put anything in its place.
      await Deno.chmod(folder, 0o777);
      assertEquals(
        problemOf(readTrustedFile(path, OPTIONS)).message,
        `${folder}: refused: it is writable by others (mode 0777)`,
      );
      await Deno.chmod(folder, 0o1777);
      assertEquals(readTrustedFile(path, OPTIONS), { text: "x" });
    });
  },
});

Deno.test("readTrustedFile() refuses a file with a second name", async () => {
  await withFolder(async (folder) => {
    const path = join(folder, "file");
    await Deno.writeTextFile(path, "x");
    await Deno.link(path, join(folder, "other"));
    assertEquals(problemOf(readTrustedFile(path, OPTIONS)).message, `${path}: refused: it has 2 names (hard links)`);
    await Deno.remove(join(folder, "other"));
    assertEquals(readTrustedFile(path, OPTIONS), { text: "x" });
  });
});

Deno.test({
  name: "readTrustedFile() follows no link, or only a trusted one to a trusted file",
  ignore: !isRoot,
  async fn() {
    await withFolder(async (folder) => {
      const file = join(folder, "file"), link = join(folder, "link");
      await Deno.writeTextFile(file, "x");
      await Deno.symlink("file", link);
      const following = { ...OPTIONS, followLinks: true };
      assertEquals(problemOf(readTrustedFile(link, OPTIONS)).message, `${link}: refused: it is a symbolic link`);
      assertEquals(readTrustedFile(link, following), { text: "x" });
      await Deno.chown(file, 1000, 1000);
      assertStringIncludes(problemOf(readTrustedFile(link, following)).message, "owned by user 1000");
      await Deno.chown(file, 0, 0);
      await new Deno.Command("chown", { args: ["-h", "1000", link] }).output();
      assertEquals(
        problemOf(readTrustedFile(link, following)).message,
        `${link}: refused: it is a link made by user 1000`,
      );
      await Deno.remove(file);
      assertEquals(problemOf(readTrustedFile(join(folder, "file"), OPTIONS)).kind, "absent");
    });
  },
});

Deno.test("replaceFile() puts a whole file in the place of an old one, a link, or nothing", async () => {
  await withFolder(async (folder) => {
    const path = join(folder, "file"), target = join(folder, "target");
    await Deno.writeTextFile(target, "target");
    for (const prepare of [() => {}, () => {}, () => Deno.remove(path).then(() => Deno.symlink(target, path))]) {
      await prepare();
      const text = `für ${"x".repeat(100_000)}`;
      assertEquals(replaceFile(path, text, { mode: 0o644 }), undefined);
      assertEquals(await Deno.readTextFile(path), text);
      const { isSymlink, mode } = await Deno.lstat(path);
      assertEquals([isSymlink, mode! & 0o777], [false, 0o644]);
    }
    assertEquals(await Deno.readTextFile(target), "target");
    assertEquals(await names(folder), ["file", "target"]);
    assertEquals(replaceFile(path, "secret"), undefined);
    assertEquals((await Deno.stat(path)).mode! & 0o777, 0o600);
  });
});

Deno.test("replaceFile() writes into no file that is there already under its temporary name", async () => {
  await withFolder(async (folder) => {
    const path = join(folder, "file"), target = join(folder, "target");
    await Deno.symlink(target, join(folder, ".file.hnl_mk_tmp"));
    assertEquals(replaceFile(path, "x", { randomName: () => "same" }), undefined);
    assertEquals(await names(folder), [".file.hnl_mk_tmp", "file"]);
    await Deno.symlink(target, join(folder, ".file.hnl_mk_tmp.same"));
    assertEquals(replaceFile(path, "y", { randomName: () => "same" }), { kind: "failed", message: `${path}: EEXIST` });
    assertEquals(await names(folder), [".file.hnl_mk_tmp", ".file.hnl_mk_tmp.same", "file"]);
  });
});

Deno.test("replaceFile() names what is in its way, and leaves nothing behind", async () => {
  await withFolder(async (folder) => {
    const absent = join(folder, "absent/file");
    assertEquals(replaceFile(absent, "x"), { kind: "absent", message: `${folder}/absent: does not exist` });
    const path = join(folder, "file");
    await Deno.mkdir(join(path, "full"), { recursive: true });
    assertEquals(replaceFile(path, "x")?.kind, "failed");
    assertEquals(await names(folder), ["file"]);
  });
});

Deno.test({
  name: "replaceFile() keeps the old file where the folder is full",
  ignore: !canMount,
  fn: () =>
    withSmallFolder(async (folder, fill) => {
      const path = join(folder, "file");
      assertEquals(replaceFile(path, "old"), undefined);
      await fill();
      const before = await names(folder);
      assertEquals(replaceFile(path, "new"), { kind: "full", message: `${path}: no space left` });
      assertEquals(await Deno.readTextFile(path), "old");
      assertEquals(await names(folder), before);
    }),
});

Deno.test({
  name: "replaceFile() keeps the old file where the folder is read-only",
  ignore: !canMount,
  fn: () =>
    withFolder(async (folder) => {
      assertEquals(replaceFile(join(folder, "file"), "old"), undefined);
      await withReadOnly(folder, async (readOnly) => {
        const path = join(readOnly, "file");
        assertEquals(replaceFile(path, "new"), { kind: "readOnly", message: `${path}: the file system is read-only` });
        assertEquals(await Deno.readTextFile(path), "old");
      });
    }),
});

Deno.test("readTrustedFile() and replaceFile() say what they may not do", async () => {
  await withFolder(async (folder) => {
    const path = join(folder, "file"), denied = { kind: "denied", message: `${path}: permission denied` };
    await Deno.writeTextFile(path, "old", { mode: 0o200 });
    await Deno.chmod(folder, 0o500);
    if (isRoot) await Promise.all([path, folder].map((owned) => Deno.chown(owned, NOBODY, null)));
    // As a user to whom the modes of files mean something.
    const code = `import process from "node:process";
      import { readTrustedFile, replaceFile } from "${import.meta.resolve("../../../checkin/state/trusted_files.ts")}";
      if (${isRoot}) process.seteuid(${NOBODY});
      const path = ${JSON.stringify(path)}, options = { limitBytes: 100, caller: ${NOBODY} };
      console.log(JSON.stringify([readTrustedFile(path, options), replaceFile(path, "new")]));`;
    assertEquals(await evaluate(code), [{ problem: denied }, denied]);
    await Deno.chmod(folder, 0o700);
  });
});

Deno.test("replaceFile() by several processes at once always leaves a whole file", async () => {
  await withFolder(async (folder) => {
    const path = join(folder, "file");
    const module = fromFileUrl(new URL("../../../checkin/state/trusted_files.ts", import.meta.url));
    const script = `import { replaceFile } from ${JSON.stringify(`file://${module}`)};
      for (let i = 0; i < 100; i++) {
        const problem = replaceFile(${JSON.stringify(path)}, Deno.args[0].repeat(1000 + i));
        if (problem) throw new Error(problem.message);
      }`;
    const config = fromFileUrl(new URL("../../../deno.json", import.meta.url));
    await Deno.writeTextFile(join(folder, "writer.js"), script);
    const writers = ["a", "b", "c"].map((letter) =>
      new Deno.Command(Deno.execPath(), {
        args: [
          "run",
          "--quiet",
          "--no-prompt",
          "--config",
          config,
          "--allow-read",
          "--allow-write",
          join(folder, "writer.js"),
          letter,
        ],
      }).output()
    );
    let done = false;
    const all = Promise.all(writers).finally(() => done = true);
    let seen = 0;
    while (!done) {
      const read = readTrustedFile(path, { limitBytes: 10_000 });
      if ("text" in read) {
        seen++;
        assert(/^(?:a{1000,}|b{1000,}|c{1000,})$/.test(read.text), `torn: ${read.text.length} characters`);
      } else {
        assertEquals(read.problem.kind, "absent", read.problem.message);
      }
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    for (const { success, stderr } of await all) assert(success, new TextDecoder().decode(stderr));
    assert(seen > 10, `seen ${seen} times only`);
    assertEquals(await names(folder), ["file", "writer.js"]);
  });
});

Deno.test("checkFolder() takes a folder, and says why it takes nothing else", async () => {
  await withFolder(async (folder) => {
    const file = join(folder, "file"), absent = join(folder, "absent");
    await Deno.writeTextFile(file, "");
    assertEquals(checkFolder(folder), undefined);
    assertEquals(checkFolder(absent)?.message, `${absent}: does not exist`);
    assertEquals(
      checkFolder(file)?.message,
      `${file}: refused: it is not a folder, but a regular file`,
    );
  });
});

Deno.test({
  name: "checkFolder() takes a folder that root or the caller owns, and one that is anyone's if it is sticky",
  ignore: !isRoot,
  async fn() {
    await withFolder(async (parent) => {
      const folder = join(parent, "folder"), link = join(parent, "link");
      await Deno.mkdir(folder);
      await Deno.symlink("folder", link);
      const why = (path = folder, caller = 0) => checkFolder(path, caller)?.message.replace(/^.*refused: /, "");
      assertEquals(why(), undefined);
      assertEquals(why(link), undefined);
      await Deno.chmod(folder, 0o777);
      assertEquals(why(), "it is writable by others (mode 0777)");
      assertEquals(why(link), "it is writable by others (mode 0777)");
      await Deno.chmod(folder, 0o1777);
      assertEquals(why(), undefined);
      await Deno.chown(folder, 1000, 0);
      assertEquals(why(), "it is owned by user 1000, not by root");
      assertEquals(why(folder, 1000), undefined);
      await new Deno.Command("chown", { args: ["-h", "1000", link] }).output();
      await Deno.chown(folder, 0, 0);
      assertEquals(why(link), `the link ${link} is owned by user 1000, not by root`);
    });
  },
});

Deno.test({
  name: "checkFolder() looks at every parent: through one of them the folder could be swapped",
  ignore: !isRoot,
  async fn() {
    await withFolder(async (parent) => {
      const folder = join(parent, "a/b/c");
      await Deno.mkdir(folder, { recursive: true });
      assertEquals(checkFolder(folder), undefined);
      await Deno.chmod(join(parent, "a"), 0o777);
      assertEquals(checkFolder(folder)?.message, `${folder}: refused: ${parent}/a is writable by others (mode 0777)`);
      await Deno.chmod(join(parent, "a"), 0o1777);
      assertEquals(checkFolder(folder), undefined);
      await Deno.chown(join(parent, "a/b"), 1000, 1000);
      assertStringIncludes(checkFolder(folder)!.message, `${parent}/a/b is owned by user 1000`);
    });
  },
});
