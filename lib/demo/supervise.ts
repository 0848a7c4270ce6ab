const LOOK_EVERY_MS = 1_000

interface Supervised {
  isRunning(): boolean
  /** False while it was ended on purpose. */
  isWanted(): boolean
  restart(): Promise<void>
}

/** Starts servers again that end by themselves. Resolves when it has stopped doing so. */
export function supervise(servers: readonly Supervised[]): () => Promise<void> {
  let looking: Promise<unknown> = Promise.resolve()
  const look = () => {
    const gone = servers.filter((server) => server.isWanted() && !server.isRunning())
    looking = Promise.allSettled(gone.map((server) => server.restart()))
    return looking
  }
  let stopped = false
  let timer: NodeJS.Timeout
  const goOn = () => {
    timer = setTimeout(() => {
      void look().finally(() => {
        if (!stopped) goOn()
      })
    }, LOOK_EVERY_MS)
  }
  goOn()
  return async () => {
    stopped = true
    clearTimeout(timer)
    await looking
  }
}
