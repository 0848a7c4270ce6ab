import { rootCertificates } from 'node:tls'
import { Etcd3, type IOptions } from 'etcd3'
import type { Access, Tls } from '../access.ts'
import { within } from '../deadline.ts'
import { isFinal, troubleOf } from './members-trouble.ts'

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
  /** What its certificates are, for whoever speaks to it in another way. */
  readonly tls?: Tls | undefined
  /** For questions. A failed one makes the client begin a new connection, so streams have a client of their own. */
  readonly client: Etcd3
  readonly streams: Etcd3
  /** Before a stream begins: makes sure that who we are is still known there. Members forget it when they are started again. */
  signIn(): Promise<void>
}

export interface Members {
  readonly all: readonly Member[]
  /**
   * Asks one member after the other until one answers. For reads only: a write must not be sent twice. What goes wrong is told
   * in words.
   */
  ask<T>(question: (client: Etcd3, options: { deadline: number }) => Promise<T>): Promise<T>
  /** The one that answered last. */
  lastAnswering(): Member
  close(): void
}

/** What a URL says of user and password goes first. */
export function openMembers(places: readonly { name: string; url: string }[], access: Access = {}): Members {
  const all = places.map((place) => openMember(place, access))
  let first = 0
  return {
    all,
    async ask(question) {
      const failures: { name: string; error: unknown }[] = []
      for (let turn = 0; turn < all.length; turn++) {
        const index = (first + turn) % all.length
        const member = all[index]
        if (!member) break
        try {
          const answer = await askOne(member.client, question)
          first = index
          return answer
        } catch (error) {
          failures.push({ name: member.name, error })
          if (isFinal(error)) break
        }
      }
      throw troubleOf(failures)
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

function openMember({ name, url }: { name: string; url: string }, access: Access): Member {
  const user = userOf(url, access)
  const streams = open(url, user, access.tls)
  return {
    name,
    url,
    tls: access.tls,
    client: open(url, user, access.tls),
    streams,
    async signIn() {
      if (!user) return
      // A question finds out that its token is no longer good, and gets another one; a stream would only fail.
      const nothing = { key: Buffer.from([0]), count_only: true }
      await askOne(streams, (client, options) => client.kv.range(nothing, options)).catch(() => {})
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

interface User {
  username: string
  password: string
}

function userOf(url: string, access: Access): User | null {
  const { username, password } = new URL(url)
  if (username) return { username: decodeURIComponent(username), password: decodeURIComponent(password) }
  return access.username ? { username: access.username, password: access.password ?? '' } : null
}

function open(url: string, user: User | null, tls?: Tls): Etcd3 {
  const callOptions = () => ({ deadline: Date.now() + READ_WITHIN_MS })
  return new Etcd3({
    hosts: `${new URL(url).protocol}//${hostIn(url)}`,
    faultHandling: { host: () => once, global: once },
    grpcOptions: { ...OPTIONS, ...(tls?.servername && namedAs(tls.servername)) },
    ...(user ? { auth: { ...user, callOptions } } : {}),
    ...(tls ? { credentials: certificates(tls) } : {}),
  })
}

const certificates = ({ ca, cert, key }: Tls) => ({
  rootCertificate: ca ?? Buffer.from(rootCertificates.join('\n')),
  ...(cert && key ? { certChain: cert, privateKey: key } : {}),
})

/** Where the certificate is for another name than the host's. */
const namedAs = (name: string) => ({ 'grpc.ssl_target_name_override': name, 'grpc.default_authority': name })

/** A connection that was cut is there again soon, and one to a host that is gone is noticed. */
const OPTIONS = {
  'grpc.initial_reconnect_backoff_ms': 100,
  'grpc.max_reconnect_backoff_ms': 1_000,
  'grpc.keepalive_time_ms': 10_000,
  'grpc.keepalive_timeout_ms': 3_000,
  // More than any single key: bigger answers are asked for again in parts.
  'grpc.max_receive_message_length': 16 * 1024 * 1024,
}

export function askOne<T>(
  client: Etcd3,
  question: (client: Etcd3, options: { deadline: number }) => Promise<T>,
  withinMs = READ_WITHIN_MS,
): Promise<T> {
  return within(withinMs + 200, question(client, { deadline: Date.now() + withinMs }))
}
