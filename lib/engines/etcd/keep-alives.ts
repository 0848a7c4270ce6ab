import { within } from '../deadline.ts'
import { CallFailed } from './failure.ts'
import type { Member } from './members.ts'

/** A lease has another full TTL, counted from before it was asked. */
export interface Kept {
  ttlMs: number
  /** The raft term in which it was asked. An answer of a later term may come from behind another leader's back. */
  term: number
}

type Stream = Awaited<ReturnType<Member['streams']['leaseClient']['leaseKeepAlive']>>

/** Questions and answers about one lease, in turn, over one stream to one member. */
interface Talk {
  ask(): Promise<Kept>
  end(): void
}

/** Keeps streams open: a new one for each question costs more than the question. */
export interface KeepAlives {
  ask(member: Member, lease: string, withinMs: number): Promise<Kept>
  forget(lease: string): void
  close(): void
}

export function createKeepAlives(): KeepAlives {
  const talks = new Map<string, Map<Member, Promise<Talk>>>()

  const talkTo = (member: Member, lease: string): Promise<Talk> => {
    const ofLease = talks.get(lease) ?? new Map<Member, Promise<Talk>>()
    talks.set(lease, ofLease)
    const known = ofLease.get(member)
    if (known) return known
    const drop = () => {
      if (ofLease.get(member) === begun) ofLease.delete(member)
    }
    const begun: Promise<Talk> = member.streams.leaseClient
      .leaseKeepAlive()
      .then((stream) => talkOver(stream, lease, drop))
    begun.catch(drop)
    ofLease.set(member, begun)
    return begun
  }
  const forget = (lease: string) => {
    for (const talk of talks.get(lease)?.values() ?? []) talk.then((open) => open.end()).catch(() => {})
    talks.delete(lease)
  }
  return {
    ask: (member, lease, withinMs) =>
      within(
        withinMs,
        talkTo(member, lease).then((talk) => talk.ask()),
      ),
    forget,
    close() {
      for (const lease of [...talks.keys()]) forget(lease)
    },
  }
}

function talkOver(stream: Stream, ID: string, onOver: () => void): Talk {
  const asked: { hear(kept: Kept): void; fail(error: unknown): void }[] = []
  const over = (error: unknown) => {
    onOver()
    for (const { fail } of asked.splice(0)) fail(error)
  }
  stream.on('data', ({ TTL, header }) =>
    asked.shift()?.hear({ ttlMs: Number(TTL) * 1_000, term: Number(header.raft_term) }),
  )
  stream.on('error', over)
  stream.on('end', () => over(new CallFailed('the stream ended')))
  return {
    ask: () =>
      new Promise((hear, fail) => {
        asked.push({ hear, fail })
        stream.write({ ID })
      }),
    end: () => stream.end(),
  }
}
