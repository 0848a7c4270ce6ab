import { expect } from 'vitest'
import { createChance } from './chance.ts'
import { pause, untilClean, WAIT_MS } from './stage.ts'
import type { StagedTest } from './staged.ts'

const CLIENTS = 3
const WORKERS = 2
const TURNS = 4

export function checkFuzz(test: StagedTest): void {
  test('a counter that many raise without care only adds up because they exclude each other', async ({
    stage,
  }) => {
    const { client, long } = stage
    const name = stage.name()
    const chance = createChance()
    let counter = 0
    let inside = 0
    const work = async () => {
      inside += 1
      expect(inside, `seed ${chance.seed}`).toBe(1)
      const seen = counter
      await pause(chance() * 8)
      counter = seen + 1
      inside -= 1
    }
    const workers = Array.from({ length: CLIENTS }, (_, at) => client(`worker-${at}`)).flatMap((locks) =>
      Array.from({ length: WORKERS }, async () => {
        for (let turn = 0; turn < TURNS; turn += 1) {
          await locks.using(name, { ...long, waitMs: WAIT_MS }, work)
          await pause(chance() * 5)
        }
      }),
    )
    await Promise.all(workers)
    expect(counter).toBe(CLIENTS * WORKERS * TURNS)
    await untilClean(stage, name)
  })
}
