import { test } from 'vitest'
import type { Stage } from './stage.ts'

/** `test`, with clients that are closed after it. */
export const stagedTest = (open: () => Stage) =>
  test.extend<{ stage: Stage }>({
    // biome-ignore lint/correctness/noEmptyPattern: vitest reads from the pattern which fixtures are needed
    stage: async ({}, use) => {
      const stage = open()
      await use(stage)
      await stage.clear()
    },
  })

export type StagedTest = ReturnType<typeof stagedTest>
