import { Etcd3, type IOptions } from 'etcd3'
import { within } from '../deadline.ts'

/** A member that takes longer gives no answer. */
const READ_WITHIN_MS = 1_500

type Policy = NonNullable<NonNullable<IOptions['faultHandling']>['global']>

const nothing = () => ({ dispose: () => {} })

const { signal } = new AbortController()

/** Calls once: what to do about a failure is decided here, where it is known what was asked. */
const once: Policy = {
  _altReturn: undefined as never,
  onSuccess: nothing,
  onFailure: nothing,
  execute: async (call) => call({ signal }),
}

export interface Member {
  readonly name: string
  readonly url: string
  /** For questions. A failed one makes the client begin a new connection, so streams have a client of their own. */
  readonly client: Etcd3
  readonly streams: Etcd3
}

export interface Members {
  readonly all: readonly Member[]
  /** Asks one member after the other until one answers. For reads only: a write must not be sent twice. */
  ask<T>(question: (client: Etcd3, options: { deadline: number }) => Promise<T>): Promise<T>
  /** The one that answered last. */
  lastAnswering(): Member
  close(): void
}

export function openMembers(places: readonly { name: string; url: string }[]): Members {
  const all = places.map(({ name, url }) => ({ name, url, client: open(url), streams: open(url) }))
  let first = 0
  return {
    all,
    async ask(question) {
      let failure: unknown
      for (let turn = 0; turn < all.length; turn++) {
        const index = (first + turn) % all.length
        const member = all[index]
        if (!member) break
        try {
          const answer = await askOne(member.client, question)
          first = index
          return answer
        } catch (error) {
          failure = error
        }
      }
      throw failure
    },
    lastAnswering() {
      const member = all[first]
      if (!member) throw new Error('a cluster needs at least one member')
      return member
    },
    close() {
      for (const { client, streams } of all) {
        client.close()
        streams.close()
      }
    },
  }
}

const DEFAULT_PORT = 2379

/** Host and port of an endpoint, without credentials: what may be shown. */
export function hostIn(url: string): string {
  const { hostname, port } = new URL(url)
  const isExplicit = /:\d+\/?$/.test(url)
  return `${hostname}:${port || (isExplicit ? (url.startsWith('https:') ? 443 : 80) : DEFAULT_PORT)}`
}

function open(url: string): Etcd3 {
  const { protocol, username, password } = new URL(url)
  const callOptions = () => ({ deadline: Date.now() + READ_WITHIN_MS })
  const auth = username
    ? { username: decodeURIComponent(username), password: decodeURIComponent(password), callOptions }
    : undefined
  return new Etcd3({
    hosts: `${protocol}//${hostIn(url)}`,
    faultHandling: { host: () => once, global: once },
    grpcOptions: RECONNECTING,
    ...(auth ? { auth } : {}),
  })
}

/** A connection that was cut is there again soon, and one to a host that is gone is noticed. */
const RECONNECTING = {
  'grpc.initial_reconnect_backoff_ms': 100,
  'grpc.max_reconnect_backoff_ms': 1_000,
  'grpc.keepalive_time_ms': 10_000,
  'grpc.keepalive_timeout_ms': 3_000,
}

export function askOne<T>(
  client: Etcd3,
  question: (client: Etcd3, options: { deadline: number }) => Promise<T>,
  withinMs = READ_WITHIN_MS,
): Promise<T> {
  return within(withinMs + 200, question(client, { deadline: Date.now() + withinMs }))
}
