import { expect, test } from '@playwright/test'
import { takeLock } from './fleet.ts'

test('somebody finds a held lock and sees what every node says about it', async ({ page, request }) => {
  const lock = await takeLock(request, 'payments', 'journeys/votes', {
    service: 'journey-votes',
    ttlMs: 15_000,
  })

  await page.goto('/locks')
  await page.getByRole('combobox', { name: 'Filter locks' }).fill('journeys/votes')
  const row = page.getByRole('row').filter({ hasText: 'journeys/votes' })
  await expect(row).toContainText('held')
  await expect(row).toContainText('journey-votes')
  await row.getByRole('link').click()

  await expect(page.getByRole('heading', { level: 1 })).toContainText('journeys/votes')
  const votes = page.getByRole('table', { name: /votes/i })
  await expect(votes.getByRole('row').filter({ hasText: 'same holder' })).toHaveCount(5)
  await expect(votes).toContainText('r1')

  await lock.release()
  await expect(page.getByRole('main')).toContainText('It is free: nobody holds it.')
})
