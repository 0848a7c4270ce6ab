import type { Observer } from '../roles.ts'
import { locksOf } from './observe-changes.ts'
import { type EtcdVoter, Reading } from './observe-reading.ts'
import { rereadLocks } from './observe-reread.ts'
import { sweepLocks } from './observe-sweep.ts'
import { type Changed, watchRanges } from './watch-ranges.ts'

/** The whole cluster as one voter. A queue is identified by its prefix, which ends with a slash; every other lock by its key. */
export function observeEtcd(voter: EtcdVoter): Observer {
  const reading = new Reading(voter)
  return {
    voter: voter.voter,
    sweep: (signal) => sweepLocks(reading, signal),
    reread: (keys) => rereadLocks(reading, keys),
    watch: (onChange, onLost) => watchLocks(reading, onChange, onLost),
    commands: () => reading.members.sent(),
    lacks: () => [...reading.rights.lacks(), ...(reading.leases.isRefused ? ['what leases have left'] : [])],
  }
}

async function watchLocks(
  reading: Reading,
  ...[onChange, onLost]: Parameters<Observer['watch']>
): Promise<() => Promise<void>> {
  const { members, rights } = reading
  const onChanges = (changes: readonly Changed[]) => {
    const ids = new Set(changes.flatMap((change) => locksOf(reading, change)))
    if (ids.size > 0) onChange([...ids])
  }
  const stop = await watchRanges(members, rights.allowed(), onChanges, onLost)
  rights.onMore = () => {
    rights.onMore = null
    void stop()
    onLost('more may be read than before')
  }
  return () => {
    rights.onMore = null
    return stop()
  }
}
