import { z } from 'zod'
import { pinnable } from '../engines/registry.ts'
import { type BackendSpec, backendSpecSchema } from '../engines/spec.ts'
import { nearest } from '../fleet/nearest.ts'

type Path = (string | number)[]
type Say = (path: Path, message: string) => void
type Named = string | { name: string; url: string }

interface Place {
  path: Path
  name: string | null
  url: string
}

/** All backends of a configuration, checked beyond what one of them alone can tell. */
export const backendsSchema = z
  .array(backendSpecSchema)
  .default([])
  .superRefine((backends, context) => {
    const say: Say = (path, message) => context.addIssue({ code: 'custom', path, message })
    const ids = backends.map(({ id }) => id)
    for (const [index, spec] of backends.entries()) {
      if (ids.indexOf(spec.id) < index) say([index, 'id'], 'different from all others')
      checkPatterns(spec, (path, message) => say([index, ...path], message))
      checkPlaces(placesOf(spec), (path, message) => say([index, ...path], message))
    }
  })

/** A name can be pinned to what somebody can read. */
function checkPatterns({ kind, patterns }: BackendSpec, say: Say): void {
  const known = pinnable(kind)
  for (const [index, { dialect }] of patterns.entries()) {
    if (known.includes(dialect)) continue
    const meant = nearest(dialect, known)
    const hint = meant === null ? '' : `; did you mean ${meant}?`
    say(['patterns', index, 'dialect'], `one of ${known.join(', ')}${hint}`)
  }
}

function placesOf(spec: BackendSpec): Place[] {
  const { kind } = spec
  if (kind === 'redlock') return listed('nodes', spec.nodes)
  if (kind === 'etcd') return listed('endpoints', spec.endpoints)
  if (kind === 'memory') return [one(['url'], spec.url)]
  return [
    ...(spec.url === undefined ? [] : [one(['url'], spec.url)]),
    ...listed('replicas', spec.replicas),
    ...listed('cluster', spec.cluster ?? []),
    ...(spec.sentinel?.nodes ?? []).map((url, index) => one(['sentinel', 'nodes', index], url)),
  ]
}

const listed = (field: string, all: readonly Named[]): Place[] =>
  all.map((named, index) => one([field, index], named))

const one = (path: Path, named: Named): Place =>
  typeof named === 'string'
    ? { path, name: null, url: named }
    : { path: [...path, 'url'], name: named.name, url: named.url }

/** A server that is named twice would vote twice. */
function checkPlaces(places: readonly Place[], say: Say): void {
  const servers = new Map<string, Place>()
  const names = new Set<string>()
  for (const place of places) {
    const server = serverOf(place.url)
    const before = server === null ? undefined : servers.get(server)
    if (server === null) say(place.path, 'a URL with a host and, if it is not the usual one, a port')
    else if (before) say(place.path, `another server than that of ${fieldOf(before.path)}`)
    else servers.set(server, place)
    if (place.name === null) continue
    if (names.has(place.name))
      say([...place.path.slice(0, -1), 'name'], 'different from those of the other nodes')
    names.add(place.name)
  }
}

const fieldOf = (path: Path): string =>
  path
    .map((part, index) => (typeof part === 'number' ? `[${part}]` : `${index > 0 ? '.' : ''}${part}`))
    .join('')

const USUAL_PORT: Record<string, string> = { 'http:': '80', 'https:': '443' }
const REDIS_PORT = '6379'

/** Host and port; null of what is no URL. A database does not make it another server, and a memory node has no port. */
function serverOf(url: string): string | null {
  if (!URL.canParse(url)) return null
  const { protocol, hostname, port } = new URL(url)
  if (protocol === 'memory:') return url
  if (hostname === '') return null
  const host = hostname.toLowerCase() === 'localhost' ? '127.0.0.1' : hostname.toLowerCase()
  return `${host}:${port || (USUAL_PORT[protocol] ?? REDIS_PORT)}`
}
