import { openArena, type SoakKind } from './arena.ts'
import { createChance } from './chance.ts'
import type { Entry } from './history.ts'
import { excluding, type Judgement } from './judge.ts'
import { rage } from './nemesis.ts'
import { excludingButOldLeaders } from './old-leader.ts'
import { notLive } from './oracles/liveness.ts'
import type { Violation } from './oracles/violation.ts'
import { sleep } from './scene.ts'

/** F43: workers on real servers while a seeded nemesis breaks what it can. */
export interface Soaked {
  violations: Violation[]
  judgement: Judgement
  /** How many things were broken. */
  broken: number
  history: Entry[]
}

/** The quarantine, a TTL, an election, reconnecting: within this a lock can be had again after the healing. */
const LIVE_WITHIN_MS = 15_000

export async function runSoak(kind: SoakKind, seconds: number, seed: number): Promise<Soaked> {
  const arena = await openArena(kind, seed)
  try {
    const broken = await rage(arena, createChance(seed), seconds * 1_000)
    const deadline = performance.now() + LIVE_WITHIN_MS
    while (notLive(arena.scene.history(), LIVE_WITHIN_MS).length > 0 && performance.now() < deadline)
      await sleep(200)
    await arena.stop()
    const history = arena.scene.history()
    const judgement = arena.scene.judge()
    const found = kind === 'etcd' ? excludingButOldLeaders(judgement, history) : excluding(judgement)
    return {
      violations: [...found, ...notLive(history, LIVE_WITHIN_MS)],
      judgement,
      broken,
      history,
    }
  } finally {
    await arena.close()
  }
}
