// `npm test`: installs what is missing, then runs everything. A check that can't run fails; none is skipped in silence.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isOnPath, needNode, needPackages, needRoom, root, run, tool } from './steps.mjs'

const began = performance.now()
const reports = mkdtempSync(join(tmpdir(), 'lockkeeper-test-'))
const counts = { passed: 0, failed: 0, skipped: 0 }

needNode()
await needPrograms()
await needPackages()
await needRoom('interop', 'the libraries whose locks are read')
await step('verify', () =>
  run(process.execPath, [join(root, 'lib/bin/verify.mjs')], { VITEST_REPORT: report('unit') }),
)
count(report('unit'))
await step('build', () => run(process.execPath, [join(root, 'lib/bin/build.mjs')]))
await step('tests on real servers', () => vitest('servers', 'proofs'))
count(report('servers'))
await step('journeys in Chromium', () =>
  tool('@playwright/test/cli.js', ['test', '--config', 'e2e/playwright.config.ts', '--project', 'journeys'], {
    E2E_REPORT: report('e2e'),
  }),
)
count(report('e2e'))
close()

function report(name) {
  return join(reports, `${name}.json`)
}

function vitest(...projects) {
  const chosen = projects.flatMap((project) => ['--project', project])
  return tool('vitest/vitest.mjs', ['run', '--config', 'lib/vitest.config.ts', ...chosen], {
    VITEST_REPORT: report(projects[0]),
  })
}

async function step(name, work) {
  const start = performance.now()
  console.log(`\n== ${name}`)
  const code = await work()
  console.log(
    `== ${name}: ${code === 0 ? 'ok' : 'FAILED'} (${((performance.now() - start) / 1000).toFixed(0)} s)`,
  )
  if (code !== 0) close(`${name} failed`)
}

/** Vitest's and Playwright's JSON reports, added up. */
function count(file) {
  if (!existsSync(file)) close(`no test report from ${file}`)
  const found = JSON.parse(readFileSync(file, 'utf8'))
  const stats = found.stats ?? {}
  counts.passed += found.numPassedTests ?? (stats.expected ?? 0) + (stats.flaky ?? 0)
  counts.failed += found.numFailedTests ?? stats.unexpected ?? 0
  counts.skipped += (found.numPendingTests ?? 0) + (found.numTodoTests ?? 0) + (stats.skipped ?? 0)
}

function close(failure) {
  rmSync(reports, { recursive: true, force: true })
  const failed = failure ? Math.max(1, counts.failed) : counts.failed
  if (counts.skipped > 0) console.error(`${counts.skipped} tests were skipped, which counts as a failure`)
  if (failure) console.error(failure)
  console.log(`\nEverything took ${((performance.now() - began) / 1000).toFixed(0)} s`)
  console.log(`${counts.passed} passed, ${failed} failed, ${counts.skipped} skipped`)
  process.exit(failed + counts.skipped > 0 ? 1 : 0)
}

/** Debian keeps its servers of PostgreSQL off the PATH, one folder for each version. */
function hasPostgres() {
  const versions = '/usr/lib/postgresql'
  return (
    existsSync(versions) &&
    readdirSync(versions).some((one) => existsSync(join(versions, one, 'bin', 'postgres')))
  )
}

/** Real servers and a real browser. As root on Debian they are installed; otherwise it is said what is missing. */
async function needPrograms() {
  const wanted = [
    ['redis-server', 'redis-server', () => isOnPath('redis-server')],
    ['etcd', 'etcd-server', () => isOnPath('etcd')],
    ['etcdctl', 'etcd-client', () => isOnPath('etcdctl')],
    ['postgres', 'postgresql', () => isOnPath('postgres') || hasPostgres()],
    ['openssl', 'openssl', () => isOnPath('openssl')],
    ['chromium', 'chromium', () => existsSync(process.env.CHROMIUM_PATH ?? '') || isOnPath('chromium')],
  ]
  const missing = wanted.filter(([, , isThere]) => !isThere())
  if (missing.length === 0) return
  const packages = missing.map(([, name]) => name)
  if (process.getuid?.() === 0 && isOnPath('apt-get')) {
    console.log(`Installing ${packages.join(', ')} ...`)
    const quiet = { DEBIAN_FRONTEND: 'noninteractive' }
    await run('apt-get', ['update', '-qq'], quiet)
    await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages], quiet)
  }
  const still = missing.filter(([, , isThere]) => !isThere()).map(([program]) => program)
  if (still.length === 0) return
  console.error(`The tests need ${still.join(', ')}. On Debian: apt-get install ${packages.join(' ')}`)
  console.error('A Chromium elsewhere can be named with CHROMIUM_PATH.')
  close('programs are missing')
}
