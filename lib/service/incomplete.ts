import type { LocksPage } from '../fleet/lock.ts'
import type { FleetBackend } from '../fleet/node.ts'

/** Silent nodes whose word is missing from the list, or old. A cluster that votes as one answers with a majority. */
export const incomplete = (backends: readonly FleetBackend[]): LocksPage['incomplete'] =>
  backends
    .map(({ id, nodes, quorum }) => {
      const asOne = !nodes.some((node) => node.votes)
      const silent = nodes.filter((node) => node.state === 'no-answer' || node.state === 'unknown')
      const missed = asOne && quorum.answering >= quorum.needed ? [] : silent
      return { backend: id, nodes: missed.filter((node) => asOne || node.votes).map((node) => node.name) }
    })
    .filter(({ nodes }) => nodes.length > 0)

/** Who is missing in one of them. */
export function joined(
  before: LocksPage['incomplete'],
  after: LocksPage['incomplete'],
): LocksPage['incomplete'] {
  const all = new Map<string, Set<string>>()
  for (const { backend, nodes } of [...before, ...after])
    all.set(backend, new Set([...(all.get(backend) ?? []), ...nodes]))
  return [...all].map(([backend, nodes]) => ({ backend, nodes: [...nodes] }))
}
