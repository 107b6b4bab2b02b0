/** An archive of recordings and facts as a folder of them. */
import { dirname } from "@std/path/dirname";
import { join } from "@std/path/join";
import { COMMANDS, LINKS } from "../../../collectors/host/bundle.ts";
import { isMap } from "../../../collectors/values.ts";
import { onEnd } from "../signals.ts";
import { isOfSystem } from "./system_error.ts";
import { type Budget, readTar, spend, TarError } from "./tar.ts";

/** What was unpacked, for as long as it is needed. */
export interface Unpacked extends Disposable {
  folder: string;
}

/**
 * Unpacks a tar archive to a new folder, which is removed when it is disposed of or a signal ends the program. No link is
 * made, so nothing leads out of it: those of a recording go to its links.json, which replay follows within the recording.
 * What is unpacked is taken from `budget`. Throws TarError.
 */
export async function unpack(archive: string, budget: Budget): Promise<Unpacked> {
  let made: string | undefined;
  const remove = () => made !== undefined && Deno.removeSync(made, { recursive: true });
  // Before there is anything: a signal between the two would leave it.
  const stopListening = onEnd((code) => {
    remove();
    Deno.exit(code);
  });
  const folder = made = Deno.makeTempDirSync({ prefix: "hnl_mk-unpacked-" });
  const unpacked: Unpacked = {
    folder,
    [Symbol.dispose]() {
      stopListening();
      remove();
    },
  };
  try {
    const links: [path: string, target: string][] = [];
    const recordings: string[] = [];
    const folders = new Set<string>();
    const makeFolder = (path: string) => {
      if (path === "." || folders.has(path)) return;
      makeFolder(dirname(path));
      spend(budget, 0);
      Deno.mkdirSync(join(folder, path));
      folders.add(path);
    };
    for await (const { name, content, target } of readTar(archive, budget)) {
      const path = safe(name);
      makeFolder(dirname(path));
      if (target !== undefined) links.push([path, target]);
      else {
        Deno.writeFileSync(join(folder, path), content, { createNew: true });
        if (path === COMMANDS || path.endsWith(`/${COMMANDS}`)) recordings.push(dirname(path));
      }
    }
    for (const recording of recordings) await addLinks(folder, recording, links);
    return unpacked;
  } catch (error) {
    unpacked[Symbol.dispose]();
    throw asTarError(error);
  }
}

/** The system refuses what an archive may ask for: names that are too long, more than fits on the disk. */
function asTarError(error: unknown): unknown {
  if (error instanceof Deno.errors.AlreadyExists) return new TarError("found two files of one name");
  // The path is where it was to be unpacked, which says nothing to anybody.
  return isOfSystem(error) ? new TarError(`it cannot be unpacked: ${error.message.replace(/: \w+ '.*/s, "")}`) : error;
}

/** PATH_MAX of Linux. */
const LONGEST_NAME = 4096;

/** A name of an archive as a path below a folder. */
function safe(name: string): string {
  if (name.length > LONGEST_NAME) throw new TarError(`found a name of ${name.length} characters`);
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
