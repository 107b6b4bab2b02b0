/** Real outputs from several hundred machines, where there are any: HNL_MK_CORPUS, by default beside the project. */
import { fromFileUrl, join } from "@std/path";
import { decode } from "../../collectors/host/mod.ts";

export const CORPUS = Deno.env.get("HNL_MK_CORPUS") ?? fromFileUrl(new URL("../../../shared/corpus", import.meta.url));

/** The wanted entries of a folder of the corpus, as paths in it, sorted; none where there is no such folder. */
export function filesIn(folder: string, isWanted: (name: string) => boolean = () => true): string[] {
  try {
    return [...Deno.readDirSync(join(CORPUS, folder))].filter(({ name }) => isWanted(name))
      .map(({ name }) => join(folder, name)).sort();
  } catch {
    return [];
  }
}

/** The text of one of its files. */
export function read(...path: string[]): string {
  return decode(Deno.readFileSync(join(CORPUS, ...path)));
}
