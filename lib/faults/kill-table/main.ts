import { parseArgs } from 'node:util'
import type { Suite } from './bug.ts'
import { BUGS } from './bugs.ts'
import { type Failure, hasPlace, openWorkbench, type Workbench } from './workbench.ts'

/** `npm run kill-table`: plants one bug at a time and tells which tests see it. `--only` takes a part of a name. */
const { values } = parseArgs({ options: { only: { type: 'string', default: '' } } })
const bugs = BUGS.filter(({ name }) => name.includes(values.only))
const say = (line: string): void => void process.stdout.write(`${line}\n`)

const workbench = await openWorkbench()
try {
  const ready = (await allHavePlaces()) && (await soundWithoutBugs(workbench))
  process.exitCode = ready && (await allCaught(workbench)) ? 0 : 1
} finally {
  await workbench.remove()
}

async function allHavePlaces(): Promise<boolean> {
  const missing = await inTurn(bugs, async (bug) => ((await hasPlace(bug)) ? [] : [bug]))
  for (const { name, file } of missing.flat()) say(`its place is gone from ${file}: ${name}`)
  return missing.flat().length === 0
}

/** A test that fails anyway catches nothing. */
async function soundWithoutBugs(bench: Workbench): Promise<boolean> {
  const suites = bugs.flatMap(({ caughtBy }) => caughtBy)
  const different = new Map(suites.map((suite) => [JSON.stringify(suite), suite]))
  const failed = await failuresOf([...different.values()], bench)
  for (const { file, test } of failed) say(`fails without any bug: ${file}: ${test}`)
  return failed.length === 0
}

async function allCaught(bench: Workbench): Promise<boolean> {
  say('| bug | in | caught by | tests that failed |\n| --- | --- | --- | --- |')
  const caught = await inTurn(bugs, async (bug) => {
    const mend = await bench.plant(bug)
    const failed = await failuresOf(bug.caughtBy, bench)
    await mend()
    const files = [...new Set(failed.map(({ file }) => file.replace('lib/', '')))]
    say(`| ${bug.name} | ${bug.file} | ${files.join(', ') || '**nobody**'} | ${failed.length} |`)
    return failed.length > 0
  })
  const survivors = caught.filter((was) => !was).length
  say(`\n${bugs.length} bugs, ${bugs.length - survivors} caught`)
  return survivors === 0
}

async function failuresOf(suites: readonly Suite[], bench: Workbench): Promise<Failure[]> {
  return (await inTurn(suites, (suite) => bench.failures(suite))).flat()
}

async function inTurn<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = []
  for (const item of items) results.push(await work(item))
  return results
}
