import type { OpenBackend } from './roles.ts'

interface Named {
  name: string
  engine: string
  address: string
}

/** A backend that could not even be opened: it is shown with the reason, and never stops the others. */
export function unreachable(id: string, nodes: readonly Named[], why: string): OpenBackend {
  const refuse = () => Promise.reject(new Error(why))
  return {
    id,
    nodes: nodes.map((node) => ({ ...node, votes: true })),
    voters: nodes.map(({ name }) => name),
    database: null,
    observers: nodes.map(({ name }) => ({
      voter: name,
      // biome-ignore lint/correctness/useYield: it never comes so far
      async *sweep() {
        await refuse()
      },
      reread: refuse,
      watch: refuse,
    })),
    probes: nodes.map(({ name }) => ({ node: name, facts: refuse })),
    operators: nodes.map(({ name }) => ({
      voter: name,
      refuses: () => why,
      release: async () => ({
        node: name,
        outcome: 'unreachable' as const,
        says: `Nothing was written: ${why}`,
      }),
    })),
    async close() {},
  }
}
