import { expect, test } from '@playwright/test'
import { takeLock } from './fleet.ts'

test('somebody goes from triage to a lock and back without a mouse', async ({ page }) => {
  await page.goto('/')
  await page.keyboard.press('?')
  await expect(page.getByRole('dialog')).toContainText('go to Locks')
  await page.keyboard.press('Escape')
  await expect(page.getByRole('dialog')).toBeHidden()
  await page.keyboard.press('g')
  await page.keyboard.press('l')
  await expect(page).toHaveURL(/\/locks/)
  await expect(page.getByRole('row').nth(3)).toBeVisible()
  await page.keyboard.press('/')
  await page.keyboard.type('backend:payments state:held')
  await expect(page).toHaveURL(/payments/)
  await expect(page.getByText(/of \d+ match/)).toBeVisible()
  await page.keyboard.press('Escape')
  await page.keyboard.press('j')
  const name = await page.locator(':focus').getAttribute('title')
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/\/locks\/.+/)
  await page.keyboard.press('Escape')
  await expect(page).toHaveURL(/\/locks\?.*payments/)
  await expect(page.locator(':focus')).toHaveAttribute('title', name ?? 'no row had the focus')
})

test('somebody who knows only a part of a name finds the lock from any page', async ({ page, request }) => {
  const name = 'journeys/palette-wanted'
  const lock = await takeLock(request, 'payments', name, { service: 'journey-palette', ttlMs: 15_000 })
  await page.goto('/nodes')
  await expect(page.getByRole('main')).toContainText('r5')
  await page.keyboard.press('Control+k')
  await page.keyboard.type('palette-wan')
  await expect(page.getByRole('option').first()).toContainText(name)
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { level: 1 })).toContainText(name)
  await lock.release()
})
