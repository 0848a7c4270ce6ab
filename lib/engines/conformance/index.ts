import { afterAll, afterEach, beforeAll, describe } from 'vitest'
import { checkExclusion } from './exclusion.ts'
import { checkFuzz } from './fuzz.ts'
import { checkLoss } from './loss.ts'
import { checkRelease } from './release.ts'
import { checkRenewal } from './renewal.ts'
import { checkSilence } from './silence.ts'
import { createStage, type Stage } from './stage.ts'
import type { Subject } from './subject.ts'
import { checkWaiting } from './waiting.ts'

export type { Probe, Subject } from './subject.ts'

/** What every kind of backend must do, whatever is behind it. */
export function describeConformance(kind: string, open: () => Promise<Subject>): void {
  describe(`${kind} conforms`, () => {
    let stage: Stage
    beforeAll(async () => {
      stage = createStage(await open())
    }, 60_000)
    afterEach(() => stage.clear())
    afterAll(() => stage?.subject.close(), 60_000)
    const checks = [
      checkExclusion,
      checkRenewal,
      checkRelease,
      checkLoss,
      checkWaiting,
      checkSilence,
      checkFuzz,
    ]
    for (const check of checks) check(() => stage)
  })
}
