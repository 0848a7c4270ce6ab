import { afterAll, beforeAll, describe } from 'vitest'
import { checkAbort } from './abort.ts'
import { checkAsk } from './ask.ts'
import { checkBadInput } from './bad-input.ts'
import { checkCapabilities } from './capabilities.ts'
import { checkCrashes } from './crashes.ts'
import { checkExclusion } from './exclusion.ts'
import { checkExpiry } from './expiry.ts'
import { checkFences } from './fences.ts'
import { checkForeignKeys } from './foreign-keys.ts'
import { checkFreeze } from './freeze.ts'
import { checkFuzz } from './fuzz.ts'
import { checkHoldBack } from './hold-back.ts'
import { checkLapse } from './lapse.ts'
import { checkLoss } from './loss.ts'
import { checkMessages } from './messages.ts'
import { checkMisplaced } from './misplaced.ts'
import { checkOrder } from './order.ts'
import { checkPausedWaiter } from './paused-waiter.ts'
import { checkPolling } from './polling.ts'
import { checkRelease } from './release.ts'
import { checkRenewal } from './renewal.ts'
import { checkReplicas } from './replicas.ts'
import { checkSemaphore } from './semaphore.ts'
import { checkSilence } from './silence.ts'
import { createPool, createStage, type Declared, declaredBy, type Pool } from './stage.ts'
import { stagedTest } from './staged.ts'
import type { Subject } from './subject.ts'
import { checkWaiting } from './waiting.ts'

export type { Misplaced } from './subject.ts'

const CALM = [
  checkExclusion,
  checkExpiry,
  checkRenewal,
  checkRelease,
  checkLoss,
  checkFences,
  checkSemaphore,
  checkWaiting,
  checkMessages,
  checkOrder,
  checkAbort,
  checkPausedWaiter,
  checkFreeze,
  checkHoldBack,
  checkAsk,
  checkLapse,
  checkForeignKeys,
  checkCapabilities,
  checkReplicas,
  checkFuzz,
]

/** One after the other: these stop servers, or count what all of them do. */
const ALONE = [checkBadInput, checkPolling, checkMisplaced, checkSilence, checkCrashes]

/** What every kind of backend must do, whatever is behind it. */
export function describeConformance(kind: string, open: () => Promise<Subject>): void {
  describe(`${kind} conforms`, () => {
    let subject: Subject
    let declared: Declared
    beforeAll(async () => {
      subject = await open()
      declared = await declaredBy(subject)
    }, 60_000)
    afterAll(() => subject?.close(), 60_000)
    describe.concurrent('while its servers run', () => {
      let pool: Pool
      beforeAll(async () => {
        pool = await createPool(subject)
      }, 60_000)
      afterAll(async () => {
        await Promise.all(pool.flat().map((node) => node.close()))
      })
      const test = stagedTest(() => createStage(subject, declared, pool))
      for (const check of CALM) check(test)
    })
    describe('when its servers fail', () => {
      const test = stagedTest(() => createStage(subject, declared))
      for (const check of ALONE) check(test)
    })
  })
}
