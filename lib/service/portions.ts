/** Longer than this nothing keeps the thread for itself: readings, grants and other pages wait meanwhile. */
const PORTION_MS = 6
/** Between two looks at the clock. */
const STRIDE = 512

const turn = () => new Promise<void>((resolve) => setImmediate(resolve))

/** Does many small things one after the other and lets others have their turn in between. */
export async function inPortions<T>(
  things: Iterable<T>,
  work: (thing: T) => unknown,
  stride = STRIDE,
): Promise<void> {
  let until = performance.now() + PORTION_MS
  let left = stride
  for (const thing of things) {
    work(thing)
    left -= 1
    if (left > 0) continue
    left = stride
    if (performance.now() < until) continue
    await turn()
    until = performance.now() + PORTION_MS
  }
}
