import { within } from '../deadline.ts'
import { CallFailed } from './failure.ts'
import { type Member, type Members, openMembers } from './members.ts'

type Client = Member['client']
type Options = { deadline: number }
export type Call<T> = (client: Client, options: Options) => Promise<T>

/** The members of one cluster, called with care. */
export interface Cluster {
  readonly members: Members
  /** Sends once. Goes on to the next member only when it was certainly not sent. */
  write<T>(call: Call<T>, withinMs: number): Promise<T>
  /** For what may be asked twice without harm: asks the next member too when one is silent. */
  ask<T>(call: Call<T>, withinMs: number): Promise<T>
  close(): void
}

export function openCluster(endpoints: readonly string[]): Cluster {
  const members = openMembers(endpoints.map((url) => ({ name: url, url })))
  let first = 0
  const call = async <T>(send: Call<T>, withinMs: number, again: boolean): Promise<T> => {
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
        if (failure.final) throw failure
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
