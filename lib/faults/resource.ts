import { createServer } from 'node:net'
import { createInterface } from 'node:readline'
import { listening } from '../rig/listening.ts'
import { recordTo } from './history.ts'

/** What a holder asks of the resource that the lock protects. */
export interface ResourceAsk {
  id: number
  act: 'read' | 'write'
  key: string
  hold: string
  fence: string | null
  /** Each key has two registers: one compares fences, one takes whatever comes. */
  guarded: boolean
  /** Of a write: everything, and the one that is new. */
  values?: string[]
  adds?: string
}

export interface ResourceAnswer {
  id: number
  /** Null when the guard refused. */
  values: string[] | null
}

/** The resource of a test: registers behind a port of their own, which write down what they take. */
export interface Resource {
  readonly port: number
  /** What the registers of one kind hold now. */
  contents(guarded: boolean): Map<string, readonly string[]>
  close(): Promise<void>
}

interface Register {
  values: string[]
  /** The largest fence that was shown to it. A read counts, since whoever reads is going to write. */
  seen: bigint
}

export async function startResource(historyFile: string): Promise<Resource> {
  const record = recordTo(historyFile, 'resource')
  const registers = { guarded: new Map<string, Register>(), open: new Map<string, Register>() }

  const answer = ({
    id,
    act,
    key,
    hold,
    fence,
    guarded,
    values = [],
    adds = '',
  }: ResourceAsk): ResourceAnswer => {
    const kind = guarded ? registers.guarded : registers.open
    const register = kind.get(key) ?? { values: [], seen: 0n }
    kind.set(key, register)
    if (guarded && (fence === null || BigInt(fence) < register.seen)) return { id, values: null }
    if (guarded) register.seen = BigInt(fence ?? 0)
    if (act === 'write') {
      register.values = values
      record({ op: 'accept', stage: 'ok', key, hold, fence, guarded, value: adds })
    }
    return { id, values: register.values }
  }
  const server = createServer((socket) => {
    socket.on('error', () => {})
    const lines = createInterface({ input: socket })
    lines.on('error', () => {})
    lines.on('line', (line) => socket.write(`${JSON.stringify(answer(JSON.parse(line)))}\n`))
  })
  return {
    port: await listening(server),
    contents: (guarded) =>
      new Map([...(guarded ? registers.guarded : registers.open)].map(([key, { values }]) => [key, values])),
    close: () => new Promise((resolve) => server.close(() => resolve())),
  }
}
