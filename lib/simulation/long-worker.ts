import { runMany } from './run-many.ts'

/** A process of its own that runs the schedules it is told to, one piece of work after the other. */
process.on('message', async ({ from, count }: { from: number; count: number }) => {
  const { tally, found } = await runMany(from, count)
  process.send?.({ counts: tally.entries(), found })
})
process.on('disconnect', () => process.exit(1))
