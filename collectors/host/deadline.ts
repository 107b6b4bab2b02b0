/** What `promise` gives, or `late` where it takes longer than `ms`; no timer is left behind. Rejects as `promise` does. */
export async function within<T, L>(promise: Promise<T>, ms: number, late: L): Promise<T | L> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const end = new Promise<L>((resolve) => timer = setTimeout(() => resolve(late), ms));
  try {
    return await Promise.race([promise, end]);
  } finally {
    clearTimeout(timer);
  }
}
