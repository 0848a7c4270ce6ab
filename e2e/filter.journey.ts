import { readFile } from 'node:fs/promises'
import { expect, test } from '@playwright/test'
import { takeLock } from './fleet.ts'

test('somebody builds a filter with the keyboard and takes what it shows away as a file', async ({
  page,
  request,
}) => {
  const lock = await takeLock(request, 'payments', 'journeys/filter', {
    service: 'journey-filter',
    ttlMs: 15_000,
  })

  await page.goto('/locks')
  await expect(page.getByRole('row').nth(3)).toBeVisible()
  await page.keyboard.press('/')
  await page.keyboard.type('back')
  await expect(page.getByRole('option', { name: /^backend:/ })).toBeVisible()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await page.keyboard.type('pay')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Tab')
  await page.keyboard.type(' journeys/filter')
  await expect(page.getByRole('combobox', { name: 'Filter locks' })).toHaveValue(
    'backend:payments journeys/filter',
  )
  await expect(page.getByRole('heading', { level: 1 })).toContainText('1 of')
  await expect(page).toHaveURL(/q=backend%3Apayments\+journeys%2Ffilter/)

  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'CSV' }).click(),
  ])
  expect(file.suggestedFilename()).toMatch(/^locks-.*\.csv$/)
  const records = (await readFile(await file.path(), 'utf8')).trimEnd().split('\r\n')
  expect(records).toHaveLength(2)
  expect(records[1]).toContain('payments,0,journeys/filter,')
  expect(records[1]).toContain('journey-filter')

  await page.getByRole('combobox').fill('state:gone')
  await expect(page.getByRole('status').filter({ hasText: 'is no state' })).toBeVisible()
  await lock.release()
})
