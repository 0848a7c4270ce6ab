// Whether what was built is older than what it was built from.
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './steps.mjs'

export const buildStamp = join(root, 'dist', '.built')

const SOURCES = ['app', 'components', 'lib', 'public']
const FILES = ['instrumentation.ts', 'proxy.ts', 'next.config.js', 'package-lock.json', 'tsconfig.json']

export const filesUnder = (dir) =>
  existsSync(dir)
    ? readdirSync(dir, { withFileTypes: true, recursive: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    : []

const isBuiltFrom = (file) =>
  !/\.test\.tsx?$/.test(file) &&
  !['bin', 'bench', 'interop'].some((room) => file.startsWith(join(root, 'lib', room)))

export function isBuilt() {
  const parts = [buildStamp, join(root, '.next', 'BUILD_ID'), join(root, 'dist', 'service', 'worker.js')]
  if (!parts.every((file) => existsSync(file))) return false
  const builtAt = statSync(buildStamp).mtimeMs
  const sources = [
    ...FILES.map((name) => join(root, name)).filter((file) => existsSync(file)),
    ...SOURCES.flatMap((dir) => filesUnder(join(root, dir))).filter(isBuiltFrom),
  ]
  return sources.every((file) => statSync(file).mtimeMs <= builtAt)
}
