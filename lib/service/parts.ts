import { startDemo } from '../demo/start-demo.ts'
import { openBackend } from '../engines/registry.ts'
import { createWatch } from '../watch/create-watch.ts'
import type { Parts } from './compose.ts'
import type { Environment } from './env.ts'
import type { Log } from './log.ts'

/** The parts as they are outside of tests. */
export const realParts = (environment: Environment, log: Log): Parts => ({
  openBackend,
  createWatch,
  startDemo: () => startDemo({ path: environment.variables.PATH ?? '' }),
  now: Date.now,
  log,
})
