import { existsSync } from 'node:fs'
import { defineConfig } from '@playwright/test'

const debianChromium = '/usr/bin/chromium'
const chromium = process.env.CHROMIUM_PATH ?? (existsSync(debianChromium) ? debianChromium : undefined)
const report = process.env.E2E_REPORT

/** One console on one demo fleet for all journeys, so they run one after another. */
export default defineConfig({
  testDir: '.',
  projects: [
    { name: 'journeys', testMatch: '*.journey.ts' },
    { name: 'screenshots', testMatch: 'screenshots.ts' },
  ],
  outputDir: '../test-results',
  workers: 1,
  timeout: 60_000,
  expect: { timeout: 15_000 },
  forbidOnly: true,
  reporter: report ? [['list'], ['json', { outputFile: report }]] : [['list']],
  globalSetup: './console.ts',
  use: {
    baseURL: process.env.E2E_ORIGIN,
    viewport: { width: 1440, height: 900 },
    colorScheme: 'dark',
    trace: 'retain-on-failure',
    launchOptions: {
      ...(chromium ? { executablePath: chromium } : {}),
      chromiumSandbox: false,
      args: [
        ...['--headless=new', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
        ...[
          '--disable-background-networking',
          '--disable-component-update',
          '--disable-sync',
          '--disable-dev-shm-usage',
        ],
      ],
    },
  },
})
