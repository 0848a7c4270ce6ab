import { connect } from 'node:net'
import { createInterface } from 'node:readline'
import type { ResourceAnswer, ResourceAsk } from './resource.ts'

/** What a write needs to know of the hold that it is made under. */
export interface Credentials {
  key: string
  hold: string
  fence: string | null
}

export interface ResourceClient {
  /** Reads the whole set, adds a value of its own, writes the whole set. False when the guard refused. */
  add(as: Credentials, value: string, guarded: boolean): Promise<boolean>
  close(): void
}

export function openResource(port: number): ResourceClient {
  const socket = connect(port, '127.0.0.1').on('error', () => {})
  const waiting = new Map<number, (answer: ResourceAnswer) => void>()
  let asked = 0
  createInterface({ input: socket }).on('line', (line) => {
    const answer: ResourceAnswer = JSON.parse(line)
    waiting.get(answer.id)?.(answer)
    waiting.delete(answer.id)
  })
  const ask = (request: Omit<ResourceAsk, 'id'>): Promise<ResourceAnswer> =>
    new Promise((resolve) => {
      asked += 1
      waiting.set(asked, resolve)
      socket.write(`${JSON.stringify({ id: asked, ...request })}\n`)
    })
  return {
    async add({ key, hold, fence }, value, guarded) {
      const as = { key, hold, fence, guarded }
      const { values } = await ask({ act: 'read', ...as })
      if (!values) return false
      const written = await ask({ act: 'write', ...as, values: [...values, value], adds: value })
      return written.values !== null
    },
    close: () => void socket.destroy(),
  }
}
