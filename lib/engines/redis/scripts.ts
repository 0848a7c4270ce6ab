import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'

export interface Script {
  lua: string
  sha: string
}

const source = (name: string): string =>
  readFileSync(new URL(`./scripts/${name}.lua`, import.meta.url), 'utf8')

/** Puts the parts that a script is made of in front of it; one that needs another comes after it. */
function load(name: string, ...parts: string[]): Script {
  const lua = ['shared', 'clock', ...parts, name].map(source).join('\n')
  return { lua, sha: createHash('sha1').update(lua).digest('hex') }
}

export const SCRIPTS = {
  attempt: load('attempt', 'holders', 'notice', 'gate', 'grant', 'waiting'),
  renew: load('renew', 'holders', 'notice', 'grant'),
  release: load('release', 'holders', 'gate', 'grant', 'waiting', 'hand-over'),
  queue: load('queue', 'holders', 'waiting', 'slots'),
  leave: load('leave', 'waiting', 'slots'),
  order: load('order', 'holders', 'notice', 'gate', 'grant', 'waiting', 'slots', 'hand-over'),
  read: load('read', 'holders', 'gate', 'waiting', 'slots'),
}

/** For an operator: rare, and sent as it is. */
export const RELEASE_SEEN = load(
  'release-seen',
  ...['holders', 'gate', 'grant', 'waiting', 'slots', 'hand-over'],
).lua
