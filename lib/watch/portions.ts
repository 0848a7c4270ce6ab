import type { Steps } from '../fleet/steps.ts'

/** Longer than this nothing keeps the thread for itself: readings, grants and other pages wait meanwhile. */
const PORTION_MS = 6
/** Between two looks at the clock. */
const STRIDE = 512
const STEPS_AT_ONCE = 16

/** When this turn of the event loop has had its portion; all that is done in portions shares it. Null before its first work. */
let endsAt: number | null = null
let waiting: (() => void)[] = []

function isOver(): boolean {
  const now = performance.now()
  if (endsAt === null) {
    endsAt = now + PORTION_MS
    // What began in the middle of a turn must not go on in the second half of the same one.
    setImmediate(() => setImmediate(beginTurn))
  }
  return now >= endsAt
}

/** All go on by a bit, and the next in line by as much as fits. */
function beginTurn(): void {
  endsAt = null
  const [last, ...others] = waiting
  waiting = []
  for (const goOn of others) goOn()
  last?.()
}

/** Lets others have their turn if this one has had its portion. Called between small pieces of work. */
export async function giveWay(): Promise<void> {
  if (isOver()) await new Promise<void>((goOn) => waiting.push(goOn))
}

/** Runs to the end and lets others have their turn in between. */
export async function inSteps<T>(steps: Steps<T>): Promise<T> {
  for (let left = STEPS_AT_ONCE; ; left -= 1) {
    const { done, value } = steps.next()
    if (done) return value
    if (left > 0) continue
    left = STEPS_AT_ONCE
    await giveWay()
  }
}

/** Does many small things one after the other and lets others have their turn in between. */
export async function inPortions<T>(
  things: Iterable<T>,
  work: (thing: T) => unknown,
  stride = STRIDE,
): Promise<void> {
  let left = stride
  for (const thing of things) {
    work(thing)
    left -= 1
    if (left > 0) continue
    left = stride
    await giveWay()
  }
}
