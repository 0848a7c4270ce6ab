import { createLocks, type Hold, LockError, type Locks, type Vote } from '../core/index.ts'
import type { DemoClient } from '../fleet/demo.ts'
import { Problem } from '../fleet/problem.ts'
import type { Fleet, OpenedBackend } from './fleet.ts'
import { roundInWords, voteInWords } from './words.ts'

export const PLAYGROUND_LOCK = 'playground/report.txt'
export const PLAYGROUND_TTL_MS = 10_000
const CLIENTS = ['client-a', 'client-b', 'client-c'] as const

export interface Playground {
  clients(): DemoClient[]
  /** Asks once; what came of it stands in the client. */
  acquire(client: string): Promise<void>
  release(client: string): Promise<void>
  close(): Promise<void>
}

interface Player {
  id: string
  locks: Locks
  backend: OpenedBackend
  hold: Hold | null
  /** While it is given back. */
  isReleasing: boolean
  state: DemoClient['state']
  last: DemoClient['last']
}

/** Three clients with connections of their own, who take one lock by the core library. Nobody renews it for them. */
export function openPlayground(fleet: Fleet, onChange: () => void): Playground {
  const needed = Math.floor(fleet.voters.length / 2) + 1
  const players = CLIENTS.map((id): Player => {
    const backend = fleet.open('payments')
    const locks = createLocks({ backend, owner: { service: id, host: 'playground' }, autoRenew: false })
    return { id, locks, backend, hold: null, isReleasing: false, state: 'idle', last: null }
  })
  const find = (id: string): Player => {
    const player = players.find((one) => one.id === id)
    if (!player) throw new Problem('not_found', `There is no client ${id} in the playground.`)
    return player
  }
  const note = (
    player: Player,
    state: Player['state'],
    verb: 'acquire' | 'release' | 'lost',
    ok: boolean,
    says: string,
    votes: readonly Vote[] = [],
  ) => {
    const at = new Date().toISOString()
    Object.assign(player, { state, last: { at, verb, ok, says, votes: votes.map(voteInWords) } })
    onChange()
  }
  const hold = (player: Player, held: Hold, votes: readonly Vote[]) => {
    player.hold = held
    note(player, 'holding', 'acquire', true, roundInWords(votes, needed, null), votes)
    const lost = () => {
      if (player.hold !== held) return
      player.hold = null
      note(player, 'lost', 'lost', false, lossInWords(held))
    }
    if (held.signal.aborted) lost()
    else held.signal.addEventListener('abort', lost, { once: true })
  }

  return {
    clients: () =>
      players.map(({ id, state, last, hold: held }) => ({
        id,
        state,
        remainingMs: held ? Math.round(held.remainingMs()) : null,
        ttlMs: held ? held.ttlMs : null,
        last,
      })),
    async acquire(id) {
      const player = find(id)
      if (player.isReleasing) throw new Problem('conflict', `${id} is still giving it back.`)
      if (player.hold || player.state === 'asking')
        throw new Problem('conflict', `${id} ${player.hold ? 'has it already' : 'is asking for it already'}.`)
      player.state = 'asking'
      onChange()
      try {
        const tried = await player.locks.tryAcquire(PLAYGROUND_LOCK, { ttlMs: PLAYGROUND_TTL_MS })
        if (tried.granted) return hold(player, tried.hold, await tried.hold.allVotes)
        const votes = await tried.allVotes
        note(player, 'idle', 'acquire', false, roundInWords(votes, needed, tried.holder), votes)
      } catch (error) {
        const votes = error instanceof LockError ? error.votes : []
        const says = votes.length > 0 ? roundInWords(votes, needed, null) : String(error)
        note(player, 'idle', 'acquire', false, says, votes)
      }
    },
    async release(id) {
      const player = find(id)
      const held = player.hold
      if (!held) throw new Problem('conflict', `${id} does not have it.`)
      player.hold = null
      player.isReleasing = true
      await held.release()
      player.isReleasing = false
      note(player, 'idle', 'release', true, 'Given back on every node that answers.')
    },
    async close() {
      await Promise.all(players.map((player) => player.locks.close()))
      await Promise.all(players.map((player) => player.backend.close()))
    },
  }
}

function lossInWords({ signal }: Hold): string {
  const reason = signal.reason instanceof LockError ? signal.reason.message : ''
  return reason.includes('no longer know')
    ? 'Lost: a majority of the nodes no longer knows it.'
    : `Lost: its ${PLAYGROUND_TTL_MS / 1_000} s ran out and nobody renewed it.`
}
