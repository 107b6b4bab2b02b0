/** Folders that are gone when the tests of a file are over, however these end. */
const made: string[] = [];

/** A new, empty folder. */
export async function tempFolder(): Promise<string> {
  const folder = await Deno.makeTempDir({ prefix: "hnl_mk-test-" });
  made.push(folder);
  return folder;
}

globalThis.addEventListener("unload", () => {
  for (const folder of made) Deno.removeSync(folder, { recursive: true });
});
