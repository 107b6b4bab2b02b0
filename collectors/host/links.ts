/** The kernel's own limit (path_resolution(7)). */
const MOST_LINKS = 40;

/** What is met on the way. */
export interface OnTheWay {
  link?(path: string, target: string): void;
  /** A folder that is left again by "..". */
  folder?(path: string): void;
}

/**
 * `path` without links in it; undefined where there are too many, or one with a whole path, which no file system of the
 * kernel's has but those to other programs' files. `targetOf` tells where a path without links points, if it is a link.
 */
export async function followLinks(
  path: string,
  targetOf: (path: string) => Promise<string | undefined> | string | undefined,
  onTheWay: OnTheWay = {},
): Promise<string | undefined> {
  const ahead = path.split("/").reverse();
  const at: string[] = [];
  let links = 0;
  while (ahead.length > 0) {
    const name = ahead.pop()!;
    if (name === "" || name === ".") continue;
    if (name === "..") {
      onTheWay.folder?.(`/${at.join("/")}`);
      at.pop();
      continue;
    }
    at.push(name);
    const here = `/${at.join("/")}`;
    const target = await targetOf(here);
    if (target === undefined) continue;
    onTheWay.link?.(here, target);
    if (target.startsWith("/") || ++links > MOST_LINKS) return undefined;
    at.pop();
    ahead.push(...target.split("/").reverse());
  }
  return `/${at.join("/")}`;
}
