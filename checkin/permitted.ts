/**
 * The folders that the compiled program may touch. Its permissions are fixed when it is built, so a path elsewhere can
 * only be told about; run from source it has all permissions, and nothing is refused here.
 */

/** The host's mounts (read-only in any case), the state, and what an administrator lays down for the agent. */
export const READ_FOLDERS = ["/host-proc", "/host-sys", "/host-dev", "/tmp", "/etc/hnl_mk"] as const;

/** State and recordings. */
export const WRITE_FOLDERS = ["/tmp"] as const;

/** Asks whether a path may be read or written: `Deno.permissions.querySync`, or a test's own. */
export type PermissionQuery = (descriptor: { name: "read" | "write"; path: string }) => { state: string };

/**
 * Why this program may not read or write at `path` (absolute, or from the working folder), as the rest of a line that
 * begins with the option or key; undefined where it may. Says nothing about what the kernel allows.
 */
export function whyNotPermitted(
  path: string,
  access: "read" | "write",
  query: PermissionQuery = Deno.permissions.querySync.bind(Deno.permissions),
): string | undefined {
  if (query({ name: access, path }).state === "granted") return undefined;
  const folders = access === "read" ? READ_FOLDERS : WRITE_FOLDERS;
  return `${path}: this program may ${access} in ${folders.join(", ")} only`;
}
