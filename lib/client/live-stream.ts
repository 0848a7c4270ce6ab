import './jitless.ts'
import { type Frame, frameSchema, type View } from '../fleet/frame.ts'
import { serverClock } from './server-clock.ts'

/** The service sends something every second. */
const SILENT_MS = 6_000
const WATCH_MS = 1_000
const REOPEN_MS = [500, 1_000, 2_000, 4_000] as const

export interface Pulse {
  /** When somebody began to look, by the page's monotonic clock; opening again after a cut does not change it. */
  openedAt: number
  lastFrameAt: number | null
  /** The console said that it ends; no frame came since. */
  ended: boolean
}

interface Listeners {
  onFrame(frame: Frame): void
  /** What was missed while the stream was cut is not known. Comes before the frame that begins again. */
  onResync(): void
}

export const viewQuery = (view: View): string => {
  const params = new URLSearchParams()
  if (view.q !== undefined) params.set('q', view.q)
  if (view.id !== undefined) params.set('id', view.id)
  if (view.sort !== undefined) params.set('sort', view.sort)
  if (view.rows !== undefined) params.set('rows', String(view.rows))
  for (const part of ['overview', 'nodes', 'demo', 'line'] as const) if (view[part]) params.set(part, '1')
  return params.toString()
}

/** One event stream per page. When it was cut, refused or fell silent it is opened again and goes on where it was. */
export class LiveStream {
  #source: EventSource | null = null
  #watch: ReturnType<typeof setInterval> | null = null
  #reopen: ReturnType<typeof setTimeout> | null = null
  #attempts = 0
  #triedAt = 0
  #pulse: Pulse = { openedAt: 0, lastFrameAt: null, ended: false }
  /** Of the last frame of this view. */
  #version: string | null = null

  get pulse(): Pulse {
    return this.#pulse
  }

  open(view: View, listeners: Listeners): void {
    this.close()
    this.#pulse = { ...this.#pulse, openedAt: performance.now() }
    this.#connect(view, listeners)
    this.#watch = setInterval(() => {
      const since = Math.max(this.#triedAt, this.#pulse.lastFrameAt ?? 0)
      if (this.#reopen !== null || performance.now() - since < SILENT_MS) return
      this.#again(view, listeners)
    }, WATCH_MS)
  }

  close(): void {
    this.#source?.close()
    this.#source = null
    if (this.#watch !== null) clearInterval(this.#watch)
    if (this.#reopen !== null) clearTimeout(this.#reopen)
    this.#watch = null
    this.#reopen = null
    this.#attempts = 0
    this.#version = null
  }

  #connect(view: View, listeners: Listeners): void {
    const url = `/api/v1/events?${viewQuery(view)}`
    const since = this.#version === null ? '' : `&since=${encodeURIComponent(this.#version)}`
    const source = new EventSource(`${url}${since}`)
    this.#triedAt = performance.now()
    this.#source = source
    source.onmessage = (message) => {
      const frame = frameSchema.safeParse(parsed(String(message.data)))
      if (!frame.success) return
      this.#attempts = 0
      this.#pulse = { ...this.#pulse, lastFrameAt: performance.now(), ended: false }
      this.#version = frame.data.version
      serverClock.note(frame.data.now)
      if (frame.data.resync) listeners.onResync()
      listeners.onFrame(frame.data)
    }
    source.addEventListener('end', () => {
      this.#pulse = { ...this.#pulse, ended: true }
      this.#again(view, listeners)
    })
    source.onerror = () => this.#again(view, listeners)
  }

  #again(view: View, listeners: Listeners): void {
    this.#source?.close()
    this.#source = null
    if (this.#reopen !== null) return
    const wait = REOPEN_MS[Math.min(this.#attempts, REOPEN_MS.length - 1)] ?? 4_000
    this.#attempts += 1
    this.#reopen = setTimeout(() => {
      this.#reopen = null
      this.#connect(view, listeners)
    }, wait)
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
