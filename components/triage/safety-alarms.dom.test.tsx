import { afterEach, expect, test, vi } from 'vitest'
import { type Finding, findingsPageSchema } from '@/lib/fleet/finding.ts'
import { render, stubApi, text } from '../testing/render.tsx'
import { at } from '../testing/sample.ts'
import { SafetyAlarms } from './safety-alarms.tsx'

let close: () => Promise<void> = async () => {}
afterEach(async () => {
  await close()
  vi.unstubAllGlobals()
})

const finding = (node: string, severity: Finding['severity']): Finding => ({
  ...{ id: 'W5', name: 'replica-votes', severity, backend: 'payments', node },
  ...{ says: `${node} is a replica.`, evidence: [], suggests: 'Name its primary' },
})

async function open(findings: Finding[]) {
  const page = findingsPageSchema.parse({ findings, checks: [], now: at(0) })
  stubApi(() => ({ status: 200, body: page }))
  close = (await render(<SafetyAlarms />)).close
}

test('what can let two holders in is told above the locks, and nothing that is less', async () => {
  await open([finding('r1', 'alarm'), finding('r2', 'risk')])
  expect(text()).toBe('Unsafepayments/r1r1 is a replica.What to do about it')
})

test('of many alarms the first are told, and where the rest are', async () => {
  await open(['r1', 'r2', 'r3', 'r4'].map((node) => finding(node, 'alarm')))
  expect(text()).not.toContain('r4 is a replica')
  expect(text()).toContain('All 4 alarms, and what to do')
})

test('nothing is said when all is well', async () => {
  await open([finding('r2', 'note')])
  expect(text()).toBe('')
})
