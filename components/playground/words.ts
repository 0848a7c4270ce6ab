import type { DemoClient, DemoNode, DemoState } from '@/lib/fleet/demo.ts'
import type { Said } from '../states/looks.ts'
import { counted, spoken } from '../ui/format.ts'

export const majorityOf = (nodes: number): number => Math.floor(nodes / 2) + 1

/** Labels are `service@host`. */
export const isHeldBy = (node: DemoNode, client: string): boolean =>
  node.holder === client || node.holder?.startsWith(`${client}@`) === true

/** The nodes that now say that this client holds the lock. */
export const votesOf = (state: Pick<DemoState, 'nodes'>, client: string): DemoNode[] =>
  state.nodes.filter((node) => node.running && isHeldBy(node, client))

export const runningNodes = (state: Pick<DemoState, 'nodes'>): DemoNode[] =>
  state.nodes.filter((node) => node.running)

/** Nodes whose word counts now: one that was restarted empty must sit out first. */
export const votingNodes = (state: Pick<DemoState, 'nodes'>): DemoNode[] =>
  runningNodes(state).filter((node) => node.quarantinedMs === null)

/** Who has a majority, by the nodes' own word. */
export const holderOf = (state: DemoState): DemoClient | null =>
  state.clients.find((client) => votesOf(state, client.id).length >= majorityOf(state.nodes.length)) ?? null

/** The lock's state in words, by what the nodes say. */
export function lockSaid(state: DemoState): Said {
  const need = majorityOf(state.nodes.length)
  const holder = holderOf(state)
  if (holder !== null) return { look: 'held', word: `held by ${holder.id}` }
  if (runningNodes(state).length < need) {
    return {
      look: 'unknown',
      word: `unknown: only ${runningNodes(state).length} of ${state.nodes.length} nodes answer`,
    }
  }
  const most = Math.max(0, ...state.clients.map((client) => votesOf(state, client.id).length))
  if (most > 0) return { look: 'partial', word: `${most} of ${state.nodes.length} votes, no majority` }
  if (votingNodes(state).length < need)
    return { look: 'quarantined', word: 'too many nodes sit out to grant it' }
  return { look: 'free', word: 'free' }
}

export const CLIENT_SAID: Record<DemoClient['state'], Said> = {
  idle: { look: 'free', word: 'idle' },
  asking: { look: 'waiting', word: 'asking' },
  waiting: { look: 'waiting', word: 'waiting' },
  holding: { look: 'held', word: 'holds it' },
  lost: { look: 'gone', word: 'lost it' },
}

/** What the client believes, and what is true by the nodes. */
export const believes = (client: DemoClient): string => {
  switch (client.state) {
    case 'holding':
      return 'it holds the lock'
    case 'lost':
      return 'it lost the lock, and stopped'
    case 'waiting':
      return 'somebody else holds it, so it waits'
    case 'asking':
      return 'nothing yet: it is asking'
    case 'idle':
      return 'it holds nothing'
  }
}

export function truth(state: DemoState, client: DemoClient): string {
  const votes = votesOf(state, client.id).length
  const away = state.nodes.length - runningNodes(state).length
  const seen = `${votes} of ${state.nodes.length} votes`
  return away > 0 ? `${seen}, ${away} silent` : seen
}

const names = (nodes: readonly DemoNode[]): string => spoken(nodes.map((node) => node.id))

/** The last thing any client did. */
export function lastAct(state: DemoState): DemoClient | null {
  const acted = state.clients.filter((client) => client.last !== null)
  return acted.sort((a, b) => (a.last?.at ?? '').localeCompare(b.last?.at ?? '')).at(-1) ?? null
}

export interface Told {
  /** What just happened, or what there is to do. */
  says: string
  because: string
}

/** The story of the stage, in one or two plain sentences. */
export function narrate(state: DemoState, now: number): Told {
  const of = state.nodes.length
  const need = majorityOf(of)
  const down = state.nodes.filter((node) => !node.running)
  const asking = state.clients.find((client) => client.state === 'asking')
  if (asking)
    return {
      says: `${asking.id} asks all ${of} nodes at once.`,
      because: `It needs a yes from ${need} of them.`,
    }
  const holder = holderOf(state)
  if (holder !== null) return held(state, holder, down)
  if (down.length > of - need) {
    return {
      says: `${counted(down.length, 'node')} of ${of} are dead: nobody can get the lock now.`,
      because: `${of - down.length} answering nodes can’t make a majority of ${need}. No answer is not a no, so nobody dares to guess. Restart ${down.length - (of - need) === 1 ? 'one' : 'some'} of ${names(down)}.`,
    }
  }
  if (state.nodes.every((node) => node.holder === null) && lastAct(state) === null) {
    return {
      says: 'Nobody holds the lock. Let a client acquire it.',
      because: `It asks all ${of} nodes; with a yes from ${need} it has a majority, and nobody else can get one.`,
    }
  }
  return free(state, down, now)
}

function held(state: DemoState, holder: DemoClient, down: readonly DemoNode[]): Told {
  const of = state.nodes.length
  const need = majorityOf(of)
  const votes = votesOf(state, holder.id).length
  const spare = votes - need
  const lose =
    spare === 0 ? `One more loss and it has none.` : `It could lose ${spare} of them and still hold it.`
  const others =
    votes === of
      ? `${need} would be enough, and nobody else can get as many.`
      : `${need} are a majority, and the ${of - votes} left over can’t make a second one.`
  const dead =
    down.length === 0
      ? ''
      : `${names(down)} ${down.length === 1 ? 'is' : 'are'} dead, and it holds all the same. `
  return {
    says: `${holder.id} holds the lock: ${votes} of ${of} nodes say so.`,
    because: `${others} ${dead}${lose}`,
  }
}

/** So long after it a failed attempt is still the news. */
const NEWS_MS = 20_000

function free(state: DemoState, down: readonly DemoNode[], now: number): Told {
  const of = state.nodes.length
  const need = majorityOf(of)
  const quarantined = state.nodes.filter((node) => node.quarantinedMs !== null)
  const last = lastAct(state)
  const isNews = last?.last?.ok === false && now - Date.parse(last.last.at) < NEWS_MS
  const says = isNews ? `${last.id}: ${last.last?.says}` : 'The lock is free.'
  if (quarantined.length > 0) {
    return {
      says,
      because:
        quarantined.length === 1
          ? `${names(quarantined)} came back empty and must sit out until every lock that it may have forgotten has ended. Its word does not count before that.`
          : `${names(quarantined)} came back empty and must sit out until every lock that they may have forgotten has ended. Their word does not count before that.`,
    }
  }
  return {
    says,
    because:
      down.length > 0
        ? `${names(down)} ${down.length === 1 ? 'is' : 'are'} dead. ${of - down.length} of ${of} still answer, and ${need} are enough.`
        : `All ${of} nodes answer, and ${need} are enough.`,
  }
}
