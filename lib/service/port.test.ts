import { MessageChannel, type MessagePort } from 'node:worker_threads'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { SentFrame } from '../fleet/frame.ts'
import { Problem } from '../fleet/problem.ts'
import { connect, serve } from './port.ts'
import type { Service } from './service.ts'

const frame = (version: string): SentFrame => ({ version, json: '{}' })
const nothing = async (): Promise<never> => {
  throw new Problem('unsupported', 'not in this test')
}
const fake = (parts: Partial<Service>): Service =>
  new Proxy(parts as Service, { get: (given, name: keyof Service) => given[name] ?? nothing })

let near: MessagePort
let far: MessagePort
const trouble = vi.fn()

const over = (parts: Partial<Service>) => {
  serve(far, fake(parts), trouble)
  return connect(near)
}

beforeEach(() => {
  const channel = new MessageChannel()
  near = channel.port1
  far = channel.port2
  trouble.mockReset()
})
afterEach(() => near.close())

describe('a service over a port', () => {
  it('answers each call with its own answer', async () => {
    const { service } = over({
      audit: async ({ cursor }) => ({ items: [], nextCursor: cursor, total: 0, now: '' }),
    })
    const ask = (cursor: string) => service.audit({ lock: null, limit: 1, cursor })
    const answers = await Promise.all(['a', 'b', 'c'].map(ask))
    expect(answers.map((each) => each.nextCursor)).toEqual(['a', 'b', 'c'])
  })

  it('passes a problem on with all its facts', async () => {
    const { service } = over({
      plan: async () => {
        throw new Problem('changed', 'It is another one now.', { hint: 'Look again.', details: { was: 1 } })
      },
    })
    const error = await service.plan('x').catch((each: unknown) => each)
    expect(error).toBeInstanceOf(Problem)
    expect(error).toMatchObject({ code: 'changed', hint: 'Look again.', details: { was: 1 } })
    expect(trouble).not.toHaveBeenCalled()
  })

  it('tells nothing of an unexpected error but that there was one', async () => {
    const { service } = over({
      plan: async () => {
        throw new TypeError('redis://:secret@host')
      },
    })
    const error = await service.plan('x').catch((each: unknown) => each)
    expect(error).toMatchObject({ code: 'internal' })
    expect(JSON.stringify(error)).not.toContain('secret')
    expect(trouble).toHaveBeenCalledWith(expect.any(TypeError), 'plan')
  })

  it('calls nothing that is not part of the service', async () => {
    const done = new Promise((resolve) => near.on('message', resolve))
    serve(far, fake({}), trouble)
    near.postMessage({ service: 'call', id: 1, method: 'constructor', args: [] })
    expect(await done).toMatchObject({ reply: 'problem', problem: { code: 'not_found' } })
  })

  it('refuses open calls when it is closed', async () => {
    const { service, close } = over({ nodes: () => new Promise(() => {}) })
    const answer = service.nodes()
    close()
    await expect(answer).rejects.toMatchObject({ code: 'internal' })
  })

  it('brings frames one at a time, each after the last was dealt with', async () => {
    const waiting: (() => void)[] = []
    const arrived: string[] = []
    const sent: string[] = []
    const { service } = over({
      async subscribe(_view, onFrame) {
        void (async () => {
          for (const version of ['1', '2', '3']) {
            sent.push(version)
            await onFrame(frame(version))
          }
        })()
        return () => {}
      },
    })
    await service.subscribe({}, ({ version }) => {
      arrived.push(version)
      return new Promise<void>((resolve) => waiting.push(resolve))
    })
    await vi.waitFor(() => expect(arrived).toEqual(['1']))
    expect(sent).toEqual(['1'])
    waiting.shift()?.()
    await vi.waitFor(() => expect(arrived).toEqual(['1', '2']))
    expect(sent).toEqual(['1', '2'])
  })

  it('ends a subscription on the far side, and brings nothing after that', async () => {
    const stopped = vi.fn()
    const arrived: string[] = []
    const far: { push?: (frame: SentFrame) => unknown } = {}
    const { service } = over({
      async subscribe(_view, onFrame) {
        far.push = onFrame
        return stopped
      },
    })
    const stop = await service.subscribe({}, ({ version }) => void arrived.push(version))
    far.push?.(frame('1'))
    await vi.waitFor(() => expect(arrived).toEqual(['1']))
    stop()
    far.push?.(frame('2'))
    await vi.waitFor(() => expect(stopped).toHaveBeenCalledOnce())
    expect(arrived).toEqual(['1'])
  })

  it('refuses a subscription that the service refuses', async () => {
    const { service } = over({})
    await expect(service.subscribe({}, () => {})).rejects.toMatchObject({ code: 'unsupported' })
  })
})
