import type { EngineNode, Observer, OpenBackend } from '../engines/roles.ts'
import type { BackendSpec } from '../engines/spec.ts'

type Named = string | { name: string; url: string }

/** A backend that could not be opened, so that the others are watched: it never answers, and says why. */
export function unopened(spec: BackendSpec, says: string): OpenBackend {
  const fail = (): never => {
    throw new Error(says)
  }
  const nodes = namedIn(spec).map((named, index) => nodeOf(named, index, spec.kind))
  const observer: Observer = {
    voter: nodes[0]?.name ?? spec.id,
    // biome-ignore lint/correctness/useYield: it fails before it has anything
    async *sweep() {
      fail()
    },
    reread: async () => fail(),
    watch: async () => fail(),
  }
  return {
    id: spec.id,
    nodes,
    voters: [observer.voter],
    database: null,
    observers: [observer],
    probes: nodes.map(({ name }) => ({ node: name, facts: async () => fail() })),
    operators: [],
    async close() {},
  }
}

function namedIn(spec: BackendSpec): readonly Named[] {
  if (spec.kind === 'redlock') return spec.nodes
  if (spec.kind === 'etcd') return spec.endpoints
  if (spec.kind === 'memory') return [spec.url]
  return spec.url === undefined ? (spec.cluster ?? spec.sentinel?.nodes ?? []) : [spec.url, ...spec.replicas]
}

function nodeOf(named: Named, index: number, kind: BackendSpec['kind']): EngineNode {
  const { name, url } = typeof named === 'string' ? { name: `n${index + 1}`, url: named } : named
  return {
    name,
    engine: kind === 'redlock' ? 'redis' : kind,
    // Without credentials.
    address: URL.canParse(url) ? new URL(url).host : '',
    votes: index === 0,
  }
}
