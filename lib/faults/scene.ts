import { join } from 'node:path'
import type { BackendSpec } from '../engines/spec.ts'
import { tiedFolder } from '../rig/lifeline.ts'
import { startWorker, type Worker } from './crew.ts'
import { type Entry, readHistory, recordTo } from './history.ts'
import { type Judgement, judge } from './judge.ts'
import { type Resource, startResource } from './resource.ts'
import type { Outcome, WorkerSetup } from './worker.ts'

/** One test: workers, the resource that they write to, and what all of them wrote down. */
export interface Scene {
  readonly resource: Resource
  worker(backend: BackendSpec, more?: Partial<WorkerSetup>, trusted?: string): Promise<Worker>
  /** For what is broken and mended, and for locks that are taken away. */
  note(op: Entry['op'], about?: { key?: string; hold?: string; detail?: string }): void
  history(): Entry[]
  /** Of the keys that begin so. */
  judge(prefix?: string, refusalsProve?: boolean): Judgement
  /** The hold of this key that was granted last, as its worker calls it. */
  lastHold(key: string): string
  close(): Promise<void>
}

/** A busy machine must not look like a fault. */
const NODE_TIMEOUT_MS = 250

export async function createScene(): Promise<Scene> {
  const folder = await tiedFolder('lockkeeper-faults-')
  const files = [join(folder.path, 'resource.jsonl'), join(folder.path, 'nemesis.jsonl')] as const
  const resource = await startResource(files[0])
  const note = recordTo(files[1], 'nemesis')
  const workers: Worker[] = []
  const histories: string[] = [...files]
  return {
    resource,
    async worker(backend, more = {}, trusted) {
      const name = `w${histories.length - 1}`
      const historyFile = join(folder.path, `${name}.jsonl`)
      histories.push(historyFile)
      const setup = {
        name,
        historyFile,
        resourcePort: resource.port,
        backend,
        nodeTimeoutMs: NODE_TIMEOUT_MS,
      }
      const worker = await startWorker({ ...setup, ...more }, trusted)
      workers.push(worker)
      return worker
    },
    note: (op, { key = '', hold = '', detail = '' } = {}) => note({ op, stage: 'ok', key, hold, detail }),
    history: () => readHistory(histories),
    judge(prefix = '', refusalsProve = false) {
      const history = readHistory(histories).filter(({ key }) => key === '' || key.startsWith(prefix))
      return judge(history, resource, refusalsProve)
    },
    lastHold(key) {
      const grants = readHistory(histories).filter((entry) => entry.key === key && entry.until !== undefined)
      return grants.at(-1)?.hold ?? ''
    },
    async close() {
      await Promise.all(workers.map((worker) => worker.close()))
      await resource.close()
      await folder.remove()
    },
  }
}

/** What was granted; throws when it was not. */
export function granted(outcome: Outcome): { hold: string; fence: string | null; remainingMs: number } {
  if (!outcome.done || outcome.hold === undefined) throw new Error(`not granted: ${JSON.stringify(outcome)}`)
  return { hold: outcome.hold, fence: outcome.fence ?? null, remainingMs: outcome.remainingMs ?? 0 }
}

/** How often a holder of this key was told that it lost it. */
export const lossesOf = (scene: Scene, key: string): number =>
  scene.history().filter((entry) => entry.key === key && entry.op === 'lost').length

/** In ms: the time in which nobody was granted anything. */
export function longestPause(scene: Scene): number {
  const grants = scene.history().filter(({ op, stage }) => op === 'acquire' && stage === 'ok')
  const pauses = grants.slice(1).map(({ at }, index) => at - (grants[index]?.at ?? at))
  return Math.round(Math.max(0, ...pauses))
}

export const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))
