import { expect, test } from '@playwright/test'
import { planRelease, takeLock } from './fleet.ts'

test('somebody frees a stuck lock by typing its name, and finds it in the audit', async ({
  page,
  request,
}) => {
  const name = 'journeys/stuck'
  const lock = await takeLock(request, 'payments', name, { service: 'journey-stuck', ttlMs: 15_000 })

  const plan = await planRelease(page, name)
  await expect(plan).toContainText('held by journey-stuck')
  await expect(plan.getByRole('button', { name: 'Keep it' })).toBeFocused()
  const release = plan.getByRole('button', { name: 'Release 1 lock' })
  await plan.getByLabel(/reason/i).fill('INC-1 stuck since the deploy')
  await plan.getByLabel(/type the lock/i).fill('journeys/stuc')
  await expect(release).toBeDisabled()
  await plan.getByLabel(/type the lock/i).fill(name)
  await release.click()
  await expect(plan).toContainText(/freed/i)
  await plan.getByRole('button', { name: 'Close' }).click()

  expect((await lock.lost()).message).toContain(name)
  await page.goto('/audit')
  const entry = page.getByRole('row').filter({ hasText: name }).first()
  await expect(entry).toContainText('INC-1 stuck since the deploy')
})
