import type { Contender, Open, Place } from './contender.ts'

/** Somebody who is measured. Peers are loaded only where they take part. */
interface Candidate {
  label: string
  /** What it sends by itself. A command of that name inside of its scripts is never one of these. */
  commands: readonly string[]
  load(): Promise<{ open: Open }>
}

const SCRIPTS = ['eval', 'evalsha']

const CANDIDATES = {
  ours: { label: 'Lockkeeper', commands: SCRIPTS, load: () => import('./ours.ts') },
  'raw-redis': { label: 'ioredis', commands: [...SCRIPTS, 'set'], load: () => import('./raw/redis.ts') },
  'raw-quorum': { label: 'ioredis', commands: [...SCRIPTS, 'set'], load: () => import('./raw/quorum.ts') },
  'raw-etcd': { label: 'put + delete', commands: [], load: () => import('./raw/etcd.ts') },
  'redlock-4': { label: 'redlock 4', commands: SCRIPTS, load: () => import('./peers/redlock-4.ts') },
  'redlock-5': { label: 'redlock 5', commands: SCRIPTS, load: () => import('./peers/redlock-5.ts') },
  sesamecare: { label: 'sesamecare', commands: SCRIPTS, load: () => import('./peers/sesamecare.ts') },
  'redlock-universal': {
    label: 'redlock-universal',
    commands: [...SCRIPTS, 'set'],
    load: () => import('./peers/redlock-universal.ts'),
  },
  'redis-semaphore': {
    label: 'redis-semaphore',
    commands: [...SCRIPTS, 'set'],
    load: () => import('./peers/redis-semaphore.ts'),
  },
  warlock: { label: 'warlock', commands: [...SCRIPTS, 'set'], load: () => import('./peers/warlock.ts') },
  etcd3: { label: "etcd3's Lock", commands: [], load: () => import('./peers/etcd3-lock.ts') },
  etcdctl: { label: 'etcdctl lock', commands: [], load: () => import('./peers/etcdctl-lock.ts') },
} satisfies Record<string, Candidate>

type Name = keyof typeof CANDIDATES
/** As it comes, or with a pause in milliseconds between asking and asking again. */
export type CandidateId = Name | `${Name}@${number}`
export const CANDIDATE_NAMES = Object.keys(CANDIDATES) as Name[]

export const OURS = 'ours' satisfies CandidateId
export const QUORUM_PEERS: readonly Name[] = [
  'redlock-4',
  'redlock-5',
  'sesamecare',
  'redlock-universal',
  'redis-semaphore',
]
export const REDIS_PEERS: readonly Name[] = [...QUORUM_PEERS, 'warlock']

export const asking = (names: readonly Name[], pauseMs: number): CandidateId[] =>
  names.map((name): CandidateId => `${name}@${pauseMs}`)

export const nameOf = (id: CandidateId): Name => partsOf(id).name

export function labelOf(id: CandidateId): string {
  const { name, pauseMs } = partsOf(id)
  return pauseMs === null ? CANDIDATES[name].label : `${CANDIDATES[name].label}, every ${pauseMs} ms`
}

export const commandsOf = (id: CandidateId): readonly string[] => CANDIDATES[nameOf(id)].commands
export const isRaw = (id: CandidateId): boolean => id.startsWith('raw-')

export async function openCandidate(id: CandidateId, place: Place): Promise<Contender> {
  const { name, pauseMs } = partsOf(id)
  const { open } = await CANDIDATES[name].load()
  return await open(place, pauseMs)
}

function partsOf(id: CandidateId): { name: Name; pauseMs: number | null } {
  const [name, pause] = id.split('@')
  return { name: name as Name, pauseMs: pause === undefined ? null : Number(pause) }
}

/** Everybody in one process, ready to take turns. */
export type Opened = Map<CandidateId, Contender>

export async function openAll(ids: readonly CandidateId[], place: Place): Promise<Opened> {
  const opened: Opened = new Map()
  for (const id of ids) opened.set(id, await openCandidate(id, place))
  return opened
}

export async function closeAll(opened: Opened): Promise<void> {
  await Promise.all([...opened.values()].map((contender) => contender.close()))
}
