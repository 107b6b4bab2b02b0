/**
 * Ends what a tool has left behind. Each tool leads a process group of its own (setsid(2), Deno's `detached`), in which
 * all that it starts stays, but for what calls setsid itself. A signal to a group needs the permission to run every
 * program: the compiled program has it for the tools alone, and there is no wrapper that would not be that permission
 * (setpriv, setsid and timeout run whatever they are told). There what a tool leaves behind is left to the end of the
 * container.
 */
export function endGroup(leader: number): void {
  // Asked first, since Deno might ask whoever sits at the terminal.
  if (Deno.permissions.querySync({ name: "run" }).state !== "granted") return;
  try {
    Deno.kill(-leader, "SIGKILL");
  } catch {
    // Nobody is left in it.
  }
}
