import { expect, it, vi } from 'vitest'
import type { Observer, OpenBackend } from '../engines/roles.ts'
import { createWatch } from './create-watch.ts'

const WORDS = 'about 5000 names that begin with lock:session: (redlock)'

/** A backend without a lock, of which only this is told. */
function backend(id: string, setAside: readonly string[]): OpenBackend {
  const observer: Observer = {
    voter: 'primary',
    sweep: async function* () {},
    reread: async (keys) => new Map(keys.map((key) => [key, null])),
    watch: async () => async () => {},
    setAside: () => setAside,
  }
  return {
    ...{ id, nodes: [], voters: ['primary'], database: 0, observers: [observer], probes: [], operators: [] },
    close: async () => {},
  }
}

it('a backend tells which names of locks are not believed, and says nothing where all are', async () => {
  const about = { kind: 'redis', environment: null, demo: false } as const
  const watch = createWatch(
    [
      { ...about, open: backend('a', [WORDS]) },
      { ...about, open: backend('b', []) },
    ],
    {
      onTrouble: (error) => {
        throw error
      },
    },
  )
  try {
    await vi.waitFor(() => expect(watch.backends()[0]?.setAside).toEqual([WORDS]), 10_000)
    expect(watch.backends()[1]).not.toHaveProperty('setAside')
  } finally {
    await watch.close()
  }
})
