/** Counts what is under way. */
export interface UnderWay {
  begin(): void
  finish(): void
  /** Resolves when nothing is. */
  none(): Promise<void>
}

export function createUnderWay(): UnderWay {
  let count = 0
  let tell = () => {}
  return {
    begin() {
      count += 1
    },
    finish() {
      count -= 1
      if (count === 0) tell()
    },
    none: () =>
      new Promise((resolve) => {
        tell = resolve
        if (count === 0) resolve()
      }),
  }
}
