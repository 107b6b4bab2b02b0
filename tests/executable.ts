/** Files that tests write to start them. */

/**
 * Writes an executable file. Another process writes it: whatever this one starts at the same moment, for a test beside,
 * has the open file for an instant too, and what is open for writing cannot be started ("Text file busy").
 */
export async function writeExecutable(path: string, text: string): Promise<void> {
  const writer = new Deno.Command("sh", {
    args: ["-c", 'cat >"$0" && chmod 755 "$0"', path],
    stdin: "piped",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  const stdin = writer.stdin.getWriter();
  await stdin.write(new TextEncoder().encode(text));
  await stdin.close();
  const { success, stderr } = await writer.output();
  if (!success) throw new Error(`${path} was not written: ${new TextDecoder().decode(stderr)}`);
}
