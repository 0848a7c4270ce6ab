import type { SentFrame, View } from '../fleet/frame.ts'
import type { FrameRows } from './frame-rows.ts'
import type { LockView } from './lock-view.ts'
import type { SharedPart } from './shared-part.ts'

export const PARTS = ['overview', 'nodes', 'demo'] as const
export type PartName = (typeof PARTS)[number]
const FIELD: Record<PartName, string> = { overview: 'overview', nodes: 'backends', demo: 'demo' }

/** Of a bigger difference the rest follows in the next frames. */
const MOST_ROWS = 500

export type Listener = (frame: SentFrame) => void | Promise<void>

interface Looking {
  view: LockView
  leave(): void
}

interface Opened {
  view: View
  listener: Listener
  /** Null when the view has no locks in it. */
  looking: Looking | null
  /** Names this run of the service. */
  run: string
  onTrouble(error: unknown): void
}

/** One who looks at a view, and up to where it was told what changed. */
export class Viewer {
  readonly view: View
  readonly #opened: Opened
  readonly #locks: LockView | null
  /** Those that are told of first, whether they changed or not. */
  #first: string[] = []
  /** How far it was told the changes of its locks. */
  #at = 0
  #toldTotal = -1
  #mustResync = false
  #editions: Record<PartName, number> = { overview: 0, nodes: 0, demo: 0 }
  #isBusy = false
  #isClosed = false
  #sentAt = Number.NEGATIVE_INFINITY

  constructor(opened: Opened) {
    this.view = opened.view
    this.#opened = opened
    this.#locks = opened.looking?.view ?? null
    const { since } = opened.view
    const at = since === undefined ? null : this.#resumes(since)
    if (at !== null) this.#at = at
    else this.#beginAgain(since !== undefined)
  }

  close(): void {
    this.#isClosed = true
    this.#opened.looking?.leave()
  }

  isDue(now: number, parts: Record<PartName, SharedPart>, frameMs: number, heartbeatMs: number): boolean {
    const sinceMs = now - this.#sentAt
    if (this.#isBusy || sinceMs < frameMs) return false
    return sinceMs >= heartbeatMs || this.#hasNews() || PARTS.some((name) => this.#isNew(name, parts))
  }

  /** Makes the next frame and hands it over; until that is done with, nothing is due. */
  async send(now: number, parts: Record<PartName, SharedPart>, rows: FrameRows): Promise<void> {
    this.#isBusy = true
    this.#sentAt = now
    try {
      const frame = await this.#frame(now, parts, rows)
      if (!this.#isClosed) void this.#hand(frame)
    } catch (error) {
      this.#isBusy = false
      this.#opened.onTrouble(error)
    }
  }

  async #hand(frame: SentFrame): Promise<void> {
    try {
      await this.#opened.listener(frame)
    } catch (error) {
      this.#opened.onTrouble(error)
    } finally {
      this.#isBusy = false
    }
  }

  /** Where to go on; null when it is not known what changed since then. */
  #resumes(since: string): number | null {
    const [run, at = ''] = since.split('.')
    if (run !== this.#opened.run || !/^\d{1,15}$/.test(at)) return null
    const { looking } = this.#opened
    if (!looking) return 0
    return looking.view.log.since(Number(at), 1) === null ? null : Number(at)
  }

  #beginAgain(mustResync: boolean): void {
    this.#mustResync = mustResync
    if (!this.#locks) return
    this.#at = this.#locks.log.last
    this.#first = this.#locks.shown().map(([, , id]) => id)
    this.#toldTotal = -1
  }

  #hasNews(): boolean {
    if (!this.#locks) return false
    return this.#first.length > 0 || this.#locks.log.last > this.#at
  }

  #isNew(name: PartName, parts: Record<PartName, SharedPart>): boolean {
    return this.view[name] === true && parts[name].edition > this.#editions[name]
  }

  async #frame(now: number, parts: Record<PartName, SharedPart>, rows: FrameRows): Promise<SentFrame> {
    const fields: string[] = []
    for (const name of PARTS) {
      if (!this.#isNew(name, parts)) continue
      this.#editions[name] = parts[name].edition
      fields.push(`"${FIELD[name]}":${parts[name].json}`)
    }
    const locks = await this.#lockField(rows)
    if (locks !== null) fields.push(locks)
    if (this.#mustResync) fields.unshift('"resync":true')
    this.#mustResync = false
    // Who was not told of all first ones yet can't go on from here.
    const version = `${this.#opened.run}.${this.#first.length > 0 ? '' : this.#at}`
    const head = `"version":"${version}","now":"${new Date(now).toISOString()}"`
    return { version, json: `{${[head, ...fields].join(',')}}` }
  }

  async #lockField(rows: FrameRows): Promise<string | null> {
    const view = this.#locks
    if (!view) return null
    const { changed, gone } = this.#take(view)
    const { total } = view
    if (changed.length === 0 && gone.length === 0 && total === this.#toldTotal) return null
    this.#toldTotal = total
    const list = await rows.listOf(changed, this.view.line === true)
    return `"locks":{"changed":${list},"gone":${JSON.stringify(gone)},"total":${total}}`
  }

  #take(view: LockView): { changed: string[]; gone: string[] } {
    if (this.#first.length === 0) {
      const found = view.log.since(this.#at, MOST_ROWS)
      if (found) {
        this.#at = found.to
        return found
      }
      this.#beginAgain(true)
    }
    return { changed: this.#first.splice(0, MOST_ROWS), gone: [] }
  }
}
