/** The documents that are made, and what makes them. `deno task docs` writes them. */
import { fromFileUrl } from "@std/path";
import { attributesDocs } from "./attributes.ts";
import { commandLine } from "./command_line.ts";
import { bashCompletion, fishCompletion, zshCompletion } from "./completions.ts";
import { manPage } from "./man_page.ts";
import { README, readmeWithTable } from "./readme.ts";

const DOCS = fromFileUrl(new URL("../../docs", import.meta.url));

/** One of them. */
export interface Made {
  file: string;
  make: () => string | Promise<string>;
}

export const MADE: readonly Made[] = [
  { file: README, make: readmeWithTable },
  { file: `${DOCS}/attributes.md`, make: attributesDocs },
  { file: `${DOCS}/command-line.md`, make: commandLine },
  { file: `${DOCS}/hnl_mk.8`, make: manPage },
  { file: `${DOCS}/completions/hnl_mk.bash`, make: bashCompletion },
  { file: `${DOCS}/completions/_hnl_mk`, make: zshCompletion },
  { file: `${DOCS}/completions/hnl_mk.fish`, make: fishCompletion },
];

if (import.meta.main) {
  await Deno.mkdir(`${DOCS}/completions`, { recursive: true });
  for (const { file, make } of MADE) await Deno.writeTextFile(file, await make());
}
