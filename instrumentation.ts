/** Runs once when the web server starts: the service comes up with it and ends with it. */
export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME !== 'nodejs' || process.env.NEXT_PHASE === 'phase-production-build') return
  const { startWithServer } = await import('./lib/server/start.ts')
  await startWithServer()
}
