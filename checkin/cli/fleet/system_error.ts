/** Whether the system has refused something: no such file, no permission, a full disk, a name that is too long. */
export function isOfSystem(error: unknown): error is Error {
  return error instanceof Error &&
    ("code" in error && typeof error.code === "string" ||
      Object.values(Deno.errors).some((kind) => error instanceof kind));
}
