import type { Redis } from 'ioredis'

const LEARN_AGAIN_MS = 30_000

/** The clock of a server, as far as it is known here. */
export interface NodeClock {
  /** The server's milliseconds at a moment of `performance.now()`; null when it was never told. */
  at(moment: number): number | null
  /** Rejects when the server does not say. */
  learn(): Promise<void>
  /** Asks the server in the background, if what is known is old at this moment. */
  keep(moment: number): void
}

/**
 * Learns the server's time, so that a request can carry until when it may be carried out. An answer may come long after
 * the server wrote it, never before: taken as written when it came, the server's clock is never believed to be ahead of
 * what it is, so that a limit may come early by the way back, but not late.
 */
export function createNodeClock(client: Redis): NodeClock {
  let offset: number | null = null
  let learnt = Number.NEGATIVE_INFINITY
  client.on('close', () => {
    // It may be another server the next time.
    offset = null
    learnt = Number.NEGATIVE_INFINITY
  })
  const learn = async () => {
    learnt = performance.now()
    const [seconds, micros] = await client.time()
    offset = Number(seconds) * 1_000 + Number(micros) / 1_000 - performance.now()
  }
  const forgetTrying = () => {
    learnt = Number.NEGATIVE_INFINITY
  }
  return {
    at: (moment) => (offset === null ? null : moment + offset),
    learn,
    keep(moment) {
      if (moment - learnt >= LEARN_AGAIN_MS) learn().catch(forgetTrying)
    },
  }
}
