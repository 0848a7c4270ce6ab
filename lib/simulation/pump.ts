/** So many turns are asked for at once: a round of the event loop costs more than what happens in it. */
const MOST_TURNS = 128

/**
 * Takes steps until one says that it was the last. Before each of them everything that can go on without time has gone
 * on: between two immediates Node runs all promises, and reports the rejections that nobody handles.
 */
export function pump(step: () => boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    let turns = 2
    let goesOn = true
    const turn = () => {
      if (!goesOn) return
      try {
        goesOn = step()
      } catch (error) {
        goesOn = false
        reject(error)
      }
      if (!goesOn) resolve()
    }
    const ask = () => {
      if (!goesOn) return
      for (let asked = 0; asked < turns; asked++) setImmediate(turn)
      turns = Math.min(MOST_TURNS, turns * 2)
      setImmediate(ask)
    }
    ask()
  })
}
