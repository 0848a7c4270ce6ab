import { expect, it } from 'vitest'
import { SOAK_KINDS } from './arena.ts'
import { publish, saveHistory } from './publish.ts'
import { runSoak } from './run-soak.ts'

/** A minute of it altogether; `npm run test:long` has ten. */
const SECONDS = 60 / SOAK_KINDS.length

it.each(SOAK_KINDS)('F43: whatever breaks, %s keeps its word', { timeout: 90_000 }, async (kind) => {
  const seed = Math.floor(Math.random() * 1e9)
  const { violations, judgement, broken, history } = await runSoak(kind, SECONDS, seed)
  publish('F43 soak', kind, judgement, `${broken} faults, seed ${seed}`)
  const where = violations.length > 0 ? saveHistory(`soak-${kind}-${seed}`, history) : ''
  expect(violations, `seed ${seed}, history in ${where}`).toEqual([])
  expect(judgement.grants).toBeGreaterThan(50)
})
