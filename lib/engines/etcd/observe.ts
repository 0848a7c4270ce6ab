import type { Observer } from '../roles.ts'
import { locksOf } from './observe-changes.ts'
import { type EtcdVoter, Reading } from './observe-reading.ts'
import { rereadLocks } from './observe-reread.ts'
import { sweepLocks } from './observe-sweep.ts'
import { watchRanges } from './watch-ranges.ts'

/** The whole cluster as one voter. A queue is identified by its prefix, which ends with a slash; every other lock by its key. */
export function observeEtcd(voter: EtcdVoter): Observer {
  const reading = new Reading(voter)
  return {
    voter: voter.voter,
    sweep: (signal) => sweepLocks(reading, signal),
    reread: (keys) => rereadLocks(reading, keys),
    watch: (onChange, onLost) =>
      watchRanges(
        reading.members,
        reading.watched,
        (changes) => {
          const ids = new Set(changes.flatMap((change) => locksOf(reading, change)))
          if (ids.size > 0) onChange([...ids])
        },
        onLost,
      ),
    commands: () => reading.members.sent(),
    lacks: () => (reading.leases.isRefused ? ['what leases have left'] : []),
  }
}
