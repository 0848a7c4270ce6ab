import { appendFileSync, existsSync, readFileSync } from 'node:fs'

/**
 * What clients did and were told, one line each. Times are milliseconds of CLOCK_MONOTONIC, which all processes of a host
 * share, so that lines of different processes can be put in order.
 */
export interface Entry {
  at: number
  /** The worker process, or `resource` or `nemesis`. */
  process: string
  op:
    | 'acquire'
    /** A renewal that the hold has profited from: `until` moved. */
    | 'renew'
    | 'release'
    /** The hold told its user that it is over. */
    | 'lost'
    | 'write'
    /** Recorded by the resource: it took a write. */
    | 'accept'
    /** Somebody took the lock away, broke or mended something, or had mended everything. */
    | 'force'
    | 'break'
    | 'mend'
    | 'heal'
  /** `info` = asked, and it is not known whether it was done. */
  stage: 'invoke' | 'ok' | 'fail' | 'info'
  key: string
  /** One per acquire call. It is no token. */
  hold: string
  fence?: string | null
  permits?: number
  /** Until when the holder believes that it holds. */
  until?: number
  /** Whether the resource compared fences. */
  guarded?: boolean
  value?: string
  /** An error's code, or what was broken. */
  detail?: string
}

export type History = readonly Entry[]

export const monotonicMs = (): number => Number(process.hrtime.bigint()) / 1e6

/** Writes every line at once, so that a process that is killed leaves what it knew. */
export function recordTo(file: string, process: string) {
  return (entry: Omit<Entry, 'at' | 'process'> & { at?: number }): void =>
    appendFileSync(file, `${JSON.stringify({ at: monotonicMs(), process, ...entry })}\n`)
}

/** The lines of several processes in the order of time. A last line that was cut by a kill is left out. */
export function readHistory(files: readonly string[]): Entry[] {
  const entries: Entry[] = []
  for (const file of files) {
    const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : []
    lines.pop()
    for (const line of lines) entries.push(JSON.parse(line))
  }
  return entries.sort((a, b) => a.at - b.at)
}
