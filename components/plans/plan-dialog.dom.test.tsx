import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { Applied, Plan } from '@/lib/fleet/plan.ts'
import {
  type Answer,
  type Asked,
  button,
  field,
  press,
  render,
  settle,
  stubApi,
  text,
  type,
} from '../testing/render.tsx'
import { sampleHolder, sampleLock, samplePlan } from '../testing/sample.ts'
import { PlanDialog } from './plan-dialog.tsx'

const NAME = 'orders/settle/eu-west'
const onClose = vi.fn()
let close: () => Promise<void> = async () => {}

beforeEach(() => onClose.mockClear())
afterEach(async () => {
  await close()
  vi.unstubAllGlobals()
})

const freed: Applied = {
  plan: 'plan-1',
  audit: 'a1',
  result: 'freed',
  says: 'Freed on 5 of 5 nodes.',
  nodes: [{ node: 'r1', outcome: 'freed', says: 'deleted' }],
}

const problem = (status: number, code: string, message: string, details?: unknown): Answer => ({
  status,
  body: { error: { code, message, hint: null, details } },
})

/** The dialog over an API that makes this plan and answers its application so. */
async function open(plan: Plan, applied: (asked: Asked) => Answer, options: { live?: boolean } = {}) {
  const asked = stubApi((one) => {
    if (one.path.endsWith('/plans')) return { status: 200, body: plan }
    return one.path.endsWith('/apply') ? applied(one) : problem(404, 'not_found', 'not here')
  })
  const drawn = await render(
    <PlanDialog lock={plan.lock} backendWords="payments, redlock over 5 nodes" onClose={onClose} />,
    options,
  )
  close = drawn.close
  return {
    applications: () => asked.filter((one) => one.path.endsWith('/apply')),
  }
}

const isBlocked = (name: string) => button(name).getAttribute('aria-disabled') === 'true'

describe('the plan of a release', () => {
  test('starts with the focus on the safe side', async () => {
    await open(samplePlan(), () => ({ status: 200, body: freed }))
    expect(document.activeElement?.textContent).toBe('Keep it')
    await press(button('Keep it'))
    expect(onClose).toHaveBeenCalledOnce()
  })

  test('shows what was seen, what will be written on each node, and what it does not stop', async () => {
    await open(samplePlan(), () => ({ status: 200, body: freed }))
    expect(text()).toContain('held by worker-3@pay-w3?')
    expect(text()).toContain('5 deletes, 3 of 5 is a majority')
    expect(text()).toContain('compare 9c1e…4b07')
    expect(text()).toContain('is not stopped by this')
  })

  test('can be pressed only with a reason and the name, typed to the last letter', async () => {
    const { applications } = await open(samplePlan(), () => ({ status: 200, body: freed }))
    expect(isBlocked('Release 1 lock')).toBe(true)
    await type(field('Type the lock’s name'), NAME)
    expect(isBlocked('Release 1 lock')).toBe(true)
    await type(field('Reason'), 'INC-4127 stuck')
    expect(isBlocked('Release 1 lock')).toBe(false)
    await type(field('Type the lock’s name'), NAME.slice(0, -1))
    expect(isBlocked('Release 1 lock')).toBe(true)
    await press(button('Release 1 lock'))
    expect(applications()).toEqual([])
  })

  test('asks for no name when the holder is silent', async () => {
    const { applications } = await open(samplePlan({ typeName: null }), () => ({ status: 200, body: freed }))
    await type(field('Reason'), 'INC-4127 stuck')
    await press(button('Release 1 lock'))
    await settle()
    expect(applications()[0]?.body).toEqual({ reason: 'INC-4127 stuck' })
    expect(applications()[0]?.headers['idempotency-key']).toMatch(/^[0-9a-f]{32}$/)
    expect(text()).toContain('Released. Freed on 5 of 5 nodes.')
  })

  test('shows then and now when the lock changed, and can be planned again', async () => {
    const was = sampleLock()
    const is = sampleLock({ seen: 'seen-2', holders: [sampleHolder({ label: 'worker-4@pay-w4' })] })
    await open(samplePlan({ typeName: null }), () => problem(409, 'changed', 'It changed.', { was, is }))
    await type(field('Reason'), 'INC-4127 stuck')
    await press(button('Release 1 lock'))
    await settle()
    expect(text()).toContain('Refused')
    expect(text()).toContain('Then, 03:14:22')
    expect(text()).toContain('worker-3@pay-w3')
    expect(text()).toContain('worker-4@pay-w4')
    expect(document.activeElement?.textContent).toBe('Leave it as it is')
    expect(button('Plan again with what is there now')).toBeDefined()
  })

  test('never calls no answer a failure, and asks again with the same key', async () => {
    let answers = 0
    const { applications } = await open(samplePlan({ typeName: null }), () => {
      answers += 1
      return answers === 1 ? 'no answer' : { status: 200, body: freed }
    })
    await type(field('Reason'), 'INC-4127 stuck')
    await press(button('Release 1 lock'))
    await settle()
    expect(text()).toContain('may or may not have been released')
    await press(button('Ask what came of it'))
    await settle()
    expect(text()).toContain('Released.')
    expect(new Set(applications().map((one) => one.headers['idempotency-key'])).size).toBe(1)
  })

  test('keeps what was typed when the name was refused, and tells why', async () => {
    await open(samplePlan(), () => problem(422, 'name_mismatch', 'The name that was typed is another.'))
    await type(field('Reason'), 'INC-4127 stuck')
    await type(field('Type the lock’s name'), NAME)
    await press(button('Release 1 lock'))
    await settle()
    expect(text()).toContain('The name that was typed is another.')
    expect(field('Reason').value).toBe('INC-4127 stuck')
  })

  test('is blocked, and says why, while nothing is heard from the console', async () => {
    await open(samplePlan({ typeName: null }), () => ({ status: 200, body: freed }), { live: false })
    await type(field('Reason'), 'INC-4127 stuck')
    expect(isBlocked('Release 1 lock')).toBe(true)
    expect(text()).toContain('can’t be released from here now')
  })
})
