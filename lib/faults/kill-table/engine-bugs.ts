import type { Bug, Suite } from './bug.ts'

const suite = (project: Suite['project'], file: string, named: string): Suite => ({
  ...{ project, files: [`lib/${file}`], named },
})
const proof = (file: string, named: string): Suite => suite('proofs', file, named)
const fault = (file: string, named: string): Suite => proof(`faults/${file}.faults.servers.test.ts`, named)
const onRedis = (named: string): Suite => proof('engines/redis/redis.conformance.test.ts', named)

const SCRIPTS = 'lib/engines/redis/scripts'

/** In how the stores keep locks, and in what refuses a late write. */
export const ENGINE_BUGS: readonly Bug[] = [
  {
    name: 'a release deletes without comparing',
    file: `${SCRIPTS}/release.lua`,
    find: 'elseif stored and string.sub(stored, 1, TOKEN_LENGTH) == ',
    replace: "elseif stored and not gone[lock] or string.sub(stored or '', 1, TOKEN_LENGTH) == ",
    caughtBy: [fault('holder', 'one Redis.*F41'), onRedis('a late release')],
  },
  {
    name: 'an ask that comes too late is granted',
    file: `${SCRIPTS}/attempt.lua`,
    find: "notAfter ~= '0' and ms > tonumber(notAfter)",
    replace: 'false',
    caughtBy: [fault('link', 'F23')],
  },
  {
    name: 'a voter that lost its memory votes at once',
    file: `${SCRIPTS}/attempt-slowly.lua`,
    find: "    call('SET', quarantine, ms, 'PX', quarantineMs)\n",
    replace: '',
    caughtBy: [fault('quorum', 'F5|F6')],
  },
  {
    name: 'a lock is handed to a waiter that is dead',
    file: `${SCRIPTS}/waiting.lua`,
    find: '  if (tonumber(ends) or 0) <= ms then return nil end\n',
    replace: '',
    caughtBy: [onRedis('who was killed')],
  },
  {
    name: 'one permit too many is given',
    file: `${SCRIPTS}/holders.lua`,
    find: 'hold.count < hold.permits',
    replace: 'hold.count <= hold.permits',
    caughtBy: [fault('crowd', 'one Redis.*F40'), onRedis('so many hold at once')],
  },
  {
    name: 'a renewal does not ask whose the lock is',
    file: `${SCRIPTS}/renew.lua`,
    find: 'stored and string.sub(stored, 1, TOKEN_LENGTH) == ARGV[a] then',
    replace: 'stored then',
    caughtBy: [onRedis('can not be revived')],
  },
  {
    name: 'the second in the queue of etcd holds as well',
    file: 'lib/engines/etcd/entries.ts',
    find: 'own !== null && inFront < permits',
    replace: 'own !== null && inFront <= permits',
    caughtBy: [
      proof('engines/etcd/etcd.conformance.test.ts', 'waiters come in the order'),
      fault('etcd', 'F17'),
    ],
  },
  {
    name: 'a guard lets a lower fence pass',
    file: 'lib/guards/guarded-write.lua',
    find: 'if seen and isLower(fence, seen) then',
    replace: 'if seen and isLower(fence, seen) and false then',
    caughtBy: [suite('servers', 'guards/redis-guard.servers.test.ts', '')],
  },
]
