import type { FleetBackend } from '../fleet/node.ts'
import type { Readiness } from '../fleet/readiness.ts'

/**
 * Ready is who has read every backend in full that answers at all, and can write down what happens. A backend that nobody
 * reaches does not count: the console is of most use then.
 */
export async function readinessOf(
  backends: readonly FleetBackend[],
  tryWrite: () => void | Promise<void>,
): Promise<Readiness> {
  const store = await Promise.resolve()
    .then(tryWrite)
    .then(
      () => 'writable' as const,
      () => 'not-writable' as const,
    )
  const states = backends.map((backend) => ({ id: backend.id, state: stateOf(backend) }))
  const missing = states
    .filter(({ state }) => state === 'not-yet')
    .map(({ id }) => `The backend ${id} has not been read in full yet.`)
  if (store === 'not-writable') missing.unshift('The store cannot be written.')
  return { ready: missing.length === 0, store, backends: states, missing }
}

function stateOf({ sweptAt, trouble, nodes }: FleetBackend): Readiness['backends'][number]['state'] {
  if (sweptAt !== null) return 'read'
  const isSilent = nodes.length > 0 && nodes.every((node) => node.state === 'no-answer')
  return trouble || isSilent ? 'unreachable' : 'not-yet'
}
