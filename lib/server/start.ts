import 'server-only'
import { isDevelopment } from './env.ts'
import { runtime, startRuntime } from './runtime.ts'

/** Ties the service to the life of this process: neither goes on without the other. */
export async function startWithServer(): Promise<void> {
  process.once('SIGTERM', () => void end(0))
  process.once('SIGINT', () => void end(0))
  // Whoever started us is gone without a word.
  if (process.channel) process.once('disconnect', () => void end(0))
  try {
    await startRuntime(isDevelopment() ? 'source' : 'built', (error) => fail(error))
  } catch (error) {
    fail(error)
  }
}

async function end(code: number): Promise<void> {
  await runtime()?.close()
  process.exit(code)
}

function fail(error: unknown): void {
  const says = error instanceof Error ? error.message : 'for a reason that it did not tell'
  process.stderr.write(`Lockkeeper ends: ${says}\n`)
  process.exit(1)
}
