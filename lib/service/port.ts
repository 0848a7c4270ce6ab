import type { SentFrame, View } from '../fleet/frame.ts'
import { Problem, type ProblemFacts } from '../fleet/problem.ts'
import type { Service } from './service.ts'

/** The part of a MessagePort, a Worker or a parentPort that both halves need. */
export interface Port {
  postMessage(message: unknown): void
  on(event: 'message', listener: (message: unknown) => void): unknown
  off(event: 'message', listener: (message: unknown) => void): unknown
}

type Call = Exclude<keyof Service, 'subscribe'>

/** What may be called over a port, and nothing else. */
const CALLS: Record<Call, true> = {
  overview: true,
  locks: true,
  lock: true,
  timeline: true,
  timelines: true,
  nodes: true,
  waitsFor: true,
  findings: true,
  exportLocks: true,
  exportMore: true,
  exportEnd: true,
  metrics: true,
  readiness: true,
  makePlan: true,
  plan: true,
  applyPlan: true,
  audit: true,
  demo: true,
  demoAct: true,
}

const CALL_NAMES = Object.keys(CALLS) as Call[]

type Request =
  | { service: 'call'; id: number; method: Call; args: unknown[] }
  | { service: 'subscribe'; id: number; view: View }
  /** The frame arrived and was dealt with: the next may come. */
  | { service: 'ready'; id: number }
  | { service: 'unsubscribe'; id: number }

type Reply =
  | { reply: 'value'; id: number; value: unknown }
  | { reply: 'problem'; id: number; problem: ProblemFacts }
  | { reply: 'frame'; id: number; frame: SentFrame }

const isRequest = (message: unknown): message is Request =>
  typeof message === 'object' && message !== null && 'service' in message
const isReply = (message: unknown): message is Reply =>
  typeof message === 'object' && message !== null && 'reply' in message

interface Subscription {
  ended: boolean
  stop: (() => void) | null
  ready: (() => void) | null
}

/**
 * Answers what arrives at a port from a service. An error that is no Problem reaches `onUnexpected` whole, and the other
 * side only as `internal`.
 */
export function serve(
  port: Port,
  service: Service,
  onUnexpected: (error: unknown, method: string) => void,
): () => void {
  const subscriptions = new Map<number, Subscription>()
  const reply = (message: Reply) => port.postMessage(message)

  const answer = async (id: number, method: string, work: () => Promise<unknown>) => {
    try {
      reply({ reply: 'value', id, value: await work() })
    } catch (error) {
      if (!(error instanceof Problem)) onUnexpected(error, method)
      reply({ reply: 'problem', id, problem: problemOf(error) })
    }
  }

  const subscribe = async (id: number, view: View) => {
    const subscription: Subscription = { ended: false, stop: null, ready: null }
    subscriptions.set(id, subscription)
    const stop = await service.subscribe(
      view,
      (frame) =>
        new Promise<void>((ready) => {
          subscription.ready = ready
          reply({ reply: 'frame', id, frame })
        }),
    )
    if (subscription.ended) stop()
    else subscription.stop = stop
  }

  const unsubscribe = (id: number) => {
    const subscription = subscriptions.get(id)
    if (!subscription) return
    subscriptions.delete(id)
    subscription.ended = true
    subscription.stop?.()
    subscription.ready?.()
  }

  const onMessage = (message: unknown) => {
    if (!isRequest(message)) return
    const { id } = message
    switch (message.service) {
      case 'call':
        return void answer(id, message.method, () => call(service, message.method, message.args))
      case 'subscribe':
        return void answer(id, 'subscribe', () => subscribe(id, message.view))
      case 'ready':
        return subscriptions.get(id)?.ready?.()
      case 'unsubscribe':
        return unsubscribe(id)
    }
  }
  port.on('message', onMessage)
  return () => {
    port.off('message', onMessage)
    for (const id of [...subscriptions.keys()]) unsubscribe(id)
  }
}

/** A method that is not in the list is not called, whatever the other side says. */
function call(service: Service, method: Call, args: unknown[]): Promise<unknown> {
  if (!Object.hasOwn(CALLS, method)) throw new Problem('not_found', 'There is no such call.')
  const run: (...args: never[]) => Promise<unknown> = service[method]
  return run.call(service, ...(args as never[]))
}

function problemOf(error: unknown): ProblemFacts {
  if (error instanceof Problem) return error.facts
  return {
    code: 'internal',
    message: 'The console made a mistake of its own.',
    hint: 'What went wrong is in its log.',
  }
}

/** The service as seen from the other side of a port. After `close` every open call is refused. */
export function connect(port: Port): { service: Service; close: () => void } {
  let lastId = 0
  const open = new Map<number, { resolve: (value: unknown) => void; reject: (error: unknown) => void }>()
  const frames = new Map<number, (frame: SentFrame) => unknown>()
  const send = (request: Request) => port.postMessage(request)

  const ask = (request: (id: number) => Request): Promise<unknown> => {
    lastId += 1
    const id = lastId
    return new Promise((resolve, reject) => {
      open.set(id, { resolve, reject })
      send(request(id))
    })
  }

  const onFrame = async (id: number, frame: SentFrame) => {
    const listener = frames.get(id)
    if (!listener) return
    await listener(frame)
    if (frames.has(id)) send({ service: 'ready', id })
  }

  const onMessage = (message: unknown) => {
    if (!isReply(message)) return
    if (message.reply === 'frame') return void onFrame(message.id, message.frame)
    const asked = open.get(message.id)
    open.delete(message.id)
    if (message.reply === 'value') return asked?.resolve(message.value)
    const { code, message: says, hint, details } = message.problem
    asked?.reject(new Problem(code, says, { ...(hint === null ? {} : { hint }), details }))
  }

  const subscribe: Service['subscribe'] = async (view, listener) => {
    let id = 0
    const stop = () => {
      if (frames.delete(id)) send({ service: 'unsubscribe', id })
    }
    const started = ask((next) => {
      id = next
      frames.set(id, listener)
      return { service: 'subscribe', id, view }
    })
    await started.catch((error) => {
      frames.delete(id)
      throw error
    })
    return stop
  }

  port.on('message', onMessage)
  const callOf =
    (method: Call) =>
    (...args: unknown[]) =>
      ask((id) => ({ service: 'call', id, method, args }))
  const calls = Object.fromEntries(CALL_NAMES.map((name) => [name, callOf(name)])) as unknown as Pick<
    Service,
    Call
  >
  return {
    service: {
      ...calls,
      subscribe,
    },
    close() {
      port.off('message', onMessage)
      const ended = new Problem('internal', 'The console is ending.')
      for (const { reject } of open.values()) reject(ended)
      open.clear()
      frames.clear()
    },
  }
}
