import type { RunningService } from './compose.ts'
import type { Config } from './config.ts'

/**
 * What is young is copied in one piece, and everything stands still meanwhile: of a small part of it at a time that takes less
 * long, and no longer in all.
 */
export const THREAD_LIMITS = { maxYoungGenerationSizeMb: 16 }

/** What the service's thread tells beside answers and frames. */
export type ThreadSays =
  | { thread: 'ready'; about: RunningService['about']; listen: Config['listen'] }
  /** It could not start; the text is meant for whoever started it. */
  | { thread: 'failed'; says: string }

/** What it can be told beside calls. It ends by itself after that. */
export type ThreadHears = { thread: 'close' }

export const isThreadSays = (message: unknown): message is ThreadSays =>
  typeof message === 'object' && message !== null && 'thread' in message

export const isClose = (message: unknown): message is ThreadHears =>
  typeof message === 'object' && message !== null && 'thread' in message && message.thread === 'close'
