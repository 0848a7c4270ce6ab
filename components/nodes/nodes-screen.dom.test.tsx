import { afterEach, describe, expect, test, vi } from 'vitest'
import { findingsPageSchema } from '@/lib/fleet/finding.ts'
import { findFindings } from '@/lib/fleet/findings/index.ts'
import { NO_LOCKS } from '@/lib/fleet/findings/summary.ts'
import { backend, node, quorum } from '@/lib/fleet/findings/test-fleet.ts'
import { type FleetBackend, nodesPageSchema } from '@/lib/fleet/node.ts'
import { render, stubApi, text } from '../testing/render.tsx'
import { at, NOW } from '../testing/sample.ts'
import { NodesScreen } from './nodes-screen.tsx'

vi.mock('next/navigation', () => ({ usePathname: () => '/nodes' }))

let close: () => Promise<void> = async () => {}
afterEach(async () => {
  await close()
  vi.unstubAllGlobals()
})

async function open(backends: FleetBackend[]) {
  const nodes = nodesPageSchema.parse({ backends, now: at(0) })
  const found = findFindings({ backends, locksOf: () => NO_LOCKS, now: NOW })
  const findings = findingsPageSchema.parse({ ...found, now: at(0) })
  stubApi(({ path }) => {
    if (path.endsWith('/nodes')) return { status: 200, body: nodes }
    if (path.endsWith('/findings')) return { status: 200, body: findings }
    return { status: 404, body: { error: { code: 'not_found', message: 'not here', hint: null } } }
  })
  close = (await render(<NodesScreen />)).close
}

const row = (key: string) =>
  [...document.querySelectorAll('[data-row]')].find((one) => one.getAttribute('data-row')?.startsWith(key))
    ?.textContent ?? ''

const fresh = { sweptAt: at(-1_000) }

describe('the page of the nodes', () => {
  test('shows of each what it is and keeps, and what is unsafe about it', async () => {
    const memory = { usedBytes: 1.9e9, maxBytes: 4e9, policy: 'allkeys-lru' }
    const persistence = { snapshots: false, appendOnly: false, failing: false }
    await open([{ ...quorum({ memory }, { persistence }, { runId: 'run of r1' }), ...fresh }])
    expect(row('b/r1')).toContain('allkeys-lru')
    expect(row('b/r2')).toMatch(/none/)
    expect(text()).toContain('1 finding can let two holders in or nobody.')
    expect(row('finding W4')).toContain('r1 and r3 are one and the same server: it votes twice.')
    expect(row('finding W8')).toMatch(/^Weak/)
    expect(row('finding W8')).toContain('b/r1Set maxmemory-policy to noeviction')
    expect(text()).toMatch(/\d+ rules checked, 3 found something/)
  })

  test('says what was looked for when nothing was found, and what could not be looked at', async () => {
    await open([{ ...backend([node('r1'), node('r2'), node('r3', { memory: null })]), ...fresh }])
    expect(text()).toContain('Nothing about its set-up makes locks unsafe.')
    expect(text()).toMatch(/Nothing was found\. Looked for: .*one server without a copy;/)
    expect(text()).toContain('1 could not be checked')
    expect(text()).toContain('Servers that drop or refuse locks when they are full: r3 may not be asked.')
  })

  test('says since when a silent node is unknown, and why', async () => {
    const silent = { state: 'no-answer', trouble: 'the connection was refused' } as const
    await open([{ ...quorum(silent), ...fresh }])
    expect(row('b/r1')).toMatch(/unknown since .*: the connection was refused/)
    expect(row('finding W23')).toContain('its votes are shown as unknown, never as free')
  })
})
