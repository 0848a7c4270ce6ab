import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'

export interface Script {
  lua: string
  sha: string
}

const source = (name: string): string =>
  readFileSync(new URL(`./scripts/${name}.lua`, import.meta.url), 'utf8')

/** A script of several parts; one that needs another comes after it. */
const build = (...parts: string[]): Script => {
  const lua = parts.join('\n')
  return { lua, sha: createHash('sha1').update(lua).digest('hex') }
}

const load = (name: string, ...parts: string[]): Script =>
  build(...['shared', 'time', 'answering', 'clock', ...parts, name].map(source))

/**
 * With a way that is seldom gone. Whatever a script defines costs time in every call, as much as a lock does; so what
 * only this way needs is defined when it is gone.
 */
const loadWithSlowWay = (name: string, quick: string[], slow: string[]): Script =>
  build(
    ...['shared', ...quick].map(source),
    'local function slowly()',
    ...[...slow, `${name}-slowly`].map(source),
    'end',
    source(name),
  )

export const SCRIPTS = {
  attempt: loadWithSlowWay(
    'attempt',
    ['time'],
    ['answering', 'clock', 'holders', 'slots', 'notice', 'gate', 'grant', 'waiting'],
  ),
  renew: loadWithSlowWay('renew', ['time'], ['answering', 'clock', 'holders', 'slots', 'notice', 'grant']),
  release: loadWithSlowWay(
    'release',
    [],
    ['time', 'answering', 'clock', 'holders', 'slots', 'gate', 'grant', 'waiting', 'hand-over'],
  ),
  queue: load('queue', 'holders', 'waiting', 'slots'),
  leave: load('leave', 'waiting', 'slots'),
  order: load('order', 'holders', 'notice', 'gate', 'grant', 'waiting', 'slots', 'hand-over'),
  index: load('index'),
  read: load('read', 'holders', 'gate', 'waiting', 'slots'),
}

/** For an operator: rare, and sent as it is. */
export const RELEASE_SEEN = load(
  'release-seen',
  ...['holders', 'gate', 'grant', 'waiting', 'slots', 'hand-over'],
).lua

/** For reading what anybody wrote, and mutexes of ours: sent when a server says that it does not know them. */
export const RAW = build(source('raw'))
export const RAW_OWN = build(source('raw-own'))
