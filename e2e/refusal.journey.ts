import { expect, test } from '@playwright/test'
import { connectTo, drop, newToken, planRelease, takeLikeRedlock } from './fleet.ts'

test('a release is refused when the holder changed after somebody looked', async ({ page, request }) => {
  const name = 'journeys/changed'
  const nodes = await connectTo(request, 'payments')
  await takeLikeRedlock(nodes, name, newToken(), 15_000)

  const plan = await planRelease(page, name)
  const next = newToken()
  await takeLikeRedlock(nodes, name, next, 15_000)
  await plan.getByLabel(/reason/i).fill('INC-2 looked stuck')
  await plan.getByLabel(/type the lock/i).fill(name)
  await plan.getByRole('button', { name: 'Release 1 lock' }).click()

  await expect(plan).toContainText('Refused')
  await expect(plan).toContainText('Then')
  await expect(plan).toContainText('Now')
  for (const node of nodes) expect(await node.get(name)).toBe(next)
  await plan.getByRole('button', { name: 'Leave it as it is' }).click()

  await page.goto('/audit')
  await expect(page.getByRole('row').filter({ hasText: name }).first()).toContainText(/refused/i)
  await drop(nodes, [name])
})
