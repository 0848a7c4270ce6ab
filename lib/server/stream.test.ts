import { afterEach, expect, it, vi } from 'vitest'
import type { SentFrame, View } from '../fleet/frame.ts'
import { Problem } from '../fleet/problem.ts'
import type { Service } from '../service/service.ts'
import type { Runtime } from './runtime.ts'
import { eventStream, MOST_STREAMS, MOST_STREAMS_EACH } from './stream.ts'

vi.mock('server-only', () => ({}))

const opened: Set<() => void>[] = []
afterEach(() => {
  for (const closing of opened.splice(0)) for (const end of closing) end()
})

const frame = (version: string): SentFrame => ({ version, json: `{"version":"${version}"}` })

const open = async (signal?: AbortSignal, method = 'GET', headers: Record<string, string> = {}) => {
  const stopped = vi.fn()
  let push: (frame: SentFrame) => void | Promise<void> = () => {}
  let asked: View = {}
  const closing = new Set<() => void>()
  opened.push(closing)
  const runtime = {
    service: {
      subscribe: async (view: View, listener: typeof push) => {
        asked = view
        push = listener
        return stopped
      },
    } as unknown as Service,
    onClosing: (listener: () => void) => {
      closing.add(listener)
      return () => closing.delete(listener)
    },
  } as unknown as Runtime
  const request = new Request('http://127.0.0.1/', { method, headers, ...(signal ? { signal } : {}) })
  const response = await eventStream(request, { q: '' }, runtime)
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
  const next = async () => (await reader?.read()) ?? { done: true, value: undefined }
  return {
    response,
    next,
    push: (each: SentFrame) => push(each),
    asked: () => asked,
    stopped,
    closing,
    cancel: () => reader?.cancel(),
  }
}

it('sends frames as events that nobody on the way may hold back', async () => {
  const { response, next, push } = await open()
  expect(response.headers.get('content-type')).toContain('text/event-stream')
  expect(response.headers.get('cache-control')).toBe('no-cache, no-transform')
  expect(response.headers.get('x-accel-buffering')).toBe('no')
  expect((await next()).value).toBe('retry: 1000\n\n')
  void push(frame('7'))
  expect((await next()).value).toBe('id: 7\ndata: {"version":"7"}\n\n')
})

it('is not done with a frame before the reader has taken it', async () => {
  const { next, push } = await open()
  const done = vi.fn()
  const pushes = Promise.resolve(push(frame('1'))).then(done)
  await new Promise((resolve) => setTimeout(resolve, 20))
  expect(done).not.toHaveBeenCalled()
  await next()
  await next()
  await pushes
  expect(done).toHaveBeenCalledOnce()
})

it('ends the subscription when the reader goes, however it goes', async () => {
  const left = await open()
  await left.cancel()
  await vi.waitFor(() => expect(left.stopped).toHaveBeenCalledOnce())
  expect(left.closing.size).toBe(0)

  const abort = new AbortController()
  const cut = await open(abort.signal)
  abort.abort()
  await vi.waitFor(() => expect(cut.stopped).toHaveBeenCalledOnce())
  await cut.push(frame('1'))
})

it('begins nothing for whoever only asks for the head', async () => {
  const { response, stopped, closing } = await open(undefined, 'HEAD')
  expect(response.status).toBe(200)
  expect(response.body).toBeNull()
  expect(closing.size).toBe(0)
  expect(stopped).not.toHaveBeenCalled()
})

it('has room for so many and no more, until one goes', async () => {
  const streams: Awaited<ReturnType<typeof open>>[] = []
  for (let n = 0; n < MOST_STREAMS; n += 1) streams.push(await open())
  await expect(open()).rejects.toMatchObject({ code: 'busy' })
  await streams[0]?.cancel()
  await vi.waitFor(() => expect(streams[0]?.stopped).toHaveBeenCalled())
  streams.push(await open())
  await expect(open()).rejects.toMatchObject({ code: 'busy' })
})

it('keeps no place for a view that is refused', async () => {
  const refused = new Problem('invalid', 'no such filter')
  const runtime = { service: { subscribe: () => Promise.reject(refused) } } as unknown as Runtime
  for (let n = 0; n < MOST_STREAMS; n += 1)
    await expect(eventStream(new Request('http://127.0.0.1/'), { q: '' }, runtime)).rejects.toBe(refused)
  expect((await open()).response.status).toBe(200)
})

it('gives up a reader that takes nothing for a minute', async () => {
  vi.useFakeTimers()
  const { next, push, stopped } = await open()
  void push(frame('1'))
  await vi.advanceTimersByTimeAsync(59_000)
  await next()
  await next()
  await vi.advanceTimersByTimeAsync(59_000)
  expect(stopped).not.toHaveBeenCalled()
  void push(frame('2'))
  void push(frame('3'))
  await vi.advanceTimersByTimeAsync(61_000)
  vi.useRealTimers()
  await vi.waitFor(() => expect(stopped).toHaveBeenCalledOnce())
})

it('goes on where the reader was cut off', async () => {
  const { asked } = await open(undefined, 'GET', { 'last-event-id': 'run.7' })
  expect(asked()).toEqual({ q: '', since: 'run.7' })
})

it('leaves room for others beside one address elsewhere', async () => {
  const from = (address: string) => open(undefined, 'GET', { 'x-forwarded-for': address })
  for (let n = 0; n < MOST_STREAMS_EACH; n += 1) await from('10.0.0.1, 10.9.9.9')
  await expect(from('10.0.0.1')).rejects.toMatchObject({ code: 'busy' })
  for (let n = 0; n <= MOST_STREAMS_EACH; n += 1) await from('::ffff:127.0.0.1')
  expect((await from('10.0.0.2')).response.status).toBe(200)
})

it('says that it ends when the console does', async () => {
  const { next, closing, stopped } = await open()
  for (const end of closing) end()
  await next()
  expect((await next()).value).toBe('event: end\ndata: {"reason":"closing"}\n\n')
  expect((await next()).done).toBe(true)
  await vi.waitFor(() => expect(stopped).toHaveBeenCalledOnce())
})

it('refuses before it begins when the view is refused', async () => {
  const refused = new Problem('invalid', 'no such filter')
  const runtime = { service: { subscribe: () => Promise.reject(refused) } } as unknown as Runtime
  await expect(eventStream(new Request('http://127.0.0.1/'), { q: '' }, runtime)).rejects.toBe(refused)
})
