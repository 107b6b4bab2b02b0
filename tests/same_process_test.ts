/** What is a whole process's, and so is shared by all tests, which run side by side in one. */
import { assertEquals } from "@std/assert";
import { fromFileUrl } from "@std/path";

/** With the "!" that TypeScript wants: code in a text, for a process of its own, has none. */
const CHANGES = /\bDeno\.(chdir|umask|env\.(set|delete))\(|\.set(e?[ug]id|groups)!\(/;
/** What a process has open that another test starts at that moment; tests/executable.ts writes what is to be started. */
const WRITES = /\bDeno\.write(Text)?File(Sync)?\(.*\bmode: 0o[1357]/;

Deno.test("no test changes user, current folder or environment of all tests, or writes an executable file itself", async () => {
  const folder = fromFileUrl(new URL(".", import.meta.url));
  const found: string[] = [];
  for await (const path of filesIn(folder)) {
    const lines = (await Deno.readTextFile(path)).split("\n");
    lines.forEach((line, i) => {
      if (CHANGES.test(line) || WRITES.test(line)) found.push(`${path}:${i + 1}`);
    });
  }
  assertEquals(found, []);
});

async function* filesIn(folder: string): AsyncGenerator<string> {
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    if (isDirectory && name !== "fixtures") yield* filesIn(`${folder}${name}/`);
    else if (name.endsWith("_test.ts")) yield `${folder}${name}`;
  }
}
