/** Long work that stops between its small pieces, so that whoever runs it can let others have their turn. */
export type Steps<T> = Generator<undefined, T>

/** Runs to the end without a stop. */
export function atOnce<T>(steps: Steps<T>): T {
  for (;;) {
    const { done, value } = steps.next()
    if (done) return value
  }
}
