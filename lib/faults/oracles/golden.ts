import type { Entry } from '../history.ts'

/** Small histories for the oracles' tests: each hold tells its life in one line. */
interface Life {
  hold: string
  key?: string
  /** When it asked and was told; without the second it never knew. */
  asked: number
  granted?: number
  refused?: number
  until?: number
  released?: number
  /** When the release was acknowledged. */
  gone?: number
  lost?: number
  fence?: string | null
  permits?: number
  /** When the resource took a write of it. */
  writes?: number[]
}

export function historyOf(...lives: Life[]): Entry[] {
  return lives.flatMap(linesOf).sort((a, b) => a.at - b.at)
}

function linesOf(life: Life): Entry[] {
  const { hold, key = 'k', asked, granted, refused, until = 1e9, released, gone, lost, writes = [] } = life
  const base = { process: 'w', key, hold, fence: life.fence ?? null, permits: life.permits ?? 1 }
  const lines: Entry[] = [{ ...base, at: asked, op: 'acquire', stage: 'invoke' }]
  if (granted !== undefined) lines.push({ ...base, at: granted, op: 'acquire', stage: 'ok', until })
  if (refused !== undefined)
    lines.push({ ...base, at: refused, op: 'acquire', stage: 'fail', detail: 'held' })
  if (lost !== undefined) lines.push({ ...base, at: lost, op: 'lost', stage: 'ok' })
  if (released !== undefined) lines.push({ ...base, at: released, op: 'release', stage: 'invoke' })
  if (gone !== undefined) lines.push({ ...base, at: gone, op: 'release', stage: 'ok' })
  for (const at of writes) {
    lines.push({
      ...base,
      at,
      process: 'resource',
      op: 'accept',
      stage: 'ok',
      guarded: true,
      value: `${hold}@${at}`,
    })
  }
  return lines
}
