/** "97.3 MB": a million bytes each, as registries count. */
export function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

/** "97 kB": a thousand bytes each. */
export function kilobytes(bytes: number): string {
  return `${Math.round(bytes / 1e3)} kB`;
}
