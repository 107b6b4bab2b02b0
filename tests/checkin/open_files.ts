/** The files at or below `path` that this process has open. */
export function openFiles(path: string): string[] {
  return [...Deno.readDirSync("/proc/self/fd")].flatMap(({ name }) => {
    try {
      const file = Deno.readLinkSync(`/proc/self/fd/${name}`);
      return file === path || file.startsWith(`${path}/`) ? [file] : [];
    } catch {
      // Closed since.
      return [];
    }
  });
}
