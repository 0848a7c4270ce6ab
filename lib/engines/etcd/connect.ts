import { within } from '../deadline.ts'
import { type Member, type Members, openMembers } from './members.ts'

type Client = Member['client']
type Options = { deadline: number }

/** What went wrong with a call, and whether it may have been carried out all the same. */
export class CallFailed extends Error {
  override readonly name = 'CallFailed'
  readonly maybeDone: boolean
  /** The cluster's own answer: another member would say the same. */
  readonly leaseGone: boolean
  constructor(cause: unknown) {
    const message = cause instanceof Error ? cause.message : String(cause)
    super(message, { cause })
    this.leaseGone = /requested lease not found/.test(message)
    this.maybeDone = !this.leaseGone && !NEVER_SENT.test(message)
  }
}

/** Nobody was connected. */
const NEVER_SENT = /No connection established|ECONNREFUSED|before call started/

/** The members of one cluster, called with care. */
export interface Cluster {
  readonly members: Members
  /** Sends once. Goes on to the next member only when it was certainly not sent. */
  write<T>(call: (client: Client, options: Options) => Promise<T>, withinMs: number): Promise<T>
  /** For what may be asked twice without harm: goes on to the next member after half of the time. */
  ask<T>(call: (client: Client, options: Options) => Promise<T>, withinMs: number): Promise<T>
  close(): void
}

export function openCluster(endpoints: readonly string[]): Cluster {
  const members = openMembers(endpoints.map((url) => ({ name: url, url })))
  let first = 0
  const call = async <T>(
    send: (client: Client, options: Options) => Promise<T>,
    withinMs: number,
    again: boolean,
  ): Promise<T> => {
    const deadline = performance.now() + withinMs
    let failure = new CallFailed('no member')
    for (let turn = 0; turn < members.all.length; turn++) {
      const left = deadline - performance.now()
      const member = members.all[first % members.all.length]
      if (!member || left <= 0) break
      const mayGoOn = again && turn < members.all.length - 1
      const ms = Math.max(1, Math.round(mayGoOn ? left / 2 : left))
      try {
        return await within(ms + 50, send(member.client, { deadline: Date.now() + ms }))
      } catch (error) {
        failure = new CallFailed(error)
        if (failure.leaseGone) throw failure
        first += 1
        if (!again && failure.maybeDone) throw failure
      }
    }
    throw failure
  }
  return {
    members,
    write: (send, withinMs) => call(send, withinMs, false),
    ask: (send, withinMs) => call(send, withinMs, true),
    close: () => members.close(),
  }
}
