/**
 * Asks the first; the next one too when it fails, or has said nothing for so long. The first answer counts, and a
 * failure that everybody would repeat. For what may be asked twice without harm.
 */
export function hedge<T, Who>(
  all: readonly Who[],
  patienceMs: number,
  ask: (one: Who) => Promise<T>,
  isFinal: (failure: unknown) => boolean,
): Promise<T> {
  return new Promise((resolve, reject) => {
    let next = 0
    let open = 0
    let timer: NodeJS.Timeout | undefined
    const begin = () => {
      clearTimeout(timer)
      const one = all[next]
      if (one === undefined) return
      next += 1
      open += 1
      if (next < all.length) timer = setTimeout(begin, patienceMs)
      ask(one).then(
        (answer) => {
          clearTimeout(timer)
          resolve(answer)
        },
        (failure) => {
          open -= 1
          if (isFinal(failure) || (open === 0 && next >= all.length)) {
            clearTimeout(timer)
            reject(failure)
          } else begin()
        },
      )
    }
    begin()
  })
}
