/** An archive of recordings and facts as a folder of them. */
import { dirname } from "@std/path/dirname";
import { join } from "@std/path/join";
import { COMMANDS, LINKS } from "../../../collectors/host/bundle.ts";
import { isMap } from "../../../collectors/values.ts";
import { isOfSystem } from "./system_error.ts";
import { readTar, TarError } from "./tar.ts";

/**
 * Unpacks a tar archive to a new folder and gives its path; the caller removes it. No link is made, so nothing leads out
 * of it: those of a recording go to its links.json, which replay follows within the recording. Throws TarError.
 */
export async function unpack(archive: string): Promise<string> {
  const folder = await Deno.makeTempDir({ prefix: "hnl_mk-unpacked-" });
  try {
    const links: [path: string, target: string][] = [];
    const recordings: string[] = [];
    const made = new Set<string>();
    for await (const { name, content, target } of readTar(archive)) {
      const path = safe(name);
      const around = dirname(path);
      if (!made.has(around)) Deno.mkdirSync(join(folder, around), { recursive: true });
      made.add(around);
      if (target !== undefined) links.push([path, target]);
      else {
        Deno.writeFileSync(join(folder, path), content, { createNew: true });
        if (path === COMMANDS || path.endsWith(`/${COMMANDS}`)) recordings.push(dirname(path));
      }
    }
    for (const recording of recordings) await addLinks(folder, recording, links);
    return folder;
  } catch (error) {
    await Deno.remove(folder, { recursive: true });
    throw asTarError(error);
  }
}

/** The system refuses what an archive may ask for: names that are too long, more than fits on the disk. */
function asTarError(error: unknown): unknown {
  if (error instanceof Deno.errors.AlreadyExists) return new TarError("found two files of one name");
  // The path is where it was to be unpacked, which says nothing to anybody.
  return isOfSystem(error) ? new TarError(`it cannot be unpacked: ${error.message.replace(/: \w+ '.*/s, "")}`) : error;
}

/** A name of an archive as a path below a folder. */
function safe(name: string): string {
  const steps = name.split("/").filter((step) => step !== "" && step !== ".");
  if (steps.length === 0 || steps.includes("..") || name.startsWith("/")) {
    throw new TarError(`found the name ${JSON.stringify(name)}, which leads out of the archive`);
  }
  return steps.join("/");
}

/** Lists links in a recording that lists none so far. */
async function addLinks(folder: string, recording: string, links: [string, string][]): Promise<void> {
  const prefix = recording === "." ? "" : `${recording}/`;
  const own = links.filter(([path]) => path.startsWith(prefix)).map(([path, target]) =>
    [`/${path.slice(prefix.length)}`, target] as const
  );
  if (own.length === 0) return;
  const file = join(folder, recording, LINKS);
  const listed = await Deno.readTextFile(file).then((text): unknown => JSON.parse(text)).catch(() => ({}));
  const all = { ...Object.fromEntries(own), ...isMap(listed) ? listed : {} };
  await Deno.writeTextFile(file, JSON.stringify(all));
}
