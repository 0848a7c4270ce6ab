import { spawn } from 'node:child_process'
import { cp, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { tiedFolder, tieToUs } from '../../rig/lifeline.ts'
import type { Bug, Suite } from './bug.ts'

/** A copy of the sources that may be broken. */
export interface Workbench {
  /** Returns how to mend it. */
  plant(bug: Bug): Promise<() => Promise<void>>
  /** The tests that failed, by file. Throws when none was run. */
  failures(suite: Suite): Promise<Failure[]>
  remove(): Promise<void>
}

export interface Failure {
  file: string
  test: string
}

/** Whether the place of a bug is there, and only once. */
export async function hasPlace({ file, find }: Bug): Promise<boolean> {
  return (await readFile(join(ROOT, file), 'utf8')).split(find).length === 2
}

const ROOT = join(import.meta.dirname, '../../..')
const COPIED = ['lib', 'package.json', 'tsconfig.json']

export async function openWorkbench(): Promise<Workbench> {
  const folder = await tiedFolder('lockkeeper-kill-table-')
  const inside = (path: string) => join(folder.path, path)
  await Promise.all(COPIED.map((path) => cp(join(ROOT, path), inside(path), { recursive: true })))
  await linkPackages(inside('node_modules'))
  return {
    async plant({ file, find, replace }) {
      const source = await readFile(inside(file), 'utf8')
      await writeFile(
        inside(file),
        source.replace(find, () => replace),
      )
      return () => writeFile(inside(file), source)
    },
    failures: (suite) => run(folder.path, suite),
    remove: () => folder.remove(),
  }
}

/** One by one, so that what a run leaves beside the packages stays in the copy. */
async function linkPackages(to: string): Promise<void> {
  await mkdir(to)
  const packages = await readdir(join(ROOT, 'node_modules'))
  const shared = packages.filter((name) => !['.cache', '.vite', '.vite-temp'].includes(name))
  await Promise.all(shared.map((name) => symlink(join(ROOT, 'node_modules', name), join(to, name))))
}

async function run(root: string, { project, files, named }: Suite): Promise<Failure[]> {
  const report = join(root, 'report.json')
  await writeFile(report, '{}')
  const args = ['run', '--config', 'lib/vitest.config.ts', '--project', project, ...files]
  const only = named ? ['--testNamePattern', named] : []
  await ended([...args, ...only, '--reporter', 'json', '--outputFile', report], root)
  return failuresIn(JSON.parse(await readFile(report, 'utf8')), root)
}

function ended(args: string[], cwd: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const vitest = join(ROOT, 'node_modules/vitest/vitest.mjs')
    const child = spawn(process.execPath, [vitest, ...args], { cwd, stdio: 'ignore' })
    tieToUs(child)
    child.once('error', reject)
    child.once('exit', () => resolve())
  })
}

interface Report {
  numTotalTests?: number
  testResults?: {
    name: string
    status: string
    assertionResults: { status: string; fullName: string }[]
  }[]
}

function failuresIn({ numTotalTests = 0, testResults = [] }: Report, root: string): Failure[] {
  const broken = testResults.filter(({ status }) => status === 'failed')
  if (numTotalTests === 0 && broken.length === 0) throw new Error('no test was run')
  return broken.flatMap(({ name, assertionResults }) => {
    const file = name.replace(`${root}/`, '')
    const failed = assertionResults.filter(({ status }) => status === 'failed')
    return failed.length === 0
      ? [{ file, test: 'the whole file' }]
      : failed.map(({ fullName }) => ({ file, test: fullName }))
  })
}
