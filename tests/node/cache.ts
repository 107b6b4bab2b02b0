/** What nodes are made of is made once, and kept in a cache outside the tree. */

/** Runs `make` with the folder `name` of the cache. Two tests may begin at once: the second finds what the first made. */
export async function inCache<T>(name: string, make: (folder: string) => Promise<T>): Promise<T> {
  const folder = `${Deno.env.get("XDG_CACHE_HOME") ?? `${Deno.env.get("HOME")}/.cache`}/hnl_mk/${name}`;
  await Deno.mkdir(folder, { recursive: true });
  using lock = await Deno.open(`${folder}/lock`, { create: true, write: true });
  await lock.lock(true);
  return await make(folder);
}

/** Makes `path` with `make` where it is not there: under another name first, so that a half-made one is never seen. */
export async function once(path: string, make: (temporary: string) => Promise<void>): Promise<void> {
  try {
    await Deno.stat(path);
    return;
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  const temporary = `${path}.tmp`;
  await Deno.remove(temporary, { recursive: true }).catch(() => {});
  try {
    await make(temporary);
    await Deno.rename(temporary, path);
  } catch (error) {
    await Deno.remove(temporary, { recursive: true }).catch(() => {});
    throw error;
  }
}

/** Removes the files of the cache whose names begin with `prefix` and older than an hour. */
export async function forget(cache: string, prefix: string): Promise<void> {
  for (const { name } of Deno.readDirSync(cache)) {
    if (!name.startsWith(prefix)) continue;
    const { mtime } = await Deno.stat(`${cache}/${name}`);
    if (Date.now() - (mtime?.getTime() ?? 0) > 3_600_000) await Deno.remove(`${cache}/${name}`);
  }
}

/** A short name for a text. */
export async function hash(text: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return new Uint8Array(digest).toHex().slice(0, 12);
}
